/// How strong a filter is: a number, or a tensor that derivatives reach.

public import PenumbraTensor

/// The strength σ of a filter, a standard deviation: in pixels for signals, in units of the data for
/// densities.
public enum Strength {
  case number(Double)
  /// A floating tensor: [] is one learnable number, [n] one for each example. Some filters take further
  /// shapes and say so. Its elements may change in place between two calls of the filter, as an
  /// optimiser changes a learnable σ, so they are checked at each call.
  case tensor(Tensor)
}

extension Strength {
  /// The number, or the greatest element; 0 of none.
  public var greatest: Double {
    switch self {
    case .number(let value): value
    case .tensor(let tensor): (try? tensor.detached().maximum(over: nil).item()) ?? 0
    }
  }

  /// Whether it is the number 0, at which a filter is the identity. A tensor is never taken for 0: the
  /// derivative with respect to it matters there too.
  public var isZero: Bool { if case .number(0) = self { true } else { false } }

  /// - Throws: `TensorError` (value, dtype) unless every number is finite and at least 0.
  public func check(_ operation: String, _ argument: String = "sigma") throws {
    switch self {
    case .number(let value): try checkSigma(value, operation, argument)
    case .tensor(let tensor):
      guard tensor.dtype.isFloating else {
        throw TensorError(
          .dtype, operation, argument: argument, expected: "a number or a floating tensor",
          got: "a tensor of \(tensor.dtype)")
      }
      let values = tensor.detached()
      let isGood = try values.ge(0).all() && values.lt(.infinity).all()
      guard !isGood else { return }
      let bad = try values.doubles().first { !($0 >= 0 && $0.isFinite) } ?? .nan
      throw TensorError(
        .value, operation, argument: argument,
        expected:
          "finite numbers of at least 0 (a learnable one stays there as exp or softplus of a "
          + "parameter)", got: text(bad))
    }
  }

  /// The strength as a tensor of x's dtype that broadcasts to x: [] stays, [n] becomes [n, 1, ...], and
  /// a tensor of x's rank, [1, d] for instance, stays. Derivatives flow through.
  ///
  /// - Throws: `TensorError` (value, shape) unless it is finite, at least 0, and of such a shape.
  func factor(of x: Tensor, _ operation: String, _ argument: String = "sigma") throws -> Tensor {
    try check(operation, argument)
    guard case .tensor(let tensor) = self else { return try .scalar(greatest, dtype: x.dtype) }
    return try tensor.aligned(with: x, operation, argument)
  }
}

extension Tensor {
  /// This as a factor of each example of x: [] stays, [n] becomes [n, 1, ...], a tensor of x's rank that
  /// broadcasts to x stays; in x's dtype.
  ///
  /// - Throws: `TensorError` (shape) for any other shape.
  func aligned(with x: Tensor, _ operation: String, _ argument: String) throws -> Tensor {
    if rank == 0 { return try to(x.dtype) }
    if rank == 1, x.rank > 0, shape[0] == x.shape[0] {
      var column = shape
      for _ in 1..<max(x.rank, 1) { column.append(1) }
      return try to(x.dtype).reshape(column)
    }
    guard rank == x.rank, (0..<rank).allSatisfy({ shape[$0] == 1 || shape[$0] == x.shape[$0] })
    else {
      throw TensorError(
        .shape, operation, argument: argument,
        expected: "[], one for each example, or a shape that broadcasts to the input's \(x.shape)",
        got: "\(shape)")
    }
    return try to(x.dtype)
  }
}

extension Strength: CustomStringConvertible {
  /// "2", "tensor [128]"
  public var description: String {
    switch self {
    case .number(let value): text(value)
    case .tensor(let tensor): "tensor \(tensor.shape)"
    }
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
