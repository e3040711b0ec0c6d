/// State dictionaries, replaced parameters, copies.

import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct StateTests {
  private func network(seed: UInt64) throws -> Sequential {
    let generator = Generator(seed: seed)
    return try Sequential([
      Linear(2, 3, using: generator), Activation.tanh(), Linear(3, 1, using: generator),
    ])
  }

  private func values(_ module: Module) throws -> [[Double]] {
    try module.stateDictionary().map { try $0.tensor.doubles() }
  }

  @Test func loadsByName() throws {
    let (a, b) = (try network(seed: 1), try network(seed: 2))
    let held = b.parameters
    #expect(try values(a) != values(b))
    try b.load(state: a.stateDictionary().reversed())
    #expect(try values(a) == values(b))
    // In place: whoever holds the tensors sees the new values, and they are not the other's.
    #expect(zip(held, b.parameters).allSatisfy { $0 === $1 })
    #expect(b.parameters.allSatisfy { $0.isLeaf && $0.requiresGradient })
    try GradientMode.with(false) { _ = try a.parameters[0].fill(0) }
    #expect(try values(a) != values(b))
  }

  @Test func strictLoadingListsEverythingAndChangesNothing() throws {
    let model = try network(seed: 1)
    let before = try values(model)
    let state: [(name: String, tensor: Tensor)] = [
      ("1.weight", try .zeros([3, 2])), ("1.bias", try .zeros([4])), ("extra", try .zeros([1])),
    ]
    let error = #expect(throws: TensorError.self) { try model.load(state: state) }
    #expect(
      error?.description
        == "load_state: missing: 3.weight, 3.bias; unexpected: extra; "
        + "mismatched: 1.bias (expected [3], got [4])")
    #expect(throws: TensorError.self) { try model.load(state: state, strict: false) }
    #expect(try values(model) == before)
  }

  @Test func lenientLoadingReports() throws {
    let model = try network(seed: 1)
    let before = try values(model)
    let report = try model.load(
      state: [("1.bias", .full([3], 0.5, dtype: .float64)), ("extra", .zeros([1]))], strict: false)
    #expect(report.missing == ["1.weight", "3.weight", "3.bias"])
    #expect(report.unexpected == ["extra"])
    #expect(try values(model) == [before[0], [0.5, 0.5, 0.5], before[2], before[3]])
    #expect(model.parameters[1].dtype == .float32)
  }

  @Test func ownTensorsMayChangePlaces() throws {
    let model = try Sequential([Linear(1, 1, using: Generator(seed: 1)), Identity()])
    let (weight, bias) = (try model.parameters[0].item(), try model.parameters[1].item())
    let flat = try model.parameters.map { try $0.detached().reshape([1]) }
    let layer = try model.layer(0)
    #expect(weight != bias)
    try layer.load(state: [("weight", flat[1].reshape([1, 1])), ("bias", flat[0])])
    #expect(try model.parameters[0].item() == bias)
    #expect(try model.parameters[1].item() == weight)
  }

  @Test func replacedParametersAreUsedAndPutBack() throws {
    let model = try Linear(2, 1, using: Generator(seed: 1))
    let own = model.weight.tensor
    let start = try Tensor([3.0, 4], [1, 2]).requiresGradient(true)
    let doubled = try start.mul(2)
    let x = try Tensor([1.0, 10], [1, 2])
    let y = try model.withParameters(["weight": doubled, "bias": .zeros([1])]) { try model(x) }
    #expect(try y.item() == 86)
    #expect(model.weight.tensor === own)
    try y.sum().backward()
    #expect(try start.gradient?.doubles() == [2, 20])
    #expect(own.gradient == nil)
  }

  @Test func replacedParametersArePutBackAfterAnError() throws {
    struct Stop: Error {}
    let model = try Linear(2, 1, using: Generator(seed: 1))
    let own = model.weight.tensor
    #expect(throws: Stop.self) {
      try model.withParameters(["weight": .zeros([1, 2])]) { throw Stop() }
    }
    #expect(model.weight.tensor === own)
    let error = #expect(throws: TensorError.self) {
      try model.withParameters(["weights": .zeros([1]), "bias": .zeros([3])]) {}
    }
    #expect(
      error?.description
        == "functional_call: bias (expected [1], got [3]); unexpected: weights")
    #expect(model.weight.tensor === own)
  }

  @Test func copiesShareNothing() throws {
    let generator = Generator(seed: 3)
    let model = try Sequential([
      Linear(4, 4, using: generator), BatchNorm(4, .one), LayerNorm([4]), Maxout(pieces: 2),
      Dropout(0.5, using: generator), Flatten(), Reshape([1, 2]), Unflatten(1, [1, 1]),
      Activation.gelu(), Identity(),
    ])
    try model.parameters[0].requiresGradient(false)
    let copy = try model.copy()
    #expect(copy.tree == model.tree)
    #expect(try values(copy) == values(model))
    #expect(copy.parameters.map(\.requiresGradient) == model.parameters.map(\.requiresGradient))
    for (a, b) in zip(model.stateDictionary(), copy.stateDictionary()) {
      #expect(a.name == b.name)
      #expect(a.tensor !== b.tensor)
    }
    let before = try values(copy)
    try GradientMode.with(false) {
      for (_, tensor) in model.stateDictionary() { try tensor.copy(from: tensor.add(1)) }
    }
    #expect(try values(copy) == before)
    let embedding = try Embedding(3, 2, firstIndex: 1, using: generator)
    #expect(try values(embedding.copy()) == values(embedding))
    #expect(throws: TensorError.self) { try Module().copy() }
  }
}
