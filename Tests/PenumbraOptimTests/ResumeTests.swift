/// A state carries everything: a resumed run equals one that never stopped, bit for bit.

import PenumbraOptim
import PenumbraTensor
import Testing

struct ResumeTests {
  typealias Make = @Sendable ([Tensor], Generator) throws -> any Optimizer

  static func controlled(_ options: CovarianceControlledSGLD.Options) -> Make {
    {
      try CovarianceControlledSGLD($0, learningRate: 0.01, options: options, generator: $1)
    }
  }

  static let makers: [Make] = [
    { parameters, _ in try SGD(parameters, learningRate: 0.05) },
    { parameters, _ in
      try SGD(parameters, learningRate: 0.05, momentum: 0.9, dampening: 0.2)
    },
    { parameters, _ in try Adam(parameters, learningRate: 0.01) },
    { parameters, _ in try Adam(parameters, learningRate: 0.01, amsgrad: true, maximize: true) },
    { parameters, _ in try AdamW(parameters, learningRate: 0.01) },
    { parameters, _ in try Adamax(parameters, learningRate: 0.01) },
    { parameters, _ in try NAdam(parameters, learningRate: 0.01) },
    { parameters, _ in try Adagrad(parameters, learningRate: 0.01, rateDecay: 0.1, initialSum: 1) },
    { parameters, _ in try Adadelta(parameters) },
    { parameters, _ in try Rprop(parameters) },
    { parameters, _ in try LBFGS(parameters, learningRate: 0.1, maxIterations: 3, historySize: 4) },
    { parameters, _ in
      try LBFGS(parameters, learningRate: 1, maxIterations: 3, lineSearch: .strongWolfe)
    },
    { parameters, _ in
      var (first, second) = (AdamRule.standard, AdamRule.standard)
      (first.learningRate, second.isAMSGrad) = (0.01, true)
      return try Adam(
        groups: [
          ParameterGroup(Array(parameters.prefix(2)), first),
          ParameterGroup(Array(parameters.dropFirst(2)), second),
        ], defaults: AdamRule.standard)
    },
    { parameters, _ in
      try RMSprop(parameters, learningRate: 0.01, momentum: 0.5, centered: true)
    },
    { try sgld($0, learningRate: 0.01, temperature: 0.1, dataCount: 50, generator: $1) },
    controlled(options(.covariance, temperature: 0.1, dataCount: 50)),
    controlled(options(.covariance, temperature: 0.1, dataCount: 50, interval: 4)),
    controlled(options(.shuffled, .adam(), temperature: 0.1, dataCount: 50)),
    controlled(options(.rmsMatched, .covariance, averaging: .exponential(0.9), dataCount: 50)),
    controlled(options(.identity, .adam(beta1: 0.5), temperature: 0.1, dataCount: 50)),
  ]

  @Test(arguments: makers.indices)
  func resumesBitwise(_ index: Int) throws {
    let make = ResumeTests.makers[index]
    let whole = try TrainingRun()
    let optimizer = try make(whole.net.parameters, Generator(seed: 9))
    try whole.train(optimizer, steps: 6)
    optimizer.learningRate *= 0.5
    let state = try optimizer.state()
    let saved = try whole.net.parameters.map { try $0.detached().clone() }
    let batches = whole.batches.state
    try whole.train(optimizer, steps: 6)

    let resumed = try TrainingRun()
    try GradientMode.with(false) {
      for (parameter, value) in zip(resumed.net.parameters, saved) {
        try parameter.copy(from: value)
      }
    }
    resumed.batches.state = batches
    let second = try make(resumed.net.parameters, Generator(seed: 1234))
    try second.load(state)
    try resumed.train(second, steps: 6)
    #expect(try resumed.net.values() == whole.net.values())

    // The states agree at the end, too, names and values.
    let (a, b) = (try optimizer.state(), try second.state())
    #expect(a.tensors.map(\.name) == b.tensors.map(\.name))
    #expect(a.numbers.map(\.name) == b.numbers.map(\.name))
    #expect(a.numbers.map(\.value) == b.numbers.map(\.value))
    #expect(a.generator == b.generator)
    for (x, y) in zip(a.tensors, b.tensors) { #expect(try x.tensor.isEqual(to: y.tensor)) }
  }

  @Test func aStateIsACopy() throws {
    let run = try TrainingRun()
    let adam = try Adam(run.net.parameters)
    try run.train(adam, steps: 2)
    let state = try adam.state()
    let before = try state.tensors.map { try $0.tensor.doubles() }
    try run.train(adam, steps: 2)
    #expect(try state.tensors.map { try $0.tensor.doubles() } == before)
    // Nor does the optimiser go on to change a state that it has loaded.
    try adam.load(state)
    try run.train(adam, steps: 2)
    #expect(try state.tensors.map { try $0.tensor.doubles() } == before)
  }

  @Test func refusesWhatDoesNotFit() throws {
    let run = try TrainingRun()
    let adam = try Adam(run.net.parameters)
    try run.train(adam, steps: 2)
    let state = try adam.state()

    let sgd = try SGD(run.net.parameters, learningRate: 0.1)
    #expect(
      tensorError { try sgd.load(state) }.map { "\($0)" }
        == "SGD:load: expected a state of SGD, got one of Adam")

    let fewer = try Adam(Array(run.net.parameters.prefix(2)))
    #expect(tensorError { try fewer.load(state) }?.argument == "groups.1.parameters")

    var short = state
    short.tensors.removeAll { $0.name == "square.2" }
    #expect(tensorError { try adam.load(short) }?.argument == "square.2")

    var wrong = state
    wrong.tensors[0].tensor = try Tensor.zeros(Shape(3))
    let error = tensorError { try adam.load(wrong) }
    #expect(error?.kind == .shape && error?.argument == wrong.tensors[0].name)

    // A refused state leaves everything as it was.
    let after = try adam.state()
    for (x, y) in zip(after.tensors, state.tensors) {
      #expect(try x.tensor.isEqual(to: y.tensor))
    }
  }
}
