/// A filter applied in another space: a latent one, or that of features.

public import PenumbraTensor

/// A filter between an encoder and a decoder.
///
/// z = encode(x). Without a decoder the result is A(z): the discriminator sees blurred features. With one
/// it is x + decode(A(z)) − decode(z), the decoded change, so that σ = 0 is the identity whatever the
/// decoder loses; `isResidual` false gives decode(A(z)) instead. Copies that the filter makes,
/// [K, n, ...], are decoded as one batch of K n examples.
public final class SpaceFilter: Filter {
  public typealias Map = (Tensor) throws -> Tensor

  public let filter: any Filter
  public let isResidual: Bool
  private let encode: Map
  private let decode: Map?

  public init(
    _ filter: any Filter, encode: @escaping Map, decode: Map? = nil, isResidual: Bool = true
  ) {
    (self.filter, self.encode, self.decode) = (filter, encode, decode)
    self.isResidual = isResidual
  }

  public var domain: FilterDomain { filter.domain }
  /// False: the maps need not be.
  public var isLinear: Bool { false }
  public var sigma: Strength { filter.sigma }
  public func setSigma(_ value: Strength) throws { try filter.setSigma(value) }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    if decode != nil, isResidual, sigma.isZero, !makesCopies { return x }
    let z = try encode(x)
    let filtered = try filter(z)
    guard let decode else { return filtered }
    let decoded = try SpaceFilter.decode(filtered, like: z, decode)
    guard isResidual else { return decoded }
    let change = try decoded.sub(decode(z))
    let extra = change.rank - x.rank
    guard extra >= 0, (0..<x.rank).allSatisfy({ change.shape[extra + $0] == x.shape[$0] }) else {
      throw TensorError(
        .shape, "blur.in_space", argument: "decode's result", expected: "the input's \(x.shape)",
        got: "\(change.shape)")
    }
    return try x.add(change)
  }

  /// A smear adds a dimension at σ = 0 too.
  private var makesCopies: Bool { !filter.copiers.isEmpty }

  /// decode of [K, n, ...] as of [K n, ...], where the filter made K copies of each z.
  private static func decode(_ filtered: Tensor, like z: Tensor, _ decode: Map) throws -> Tensor {
    guard filtered.rank == z.rank + 1, filtered.rank >= 2 else { return try decode(filtered) }
    let (copies, count) = (filtered.shape[0], filtered.shape[1])
    let flat = try decode(filtered.flatten(0, 1))
    guard flat.rank > 0, flat.shape[0] == copies * count else {
      throw TensorError(
        .shape, "blur.in_space", argument: "decode's result", expected: "[\(copies * count), ...]",
        got: "\(flat.shape)")
    }
    return try flat.unflatten(0, [copies, count])
  }

  public var description: String { "in_space(\(filter))" }
}
