/// Diffusion: how much is left after t steps, what the mixture's moments are, which steps are drawn.

import Glibc
import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct DiffusionTests {
  @Test func linearProcess() throws {
    let process = try DiffusionProcess(.linear, steps: 1000, from: 1e-4, to: 0.02)
    #expect(process.alphaBars.count == 1001 && process.alphaBars[0] == 1)
    // Ho et al. 2020's process ends at ᾱ_1000 = 4.0358e-5.
    #expect(abs(process.alphaBars[1000] / 4.0358e-5 - 1) < 1e-4)
    for t in 1...1000 {
      let beta = 1e-4 + (0.02 - 1e-4) * Double(t - 1) / 999
      #expect(abs(1 - process.alphaBars[t] / process.alphaBars[t - 1] - beta) < 1e-14)
    }
    #expect(try DiffusionProcess(steps: 1).alphaBars == [1, 1 - 1e-4])
  }

  @Test func otherProcesses() throws {
    let quadratic = try DiffusionProcess(.quadratic, steps: 5, from: 0.04, to: 0.36)
    for (t, root) in [0.2, 0.3, 0.4, 0.5, 0.6].enumerated() {
      let ratio = quadratic.alphaBars[t + 1] / quadratic.alphaBars[t]
      #expect(abs(1 - ratio - root * root) < 1e-15)
    }
    let cosine = try DiffusionProcess(.cosine, steps: 400)
    func left(_ t: Double) -> Double { pow(cos((t / 400 + 0.008) / 1.008 * .pi / 2), 2) }
    for t in 1..<390 {
      #expect(abs(cosine.alphaBars[t] - left(Double(t)) / left(0)) < 1e-13)
    }
    #expect(cosine.alphaBars[400] > 0)
  }

  /// x = 3 becomes √ᾱ 3 with variance (1 − ᾱ) s²; bounds of five standard errors.
  @Test func mixturesHaveTheirMoments() throws {
    let n = 40000.0
    for alphaBar in [0.9, 0.3, 0] {
      let blur = try DiffusionBlur(
        sigma: DiffusionBlur.strength(alphaBar: .number(alphaBar)), noise: 0.5,
        using: Generator(seed: 6))
      let y = try blur(.full([40000], 3, dtype: .float64))
      let variance = (1 - alphaBar) * 0.25
      let mean = 3 * alphaBar.squareRoot()
      #expect(abs(try y.mean().item() - mean) < 5 * (variance / n).squareRoot())
      let spread = try y.sub(mean).square().mean().item()
      #expect(abs(spread - variance) < 5 * variance * (2 / n).squareRoot())
    }
  }

  @Test func endsAreExact() throws {
    let x = try sample([3, 2])
    let blur = try DiffusionBlur(sigma: .number(0), using: Generator(seed: 6))
    #expect(try blur(x) === x)
    try blur.setSigma(1)
    let state = Generator(seed: 8)
    let noise = try DiffusionBlur(sigma: .number(1), using: Generator(seed: 8))(x)
    expectClose(try noise.doubles(), try state.normal([3, 2], dtype: .float64).doubles(), 1e-15)
    guard case .number(let alphaBar) = try blur.alphaBar else { return #expect(Bool(false)) }
    #expect(alphaBar == 0)
  }

  @Test func tensorsAndNumbersAgree() throws {
    let x = try sample([3, 2])
    let number = try DiffusionBlur(sigma: .number(0.6), using: Generator(seed: 8))(x)
    let tensor = try DiffusionBlur(
      sigma: .tensor(.full([3], 0.6, dtype: .float64)), using: Generator(seed: 8))(x)
    expectClose(try number.doubles(), try tensor.doubles(), 1e-15)
    let strength = try DiffusionBlur.strength(alphaBar: .tensor(.full([3], 0.64, dtype: .float64)))
    expectClose([strength.greatest], [0.6], 1e-15)
  }

  @Test func givenSteps() throws {
    let process = try DiffusionProcess(steps: 100)
    let t = try Tensor([0, 50, 100] as [Int64], [3])
    let blur = try DiffusionStepsBlur(process, steps: .given(t), using: Generator(seed: 3))
    let x = try sample([3, 2])
    let noise = try Generator(seed: 3).normal([3, 2], dtype: .float64).doubles()
    let (y, values) = (try blur(x).doubles(), try x.doubles())
    for (row, step) in [0, 50, 100].enumerated() {
      let alphaBar = process.alphaBars[step]
      for column in 0..<2 {
        let k = 2 * row + column
        let expected = alphaBar.squareRoot() * values[k] + (1 - alphaBar).squareRoot() * noise[k]
        #expect(abs(y[k] - expected) < 1e-15)
      }
    }
    #expect(try #require(blur.times).integers() == [0, 50, 100])
    expectClose(
      try #require(try blur.alphaBar()).doubles(), [0, 50, 100].map { process.alphaBars[$0] }, 0)
    try blur.set(.given(.scalar(7, dtype: .int64)))
    _ = try blur(x)
    #expect(try #require(blur.times).integers() == [7, 7, 7])
    try blur.set(greatestStep: 5)
    _ = try blur(x)
    #expect(try #require(blur.times).integers() == [5, 5, 5])
    try expectDerivatives(at: [x]) { inputs in
      try DiffusionStepsBlur(process, steps: .given(t), using: Generator(seed: 3))(inputs[0])
        .tanh().sum()
    }
  }

  /// Counts of 60,000 draws of 1 to 10: a χ² of 9 degrees of freedom is below 27.9 with probability 0.999.
  @Test(arguments: DiffusionStepLaw.allCases, [0.0, 0.4])
  func drawnSteps(_ law: DiffusionStepLaw, _ clean: Double) throws {
    let process = try DiffusionProcess(steps: 10)
    let blur = try DiffusionStepsBlur(
      process, steps: .drawn(law, clean: clean), using: Generator(seed: 31))
    let n = 60000
    _ = try blur(.zeros([n, 1]))
    var counts = [Double](repeating: 0, count: 11)
    for t in try #require(blur.times).integers() { counts[Int(t)] += 1 }
    #expect(
      abs(counts[0] - clean * Double(n)) <= 5 * (Double(n) * clean * (1 - clean)).squareRoot())
    let rest = Double(n) - counts[0]
    var chiSquare = 0.0
    for t in 1...10 {
      let expected = rest * (law == .uniform ? 0.1 : Double(t) / 55)
      chiSquare += (counts[t] - expected) * (counts[t] - expected) / expected
    }
    #expect(chiSquare < 27.9, "\(law): \(counts)")
    try blur.set(greatestStep: 3)
    _ = try blur(.zeros([1000, 1]))
    #expect(try #require(blur.times).maximum(over: nil).item() == 3)
  }

  @Test func theStrengthChoosesTheGreatestStep() throws {
    let process = try DiffusionProcess(steps: 300)
    let blur = try DiffusionStepsBlur(
      process, steps: .drawn(.uniform, clean: 0), using: Generator(seed: 3))
    #expect(blur.greatestStep == 300)
    for t in 0...300 {
      let sigma = (1 - process.alphaBars[t]).squareRoot()
      try blur.setSigma(sigma)
      #expect(blur.greatestStep == t && blur.sigma.greatest == sigma)
      if t > 0 {
        try blur.setSigma(sigma * (1 - 1e-9))
        #expect(blur.greatestStep == t - 1)
      }
    }
    try blur.setSigma(0)
    let x = try sample([3, 2])
    #expect(try blur(x) === x)
    #expect(try #require(blur.times).integers() == [0, 0, 0])
    try blur.setSigma(7)
    #expect(blur.greatestStep == 300)
  }

  @Test func argumentsAreChecked() throws {
    let generator = Generator(seed: 1)
    for sigma in [-0.1, 1.1, .nan] {
      #expect(throws: TensorError.self) {
        try DiffusionBlur(sigma: .number(sigma), using: generator)
      }
      #expect(throws: TensorError.self) { try DiffusionBlur.strength(alphaBar: .number(sigma)) }
    }
    #expect(throws: TensorError.self) {
      try DiffusionBlur(sigma: .number(1), noise: -1, using: generator)
    }
    #expect(throws: TensorError.self) {
      try DiffusionBlur(sigma: .tensor(.full([2], 1.5)), using: generator)
    }
    for steps in [0, -1, 1_000_001, .max] {
      #expect(throws: TensorError.self) { try DiffusionProcess(steps: steps) }
    }
    #expect(throws: TensorError.self) { try DiffusionProcess(from: 1) }
    #expect(throws: TensorError.self) { try DiffusionProcess(to: .nan) }
    let process = try DiffusionProcess(steps: 10)
    for t in [
      try Tensor([-1] as [Int64], []), try Tensor([11] as [Int64], []), try Tensor([1.0], []),
      try Tensor([1] as [Int64], [1, 1]),
    ] {
      #expect(throws: TensorError.self) {
        try DiffusionStepsBlur(process, steps: .given(t), using: generator)
      }
    }
    #expect(throws: TensorError.self) {
      try DiffusionStepsBlur(process, steps: .drawn(.uniform, clean: 1.5), using: generator)
    }
    let blur = try DiffusionStepsBlur(
      process, steps: .given(Tensor([1, 2] as [Int64], [2])), using: generator)
    #expect(throws: TensorError.self) { try blur(.ones([3, 2])) }
    #expect(throws: TensorError.self) { try blur(.scalar(1)) }
    #expect(throws: TensorError.self) { try blur.set(greatestStep: 11) }
    #expect(throws: TensorError.self) { try blur.setSigma(.tensor(.ones([]))) }
  }
}
