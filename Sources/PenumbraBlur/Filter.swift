/// What all blur filters have in common.

public import PenumbraTensor

/// Where a filter acts.
public enum FilterDomain: String, Sendable, CaseIterable {
  /// It smooths each example as a signal, an image for instance.
  case signal
  /// It smooths the examples' probability density: it moves points at random.
  case density
  /// A composition of both.
  case both
}

/// A coarse-graining A_σ of what a discriminator sees. σ = 0 is the identity.
public protocol Filter: AnyObject, CustomStringConvertible {
  var domain: FilterDomain { get }

  /// The strength: a standard deviation, in pixels for signals, in units of the data for densities.
  var sigma: Strength { get }

  /// Changes the strength.
  ///
  /// - Throws: `TensorError` unless all its numbers are finite and at least 0, and for a tensor where the
  ///   filter takes only numbers. The filter stays as it was.
  func setSigma(_ value: Strength) throws

  /// Whether A(ax + by) = a A(x) + b A(y): its derivative is then A itself, and the gradient its exact
  /// adjoint. Density filters are not (they add noise), but for given noise their derivative is known.
  var isLinear: Bool { get }

  /// The filtered tensor; derivatives flow through.
  func callAsFunction(_ x: Tensor) throws -> Tensor
}

extension Filter {
  /// Changes the strength to a number.
  public func setSigma(_ value: Double) throws { try setSigma(.number(value)) }
}
