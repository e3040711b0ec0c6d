/// Other values put into parameters for a while.

public import PenumbraTensor

/// Parameters that hold borrowed values until `giveBack()`, which restores their own bit for bit.
///
/// Loans of the same parameters end in the reverse order of their beginning.
public final class ParameterLoan {
  private let parameters: [Tensor]
  private var own: [Tensor]?

  /// Copies `values` into the parameters. Graphs that need the parameters' old values become invalid.
  ///
  /// - Throws: `TensorError` when the values do not fit; nothing has been changed then.
  public init(_ parameters: [Tensor], _ values: [Tensor], _ operation: String) throws {
    try ParameterLoan.check(parameters, fit: values, operation)
    self.parameters = parameters
    let saved = try parameters.map { try $0.copied() }
    own = saved
    do {
      try ParameterLoan.write(values, into: parameters)
    } catch {
      try ParameterLoan.write(saved, into: parameters)
      throw error
    }
  }

  public var isOpen: Bool { own != nil }

  /// Ends the loan; nothing happens the second time.
  public func giveBack() throws {
    guard let own else { return }
    try ParameterLoan.write(own, into: parameters)
    self.own = nil
  }

  /// - Throws: `TensorError` (shape) unless there is one value of each parameter's shape.
  static func check(_ parameters: [Tensor], fit values: [Tensor], _ operation: String) throws {
    guard parameters.count == values.count else {
      throw TensorError(
        .shape, operation, expected: "\(values.count) parameters", got: "\(parameters.count)")
    }
    for (index, (parameter, value)) in zip(parameters, values).enumerated() {
      guard parameter.shape == value.shape, parameter.dtype == value.dtype else {
        throw TensorError(
          .shape, operation, argument: ParameterList.label(index, parameter),
          expected: "\(value.dtype) \(value.shape)", got: "\(parameter.dtype) \(parameter.shape)")
      }
    }
  }

  static func write(_ values: [Tensor], into parameters: [Tensor]) throws {
    try GradientMode.with(false) {
      for (parameter, value) in zip(parameters, values) { try parameter.copy(from: value) }
    }
  }
}
