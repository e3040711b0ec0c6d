/// Trees of modules: names, counts, printing, registration.

import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct ModuleTests {
  let generator = Generator(seed: 7)

  private func network() throws -> Sequential {
    try Sequential([
      Linear(2, 3, using: generator), Activation.leakyReLU(slope: 0.2),
      Sequential([BatchNorm(3, .one), Linear(3, 1, bias: false, using: generator)]),
    ])
  }

  @Test func namesAreDottedAndCountFromOne() throws {
    let model = try network()
    #expect(
      model.namedParameters().map(\.name)
        == ["1.weight", "1.bias", "3.1.weight", "3.1.bias", "3.2.weight"])
    #expect(
      model.namedBuffers().map(\.name)
        == ["3.1.running_mean", "3.1.running_var", "3.1.num_batches_tracked"])
    #expect(model.namedModules().map(\.name) == ["", "1", "2", "3", "3.1", "3.2"])
    #expect(model.parameterCount == 6 + 3 + 3 + 3 + 3)
  }

  @Test func printsAsATree() throws {
    let model = try network()
    #expect(
      model.description == """
        Sequential(
          (1): Linear(in=2, out=3)  9
          (2): LeakyReLU(slope=0.2)
          (3): Sequential(
            (1): BatchNorm1d(3, eps=1e-05, momentum=0.1)  6
            (2): Linear(in=3, out=1, bias=false)  3
          )
        )
        18 parameters
        """)
    try model.layer(0).requiresGradient(false)
    #expect(model.description.hasSuffix("18 parameters, 9 trainable"))
    #expect(model.trainableParameterCount == 9)
  }

  @Test func sharedSlotsCountOnce() throws {
    let first = try Linear(2, 2, using: generator)
    let second = try Linear(weight: first.weight, bias: nil)
    let model = try Sequential([first, second])
    #expect(model.namedParameters().map(\.name) == ["1.weight", "1.bias"])
    #expect(model.parameterCount == 6)
    let copy = try #require(try model.copy() as? Sequential)
    let (a, b) = (try copy.layer(0), try copy.layer(1))
    #expect(a.slot("weight") === b.slot("weight"))
    #expect(a.slot("weight") !== first.weight)
  }

  @Test func registrationIsChecked() throws {
    let module = Module()
    try module.register(parameter: "weight", .ones([2]))
    #expect(throws: TensorError.self) { try module.register(parameter: "weight", .ones([2])) }
    #expect(throws: TensorError.self) { try module.register(parameter: "a.b", .ones([2])) }
    #expect(throws: TensorError.self) { try module.register(buffer: "", .ones([2])) }
    #expect(throws: TensorError.self) {
      try module.register(parameter: "labels", .zeros([2], dtype: .int64))
    }
    #expect(throws: TensorError.self) { try module.register(child: "self", module) }
    let parent = Module()
    try parent.register(child: "child", module)
    #expect(throws: TensorError.self) { try module.register(child: "parent", parent) }
    #expect(parent.namedParameters().map(\.name) == ["child.weight"])
    #expect(module.description == "Module(weight=[2])\n2 parameters")
  }

  @Test func nestingIsBounded() throws {
    var module: Module = Identity()
    #expect(throws: TensorError.self) {
      for _ in 0...Module.maximumDepth { module = try Sequential([module]) }
    }
    #expect(try module(.ones([1])).item() == 1)
  }

  @Test func modesReachAllChildren() throws {
    let model = try network()
    model.evaluate()
    #expect(model.namedModules().allSatisfy { !$0.module.isTraining })
    #expect(try !model.copy().isTraining)
    model.train()
    #expect(model.namedModules().allSatisfy { $0.module.isTraining })
  }

  @Test func gradientsAreForgotten() throws {
    let model = try Linear(2, 1, using: generator)
    try model(.ones([3, 2])).sum().backward()
    #expect(try model.weight.tensor.gradient?.doubles() == [3, 3])
    model.zeroGradients()
    #expect(model.weight.tensor.gradient == nil)
  }

  @Test func convertsTypes() throws {
    let model = try network()
    try model.to(.float64)
    #expect(model.parameters.allSatisfy { $0.dtype == .float64 && $0.requiresGradient })
    #expect(model.namedBuffers().map(\.tensor.dtype) == [.float64, .float64, .int64])
    #expect(try model(sample([4, 2])).dtype == .float64)
    #expect(throws: TensorError.self) { try model.to(.int64) }
  }

  @Test func errorsNameTheLayer() throws {
    let model = try Sequential([Identity(), Linear(2, 3, using: generator)])
    let error = #expect(throws: TensorError.self) { try model(.ones([4, 5])) }
    #expect(
      error?.description
        == "Sequential: layer 2, Linear(in=2, out=3): linear: input: expected [..., 2], got [4, 5]")
    let count = #expect(throws: TensorError.self) { try model([.ones([1]), .ones([1])]) }
    #expect(
      count?.description
        == "Sequential: layer 1, Identity(): Identity: expected 1 input, got 2")
  }
}
