/// Layers that change shapes only.

public import PenumbraTensor

/// Merges a range of dimensions into one; by default all but the first.
public final class Flatten: Module {
  private let first: Int
  private let last: Int

  /// - Parameters: dimensions, counted from 0, or from the end where negative.
  public init(first: Int = 1, last: Int = -1) {
    (self.first, self.last) = (first, last)
  }

  public override var configuration: String {
    func shown(_ dimension: Int) -> Int { dimension < 0 ? dimension : dimension + 1 }
    return first == 1 && last == -1 ? "" : "\(shown(first)), \(shown(last))"
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    // A batch of scalars is a batch of vectors of one element.
    if input.rank == 1, first == 1 { return try input.unsqueeze(1) }
    return try input.flatten(first, last)
  }

  public override var copies: Copies { .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    Flatten(first: first, last: last)
  }
}

/// Gives each example another shape: [n, ...] → [n] + shape.
public final class Reshape: Module {
  private let shape: Shape

  /// - Parameter shape: of one example; one extent may be −1.
  public init(_ shape: Shape) { self.shape = shape }

  public override var configuration: String {
    shape.array.map(String.init).joined(separator: ", ")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.rank > 0, shape.rank < Shape.maximumRank else {
      throw TensorError(
        .shape, "Reshape", argument: "input",
        expected: "a batch, and at most \(Shape.maximumRank - 1) dimensions for an example",
        got: "\(input.shape)")
    }
    var target = shape
    target.insert(input.shape[0], at: 0)
    return try input.reshape(target)
  }

  public override var copies: Copies { .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module { Reshape(shape) }
}

/// Splits one dimension into several.
public final class Unflatten: Module {
  private let dimension: Int
  private let shape: Shape

  /// - Parameters:
  ///   - dimension: counted from 0, or from the end where negative.
  ///   - shape: its new extents; one may be −1.
  public init(_ dimension: Int, _ shape: Shape) {
    (self.dimension, self.shape) = (dimension, shape)
  }

  public override var configuration: String {
    "\(dimension < 0 ? dimension : dimension + 1), \(shape)"
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    let axis = try input.dimension(dimension, "Unflatten")
    var extents = input.shape.array
    extents.replaceSubrange(axis...axis, with: try resolved(extents[axis]))
    return try input.reshape(Shape(extents, operation: "Unflatten"))
  }

  /// The new extents, −1 replaced, of a dimension of extent `size`.
  private func resolved(_ size: Int) throws -> [Int] {
    let known = shape.array.filter { $0 != -1 }
    let product = known.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    let isOpen = known.count == shape.rank - 1
    guard known.allSatisfy({ $0 >= 0 }), known.count >= shape.rank - 1,
      isOpen ? product > 0 && size % product == 0 : product == size
    else {
      throw TensorError(
        .shape, "Unflatten", expected: "extents whose product is \(size)", got: "\(shape)")
    }
    return shape.array.map { $0 == -1 ? size / product : $0 }
  }

  public override var copies: Copies { .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    Unflatten(dimension, shape)
  }
}
