/// Independent chains as one batched model: each parameter with a leading dimension of chains.

public import PenumbraTensor

/// K chains in tensors [K, ...], which one optimiser or sampler moves at once.
///
/// Elementwise samplers draw a number for every element, so chains have independent noise, and a loss
/// that is the sum over chains of each chain's own loss gives each chain its own gradient. Then
/// every chain has the law of a single one. A mean over chains would make all gradients K times too
/// small; a thermostat that is one number for all parameters would couple the chains.
public enum ParallelChains {
  /// The parameters of K models as leaves [K, ...]; a copy, which requires gradients.
  ///
  /// - Throws: `TensorError` without models, and for models whose parameters differ in shape or dtype.
  public static func stacked(_ models: [[Tensor]]) throws -> [Tensor] {
    guard let first = models.first, !first.isEmpty else {
      throw TensorError(.value, "stack_chains", "there are no parameters to stack")
    }
    for model in models { try ParameterLoan.check(model, fit: first, "stack_chains") }
    return try GradientMode.with(false) {
      try first.indices.map { place in
        try Tensor.stack(models.map { $0[place].detached() })
      }
    }.map { try $0.requiresGradient($0.dtype.isFloating) }
  }

  /// The parameters of each chain: views [...] of the stacked ones, outside the graph, which share
  /// their memory.
  ///
  /// - Throws: `TensorError` (shape) unless all parameters have the same number of chains.
  public static func unstacked(_ parameters: [Tensor]) throws -> [[Tensor]] {
    let count = try chainCount(parameters, "unstack_chains")
    return try GradientMode.with(false) {
      let views = try parameters.map { try $0.detached().unbind(0) }
      return (0..<count).map { chain in views.map { $0[chain] } }
    }
  }

  /// The chains' dimension K.
  static func chainCount(_ parameters: [Tensor], _ operation: String) throws -> Int {
    guard let first = parameters.first else {
      throw TensorError(.value, operation, "there are no parameters")
    }
    for (index, parameter) in parameters.enumerated() {
      guard parameter.rank > 0, first.rank > 0, parameter.shape[0] == first.shape[0] else {
        throw TensorError(
          .shape, operation, argument: ParameterList.label(index, parameter),
          expected: "[\(first.rank > 0 ? "\(first.shape[0])" : "chains"), ...]",
          got: "\(parameter.shape)")
      }
    }
    return first.shape[0]
  }
}
