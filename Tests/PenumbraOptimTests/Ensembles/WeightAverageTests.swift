/// Averages of weights against PyTorch's AveragedModel, swapped in and out, saved and restored.

import PenumbraOptim
import PenumbraTensor
import Testing

struct WeightAverageTests {
  /// Descends as the fixture's run does; `each` sees the parameter after every step.
  private func descend(_ steps: Int, _ theta: Tensor, _ each: (Int) throws -> Void) throws {
    let sgd = try SGD([theta], learningRate: 0.05)
    for t in 1...steps {
      let gradient = TorchTrajectoryTests.gradient(try theta.doubles(), t)
      theta.gradient = try Tensor(gradient, theta.shape, dtype: .float64)
      try sgd.step()
      try each(t)
    }
  }

  @Test(arguments: [
    ("average_swa", WeightAverage.Kind.mean), ("average_ema", .exponential(decay: 0.9)),
  ])
  func followsPyTorch(_ name: String, _ kind: WeightAverage.Kind) throws {
    let expected = try TorchTrajectoryTests.fixture()[name] ?? [:]
    #expect(expected.count == 6)
    let theta = try Tensor.leaf((0..<6).map { 1 - Double($0) / 4 }, Shape(6))
    let average = try WeightAverage([theta], kind)
    try descend(100, theta) { t in
      try average.update()
      if let values = expected[t] {
        #expect(distance(try average.averages[0].doubles(), values) <= 1e-12, "step \(t)")
      }
    }
  }

  @Test func swapsInAndOut() throws {
    let theta = try Tensor.leaf([1, 2], Shape(2))
    let counter = try Tensor([7] as [Int64], Shape(1))
    let average = try WeightAverage([theta, counter], .mean)
    try average.update()
    try GradientMode.with(false) {
      try theta.fill(5)
      try counter.fill(9)
    }
    try average.update()
    let loan = try average.swapIn()
    #expect(try theta.doubles() == [3, 3.5])
    #expect(try counter.integers() == [9])
    #expect(theta.requiresGradient && theta.isLeaf)
    #expect(tensorError { try average.update() }?.operation == "SWA:update")
    #expect(tensorError { _ = try average.swapIn() }?.operation == "SWA:swap_in")
    try loan.giveBack()
    try loan.giveBack()
    #expect(try theta.doubles() == [5, 5])
    try average.update()
    #expect(average.count == 3)
  }

  @Test func resumesBitwise() throws {
    for kind in [WeightAverage.Kind.mean, .exponential(decay: 0.7)] {
      let theta = try Tensor.leaf([1, -1, 0.5], Shape(3), dtype: .float32)
      let whole = try WeightAverage([theta], kind)
      func moved(_ times: Range<Int>, _ averages: [WeightAverage]) throws {
        for t in times {
          try GradientMode.with(false) { _ = try theta.fill(1 / Double(t + 3)) }
          for average in averages { try average.update() }
        }
      }
      try moved(0..<5, [whole])
      let resumed = try WeightAverage([theta], kind)
      try resumed.load(whole.state())
      try moved(5..<9, [whole, resumed])
      #expect(try whole.averages[0].isEqual(to: resumed.averages[0]))
      #expect(whole.count == resumed.count)
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let theta = try Tensor.leaf([1], Shape(1))
    #expect(tensorError { _ = try WeightAverage([], .mean) }?.operation == "SWA")
    for decay in [-0.1, 1.1, .nan] {
      let error = tensorError { _ = try WeightAverage([theta], .exponential(decay: decay)) }
      #expect(error?.argument == "decay")
    }
    let ema = try WeightAverage([theta], .exponential(decay: 0.5))
    let swa = try WeightAverage([theta], .mean)
    #expect(tensorError { try swa.load(ema.state()) }?.kind == .value)
    var bad = try ema.state()
    bad.numbers = bad.numbers.map { ($0.name, $0.name == "decay" ? 3 : $0.value) }
    #expect(tensorError { try ema.load(bad) }?.argument == "decay")
    #expect(ema.decay == 0.5)
  }
}
