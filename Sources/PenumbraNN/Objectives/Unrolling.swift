/// Unrolled GANs: losses of a module after a few steps of its training that leave it as it is.

public import PenumbraTensor

/// Functional training of a module.
public enum Unrolling {
  /// What a parameter becomes: from its name, its value, the gradient and the step counted from 1.
  public typealias Update = (
    _ name: String, _ value: Tensor, _ gradient: Tensor, _ step: Int
  ) throws -> Tensor

  /// Runs `body` with the module's parameters after `steps` updates that minimise `loss`:
  /// θ_k = update(θ_{k−1}, ∇ loss(θ_{k−1})), θ_0 the present ones.
  ///
  /// The result of `body` is differentiable through all updates, so a generator that minimises it
  /// foresees how the discriminator will answer. Metz et al. (2017), equations 7 to 10. The module's
  /// own parameters and buffers stay as they are, and no gradient reaches them; frozen parameters are
  /// trained too. Parameters that the loss does not depend on keep their values.
  ///
  /// - Parameters:
  ///   - isDifferentiable: whether derivatives flow through the updates; without, the surrogate of
  ///     Metz et al.'s section 2.4 remains, in which the updated discriminator is a constant.
  ///   - loss: what the module minimises; it runs the module as usual.
  ///   - body: what is wanted of the module after the updates.
  /// - Throws: `TensorError` for a negative number of steps, a loss that is no scalar or does not depend
  ///   on the module; what the closures throw.
  /// - Complexity: memory for `steps` graphs of `loss`.
  public static func run<Result>(
    _ module: Module, steps: Int, isDifferentiable: Bool = true, loss: () throws -> Tensor,
    update: Update, then body: () throws -> Result
  ) throws -> Result {
    guard steps >= 0 else {
      throw TensorError(
        .value, "unroll", argument: "steps", expected: "at least 0", got: "\(steps)")
    }
    let isRecorded = GradientMode.isEnabled && isDifferentiable
    let names = module.namedParameters().map(\.name)
    var values = try module.parameters.map { try $0.detached().requiresGradient(true) }
    // Running statistics go on in copies.
    let buffers = try module.namedBuffers().map { ($0.name, try $0.tensor.detached().clone()) }
    func replaced() -> [String: Tensor] {
      Dictionary(Array(zip(names, values)) + buffers, uniquingKeysWith: { $1 })
    }
    for step in stride(from: 1, through: steps, by: 1) {
      try Interruption.check("unroll")
      values = try GradientMode.with(true) {
        let loss = try module.withParameters(replaced(), loss)
        guard loss.elementCount == 1, loss.requiresGradient else {
          throw TensorError(
            .value, "unroll", argument: "loss",
            expected: "a scalar that depends on the module's parameters",
            got: loss.requiresGradient ? "\(loss.shape)" : "a constant")
        }
        let gradients = try Tensor.gradients(
          of: [loss], withRespectTo: values, createGraph: isRecorded)
        guard gradients.contains(where: { $0 != nil }) else {
          throw TensorError(
            .value, "unroll", argument: "loss", "it does not depend on the module's parameters")
        }
        return try names.indices.map { index in
          guard let gradient = gradients[index] else { return values[index] }
          let new = try update(names[index], values[index], gradient, step)
          guard new.shape == values[index].shape else {
            throw TensorError(
              .shape, "unroll", argument: "update",
              expected: "\(names[index])'s shape, \(values[index].shape)", got: "\(new.shape)")
          }
          if isRecorded { return new }
          return try new.detached().requiresGradient(true)
        }
      }
    }
    return try module.withParameters(replaced(), body)
  }

  /// Gradient descent, θ − rate · g.
  public static func descent(_ rate: Double) -> Update {
    { _, value, gradient, _ in try value.sub(gradient.mul(rate)) }
  }
}
