/// The maxout unit.

public import PenumbraTensor

/// y_i = max_j x_{i · pieces + j}, the greatest of each group of neighbours.
///
/// x: [..., n · pieces] → [..., n]. After a `Linear` it is the maxout unit of Goodfellow et al.
/// (2013).
public final class Maxout: Module {
  public let pieces: Int

  /// - Throws: `TensorError` for less than one piece.
  public init(pieces: Int) throws {
    try requirePositive(pieces, "Maxout", "pieces")
    self.pieces = pieces
  }

  public override var configuration: String { "pieces=\(pieces)" }

  public override func forward(_ input: Tensor) throws -> Tensor {
    var target = input.shape
    guard let last = target.indices.last, target[last] % pieces == 0,
      target.rank < Shape.maximumRank
    else {
      throw TensorError(
        .shape, "Maxout", argument: "input", expected: "[..., n · \(pieces)]",
        got: "\(input.shape)")
    }
    target[last] /= pieces
    target.append(pieces)
    return try input.reshape(target).maximum(over: [-1])
  }

  public override var copies: Copies { .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Maxout(pieces: pieces)
  }
}

extension Dimensions {
  fileprivate var indices: Range<Int> { 0..<rank }
}
