/// What every operation throws: which operation, which argument, what was wanted, what came.

/// An error that a caller can mend.
public struct TensorError: Error, Sendable, Equatable {
  /// What was wrong.
  public enum Kind: Sendable {
    case shape, dtype, value, index, memory, graph, file, interrupted
  }

  public let kind: Kind
  /// The operation's public name, for instance "matmul".
  public let operation: String
  /// The argument, for instance "argument 2" or "sigma", where it is one argument's fault.
  public let argument: String?
  /// What was wanted and what came.
  public let reason: String

  public init(_ kind: Kind, _ operation: String, argument: String? = nil, _ reason: String) {
    self.kind = kind
    self.operation = operation
    self.argument = argument
    self.reason = reason
  }

  public init(
    _ kind: Kind, _ operation: String, argument: String? = nil, expected: String, got: String
  ) {
    self.init(kind, operation, argument: argument, "expected \(expected), got \(got)")
  }
}

extension TensorError: CustomStringConvertible {
  /// `matmul: argument 2: expected [128, n], got [64, 10]`
  public var description: String {
    if let argument { "\(operation): \(argument): \(reason)" } else { "\(operation): \(reason)" }
  }
}
