/// Unrolled training against closed forms.

import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct UnrollingTests {
  /// w ↦ w x for one number.
  private func scale(_ start: Double) throws -> Linear {
    let model = try Linear(1, 1, bias: false, dtype: .float64, using: Generator(seed: 1))
    _ = try GradientMode.with(false) {
      try model.weight.tensor.copy(from: Tensor([start], [1, 1], dtype: .float64))
    }
    return model
  }

  /// The loss ½(w − t)² of rate η takes w to t + (1 − η)^k (w − t).
  @Test func aQuadraticInClosedForm() throws {
    let model = try scale(3)
    let one = try Tensor.ones([1, 1], dtype: .float64)
    let target = try Tensor([0.5], [1, 1], dtype: .float64).requiresGradient(true)
    func run(_ steps: Int, differentiable: Bool = true) throws -> Tensor {
      try Unrolling.run(
        model, steps: steps, isDifferentiable: differentiable,
        loss: { try model(one).sub(target).square().mul(0.5).sum() },
        update: Unrolling.descent(0.2), then: { try model(one).mul(target).sum() })
    }
    for steps in 0...4 {
      var power = 1.0
      for _ in 0..<steps { power *= 0.8 }
      let weight = 0.5 + power * 2.5
      let loss = try run(steps)
      expectClose([try loss.item()], [weight * 0.5])
      // d(w t)/dt = w + t (1 − 0.8^k); without the way through the updates only w.
      let whole = try Tensor.gradients(of: [loss], withRespectTo: [target])
      expectClose(try #require(whole[0]).doubles(), [weight + 0.5 * (1 - power)])
      let surrogate = try run(steps, differentiable: false)
      let part = try Tensor.gradients(of: [surrogate], withRespectTo: [target])
      expectClose(try #require(part[0]).doubles(), [weight])
    }
    #expect(try model.weight.tensor.item() == 3)
    #expect(model.weight.tensor.gradient == nil)
  }

  @Test func theModuleStaysAsItIs() throws {
    let generator = Generator(seed: 2)
    let model = try Sequential([
      Linear(2, 4, dtype: .float64, using: generator), BatchNorm(4, .one, dtype: .float64),
      Activation.tanh(), Linear(4, 1, dtype: .float64, using: generator),
    ])
    try model.requiresGradient(false)
    let before = try model.stateDictionary().map { try $0.tensor.detached().doubles() }
    let (real, fake) = (try sample([6, 2]), try sample([6, 2], seed: 3).requiresGradient(true))
    let objective = Objective.nonSaturating
    let loss = try Unrolling.run(
      model, steps: 3,
      loss: { try objective.discriminatorLoss(real: model(real), fake: model(fake)) },
      update: Unrolling.descent(0.3), then: { try objective.generatorLoss(fake: model(fake)) })
    try loss.backward()
    #expect(fake.gradient != nil)
    #expect(model.parameters.allSatisfy { $0.gradient == nil && !$0.requiresGradient })
    #expect(try model.stateDictionary().map { try $0.tensor.detached().doubles() } == before)
    try expectDerivatives(at: [fake.detached()], second: false) { inputs in
      try Unrolling.run(
        model, steps: 2,
        loss: { try objective.discriminatorLoss(real: model(real), fake: model(inputs[0])) },
        update: Unrolling.descent(0.3),
        then: { try objective.generatorLoss(fake: model(inputs[0])) })
    }
  }

  @Test func refusals() throws {
    let model = try scale(1)
    let one = try Tensor.ones([2, 1], dtype: .float64)
    func run(
      _ steps: Int, _ update: @escaping Unrolling.Update = Unrolling.descent(1),
      _ loss: () throws -> Tensor
    ) throws {
      try Unrolling.run(model, steps: steps, loss: loss, update: update, then: {})
    }
    #expect(throws: TensorError.self) { try run(-1) { try model(one).sum() } }
    #expect(throws: TensorError.self) { try run(1) { try model(one) } }
    #expect(throws: TensorError.self) { try run(1) { try one.sum() } }
    let other = try Tensor.ones([1], dtype: .float64).requiresGradient(true)
    #expect(throws: TensorError.self) { try run(1) { try other.sum() } }
    #expect(throws: TensorError.self) {
      try run(1, { _, _, _, _ in one }, { try model(one).sum() })
    }
    #expect(try model.weight.tensor.item() == 1)
  }
}
