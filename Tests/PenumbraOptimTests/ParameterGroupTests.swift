/// Groups: settings of their own, groups that come later, and what is refused.

import PenumbraOptim
import PenumbraTensor
import Testing

struct ParameterGroupTests {
  private func leaf(_ values: [Double]) throws -> Tensor { try .leaf(values, Shape(values.count)) }

  @Test func settingsAreReadAndSetByName() throws {
    let adam = try Adam([leaf([1])], learningRate: 0.1)
    #expect(adam.settingNames.map(\.name).contains("betas"))
    #expect(adam.values(of: "betas", inGroup: 0) == [0.9, 0.999])
    #expect(adam.values(of: "momentum", inGroup: 0) == nil)
    try adam.set("betas", to: [0.5, 0.9], inGroup: 0)
    try adam.set("amsgrad", to: [1], inGroup: 0)
    #expect(adam.groups[settings: 0].beta1 == 0.5 && adam.groups[settings: 0].isAMSGrad)
    for (name, values, argument) in [
      ("betas", [0.5], "betas"), ("betas", [0.5, 1], "betas[2]"), ("lr", [-1], "lr"),
      ("lr", [.nan], "lr"), ("momentum", [0.5], "momentum"),
    ] as [(String, [Double], String)] {
      let error = tensorError { try adam.set(name, to: values, inGroup: 0) }
      #expect(error?.operation == "Adam" && error?.argument == argument)
    }
    #expect(adam.values(of: "betas", inGroup: 0) == [0.5, 0.9])
    // A setting that Swift changes directly is checked at the step.
    adam.groups[settings: 0].epsilon = -1
    #expect(tensorError { try adam.step() }?.argument == "eps")
  }

  @Test func settingsThatGoTogether() throws {
    let sgd = try SGD([leaf([1])], learningRate: 0.1)
    #expect(tensorError { try sgd.set("nesterov", to: [1], inGroup: 0) }?.argument == "nesterov")
    try sgd.addGroup(
      [leaf([2])], [(name: "nesterov", values: [1]), (name: "momentum", values: [0.5])])
    #expect(sgd.values(of: "nesterov", inGroup: 1) == [1])
    #expect(sgd.values(of: "nesterov", inGroup: 0) == [0])
  }

  @Test func oneRateForAll() throws {
    let rule = AdamRule.standard
    let adam = try Adam(
      groups: [ParameterGroup([leaf([1])], rule), ParameterGroup([leaf([2])], rule)],
      defaults: rule)
    adam.learningRate = 0.25
    #expect(adam.values(of: "lr", inGroup: 1) == [0.25])
    #expect(adam.learningRate == 0.25 && adam.groupCount == 2)
    #expect(adam.parameters(inGroup: 1)[0] === adam.parameters[1])
  }

  @Test func refusesGroupsThatDoNotDo() throws {
    let first = try leaf([1])
    let adam = try Adam([first])
    #expect(tensorError { try adam.addGroup([first], []) }?.argument == "parameter 2 [1]")
    #expect(tensorError { try adam.addGroup([], []) }?.argument == "group 2")
    let bad = tensorError { try adam.addGroup([leaf([2])], [(name: "lr", values: [-1])]) }
    #expect(bad.map { "\($0)" }?.hasPrefix("Adam:add_group: lr: expected") == true)
    #expect(adam.parameters.count == 1 && adam.groupCount == 1)
    let sampler = try sgld([first], learningRate: 0.1, generator: Generator(seed: 1))
    #expect(sampler.groupCount == 1 && sampler.values(of: "lr", inGroup: 0) == [0.1])
    let search = try LBFGS([first])
    #expect(tensorError { try search.addGroup([leaf([2])], []) }?.operation == "LBFGS:add_group")
  }

