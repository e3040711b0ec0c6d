/// The reservoir's law, its predictions, and its states.

import PenumbraOptim
import PenumbraTensor
import Testing

struct ReservoirTests {
  /// A reservoir that was offered the numbers 1, 2, ... with these weights.
  private func filled(
    _ weights: [Double], size: Int, burnIn: Int = 0, thinning: Int = 1,
    weighting: Reservoir.Weighting = .step, seed: UInt64
  ) throws -> Reservoir {
    let reservoir = try Reservoir(
      size: size, burnIn: burnIn, thinning: thinning, weighting: weighting,
      generator: Generator(seed: seed))
    let theta = try Tensor.zeros(Shape(1), dtype: .float64)
    for (index, weight) in weights.enumerated() {
      try theta.fill(Double(index + 1))
      try reservoir.collect([theta], stepSize: weight)
    }
    return reservoir
  }

  /// E[Σ kept weight · 1(sample = t)] = w_t for every t; the mean over many reservoirs is within 4.5
  /// standard errors, and the total is exact in each.
  @Test(arguments: [
    [1, 1, 1, 1, 1, 1, 1, 1], [8, 1, 1, 0.5, 4, 2, 0.25, 0.25, 3], [0.1, 0.2, 0.4, 0.8, 1.6, 3.2],
  ])
  func everyOfferCountsByItsWeight(_ weights: [Double]) throws {
    let runs = 3000
    var sums = [Double](repeating: 0, count: weights.count)
    var squares = sums
    for run in 0..<runs {
      let reservoir = try filled(weights, size: 3, seed: UInt64(run))
      #expect(reservoir.samples.count == 3)
      let total = reservoir.samples.reduce(0) { $0 + $1.weight }
      #expect(abs(total - weights.reduce(0, +)) < 1e-12)
      for sample in reservoir.samples {
        #expect(try sample.values[0].item() == Double(sample.step))
        sums[sample.step - 1] += sample.weight
        squares[sample.step - 1] += sample.weight * sample.weight
      }
    }
    for (t, weight) in weights.enumerated() {
      let mean = sums[t] / Double(runs)
      let variance = max(0, squares[t] / Double(runs) - mean * mean)
      let error = (variance / Double(runs)).squareRoot()
      #expect(abs(mean - weight) <= 4.5 * error + 1e-12, "offer \(t + 1): \(mean), not \(weight)")
    }
  }

  @Test func equalWeightsAreKeptAlike() throws {
    let weights = [Double](repeating: 0.3, count: 20)
    for weighting in Reservoir.Weighting.allCases {
      let reservoir = try filled(weights, size: 4, weighting: weighting, seed: 3)
      let kept = reservoir.samples.map(\.weight)
      #expect(kept.allSatisfy { abs($0 - kept[0]) < 1e-12 })
      #expect(Set(reservoir.samples.map(\.step)).count == 4)
    }
  }

  @Test func passesOverBurnInAndBetween() throws {
    let reservoir = try filled(
      [1, 1, 1, 1, 1, 0, 1, 1, 1, 1], size: 10, burnIn: 2, thinning: 2, seed: 1)
    #expect(reservoir.samples.map(\.step) == [4, 8, 10])
    #expect(reservoir.offers == 10)
  }

  @Test func samplesShareNothing() throws {
    let theta = try Tensor.leaf([1, 2], Shape(2))
    let reservoir = try Reservoir(size: 2, generator: Generator(seed: 1))
    try reservoir.collect([theta])
    try GradientMode.with(false) { _ = try theta.fill(0) }
    #expect(try reservoir.samples[0].values[0].doubles() == [1, 2])
    try reservoir.copy(0, into: [theta])
    #expect(try theta.doubles() == [1, 2])
    try GradientMode.with(false) { _ = try theta.fill(7) }
    #expect(try reservoir.samples[0].values[0].doubles() == [1, 2])
    let loan = try reservoir.swapIn(0, into: [theta])
    #expect(try theta.doubles() == [1, 2])
    try loan.giveBack()
    #expect(try theta.doubles() == [7, 7])
  }

  /// Outputs 1, 2, 3 with weights 1, 2, 5: mean 20/8, variance (1·2.25 + 2·0.25 + 5·0.25)/8 = 0.5.
  @Test func predictsByWeight() throws {
    let reservoir = try filled([1, 2, 5], size: 3, seed: 1)
    let theta = try Tensor.leaf([9], Shape(1))
    func predict(_ reduction: Reservoir.Reduction) throws -> [Double] {
      try reservoir.predict([theta], reduction) { try theta.expand(to: Shape(2)) }.doubles()
    }
    #expect(try predict(.mean).allSatisfy { abs($0 - 2.5) < 1e-15 })
    #expect(try predict(.variance).allSatisfy { abs($0 - 0.5) < 1e-15 })
    #expect(try predict(.stack) == [1, 1, 2, 2, 3, 3])
    #expect(try theta.doubles() == [9])
    struct Stop: Error {}
    #expect(throws: Stop.self) { _ = try reservoir.predict([theta]) { throw Stop() } }
    #expect(try theta.doubles() == [9])
  }

  @Test func resumesBitwise() throws {
    let weights = (1...30).map { 1 / Double($0) }
    let whole = try filled(weights, size: 5, seed: 8)
    let half = try filled(Array(weights.prefix(13)), size: 5, seed: 8)
    let resumed = try Reservoir(size: 5, weighting: .step, generator: Generator(seed: 77))
    try resumed.load(half.state())
    let theta = try Tensor.zeros(Shape(1), dtype: .float64)
    for index in 13..<30 {
      try theta.fill(Double(index + 1))
      try resumed.collect([theta], stepSize: weights[index])
    }
    let (a, b) = (try whole.state(), try resumed.state())
    #expect(a.numbers.map(\.name) == b.numbers.map(\.name))
    #expect(a.numbers.map(\.value) == b.numbers.map(\.value))
    #expect(a.generator == b.generator)
    for (x, y) in zip(a.tensors, b.tensors) { #expect(try x.tensor.isEqual(to: y.tensor)) }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let generator = Generator(seed: 1)
    for (size, burnIn, thinning, argument) in [
      (0, 0, 1, "size"), (1, -1, 1, "burn_in"), (1, 0, 0, "thinning"),
    ] {
      let error = tensorError {
        _ = try Reservoir(
          size: size, burnIn: burnIn, thinning: thinning, generator: generator)
      }
      #expect(error?.argument == argument)
    }
    let reservoir = try filled([1, 1], size: 2, seed: 1)
    let wide = try Tensor.leaf([1, 2], Shape(2))
    #expect(tensorError { try reservoir.collect([wide]) }?.kind == .shape)
    #expect(tensorError { try reservoir.collect([wide], stepSize: .nan) }?.argument == "weight")
    #expect(tensorError { try reservoir.copy(2, into: [wide]) }?.kind == .index)
    let empty = try Reservoir(size: 1, generator: generator)
    #expect(tensorError { _ = try empty.predict([wide]) { wide } }?.kind == .value)
    #expect(tensorError { try empty.load(reservoir.state()) }?.argument == "samples")
    var short = try reservoir.state()
    short.tensors.removeLast()
    #expect(tensorError { try reservoir.load(short) }?.argument == "sample.2.1")
    #expect(reservoir.samples.count == 2)
  }
}
