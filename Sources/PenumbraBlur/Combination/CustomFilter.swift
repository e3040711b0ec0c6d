/// Filters of the user's own.

public import PenumbraTensor

/// A(x) = forward(x, σ), with the domain and linearity that its author states.
///
/// Derivatives are those of the operations that `forward` uses. A filter should be the identity at
/// σ = 0 and continuous there; that is its author's promise, as is its linearity.
public final class CustomFilter: Filter {
  public let name: String
  public let domain: FilterDomain
  public let isLinear: Bool
  public private(set) var sigma: Strength
  private let forward: (Tensor, Strength) throws -> Tensor

  /// - Throws: `TensorError` unless σ is finite and at least 0.
  public init(
    _ name: String, sigma: Strength, domain: FilterDomain, isLinear: Bool = false,
    forward: @escaping (_ x: Tensor, _ sigma: Strength) throws -> Tensor
  ) throws {
    try sigma.check("blur.custom")
    (self.name, self.sigma, self.domain) = (name, sigma, domain)
    (self.isLinear, self.forward) = (isLinear, forward)
  }

  public func setSigma(_ value: Strength) throws {
    try value.check("blur.custom")
    sigma = value
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try sigma.check("blur.custom")
    return try forward(x, sigma)
  }

  public var description: String {
    "\(name)(sigma=\(sigma)), of the \(domain == .both ? "signal and the density" : domain.rawValue)"
  }
}