  /// A momentum that was on and is off now is kept in memory; a resumed run has it, too.
  @Test func statesKeepWhatIsNotUsedNow() throws {
    func make() throws -> (Tensor, SGD) {
      let theta = try leaf([1, -2])
      return (theta, try SGD([theta], learningRate: 0.1, momentum: 0.9))
    }
    func step(_ theta: Tensor, _ sgd: SGD, momentum: Double) throws {
      try sgd.set("momentum", to: [momentum], inGroup: 0)
      theta.gradient = try theta.detached().clone()
      try sgd.step()
    }
    let (theta, sgd) = try make()
    for momentum in [0.9, 0.9, 0] { try step(theta, sgd, momentum: momentum) }
    let (copy, resumed) = try make()
    try GradientMode.with(false) { _ = try copy.copy(from: theta) }
    try resumed.load(sgd.state())
    #expect(resumed.values(of: "momentum", inGroup: 0) == [0])
    for momentum in [0, 0.9, 0.5] {
      try step(theta, sgd, momentum: momentum)
      try step(copy, resumed, momentum: momentum)
    }
    #expect(try theta.doubles() == copy.doubles())
  }

  @Test func badStatesAreRefusedWhole() throws {
    let makers: [() throws -> any Optimizer] = [
      { try SGD([self.leaf([1])], momentum: 0.5) }, { try Adam([self.leaf([1])], amsgrad: true) },
      { try AdamW([self.leaf([1])]) }, { try Adamax([self.leaf([1])]) },
      { try NAdam([self.leaf([1])]) }, { try RMSprop([self.leaf([1])], centered: true) },
      { try Adagrad([self.leaf([1])]) }, { try Adadelta([self.leaf([1])]) },
      { try Rprop([self.leaf([1])]) }, { try LBFGS([self.leaf([1])], learningRate: 0.1) },
    ]
    for make in makers {
      let optimizer = try make()
      for _ in 0..<2 {
        let theta = optimizer.parameters[0]
        try optimizer.step {
          optimizer.zeroGradients()
          let loss = try theta.square().sum().exp()
          try loss.backward()
          return loss
        }
      }
      let state = try optimizer.state()
      #expect(!state.tensors.isEmpty)
      for index in state.numbers.indices {
        var bad = state
        bad.numbers.remove(at: index)
        #expect(tensorError { try optimizer.load(bad) }?.argument == state.numbers[index].name)
        bad = state
        bad.numbers[index].value = .nan
        // Numbers that may be anything are those of the rule's own arithmetic.
        if state.numbers[index].name.hasPrefix("groups") {
          #expect(tensorError { try optimizer.load(bad) } != nil)
        }
      }
      for index in state.tensors.indices {
        var bad = state
        bad.tensors.remove(at: index)
        #expect(tensorError { try optimizer.load(bad) }?.argument == state.tensors[index].name)
        bad = state
        bad.tensors[index].tensor = try Tensor.zeros(Shape(2), dtype: .float64)
        #expect(tensorError { try optimizer.load(bad) }?.kind == .shape)
      }
      var more = state
      more.tensors.append(("extra.1", try Tensor.zeros(Shape(1))))
      #expect(tensorError { try optimizer.load(more) }?.argument == "extra.1")
      let after = try optimizer.state()
      #expect(after.numbers.map(\.value) == state.numbers.map(\.value))
      for (x, y) in zip(after.tensors, state.tensors) {
        #expect(try x.tensor.isEqual(to: y.tensor))
      }
    }
  }

  @Test func aSearchNeedsItsLoss() throws {
    let theta = try leaf([1, 2])
    let search = try LBFGS([theta])
    #expect(tensorError { try search.step() }?.operation == "LBFGS:step")
    let error = tensorError {
      try search.step {
        theta.gradient = try theta.detached().clone()
        return theta
      }
    }
    #expect(error?.argument == "closure" && error?.kind == .shape)
    let single = try Tensor.leaf([1], Shape(1), dtype: .float32)
    #expect(tensorError { _ = try LBFGS([theta, single]) }?.kind == .dtype)
    struct Stop: Error {}
    let wolfe = try LBFGS([theta], learningRate: 1, lineSearch: .strongWolfe)
    var calls = 0
    #expect(throws: Stop.self) {
      try wolfe.step {
        calls += 1
        if calls > 1 { throw Stop() }
        wolfe.zeroGradients()
        let loss = try theta.square().sum()
        try loss.backward()
        return loss
      }
    }
    #expect(try theta.doubles() == [1, 2])
  }
}
