/// What all blur filters have in common.

public import PenumbraTensor

/// Where a filter acts.
public enum FilterDomain: String, Sendable {
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
  var sigma: Double { get }

  /// Changes the strength.
  ///
  /// - Throws: `TensorError` unless it is finite and at least 0.
  func setSigma(_ value: Double) throws

  /// The filtered tensor; derivatives flow through.
  func callAsFunction(_ x: Tensor) throws -> Tensor
}

/// Several filters, applied one after the other.
public final class ComposedFilter: Filter {
  public let filters: [any Filter]

  public init(_ filters: [any Filter]) { self.filters = filters }

  public var domain: FilterDomain {
    let domains = Set(filters.map(\.domain))
    return domains.count == 1 ? domains.first ?? .both : .both
  }

  /// The greatest of the parts' strengths.
  public var sigma: Double { filters.map(\.sigma).max() ?? 0 }

  /// Gives every part the same strength.
  public func setSigma(_ value: Double) throws {
    try checkSigma(value, "blur.compose")
    for filter in filters { try filter.setSigma(value) }
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try filters.reduce(x) { try $1($0) }
  }

  public var description: String {
    "compose(" + filters.map(\.description).joined(separator: " → ") + ")"
  }
}

/// - Throws: `TensorError` unless `value` is finite and at least 0.
func checkSigma(_ value: Double, _ operation: String, _ argument: String = "sigma") throws {
  guard value >= 0, value.isFinite else {
    throw TensorError(
      .value, operation, argument: argument, expected: "a finite number of at least 0",
      got: text(value))
  }
}

/// A number as messages show it: without ".0".
func text(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }
