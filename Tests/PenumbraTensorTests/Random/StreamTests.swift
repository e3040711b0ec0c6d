/// Streams: what they depend on, seeds, splits; derivatives of samples; errors.

import Glibc
import PenumbraTensor
import TestSupport
import Testing

@Suite struct StreamTests {
  private func correlation(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / Double(x.count)
  }

  @Test func neighbouringSeedsAreUncorrelated() throws {
    let count = 20_000
    let limit = 4 / Double(count).squareRoot()
    let streams = try (0..<8).map { try Generator(seed: $0).normal([count]).doubles() }
    for (index, x) in streams.enumerated() {
      for y in streams[..<index] {
        #expect(abs(correlation(x, y)) < limit)
        #expect(abs(correlation(Array(x.dropFirst()), Array(y.dropLast()))) < limit)
      }
    }
    // Across seeds at one place, too.
    let first = try (0..<2000).map { try Generator(seed: $0).uniform([1], dtype: .float64).item() }
    #expect(kolmogorovSmirnov(first) { $0 } < 1.95)
  }

  @Test func splitsAreIndependentAndReproducible() throws {
    let parent = Generator(seed: 5)
    let state = parent.state
    let (a, b) = (parent.split(), parent.split())
    #expect(a.state.seed != b.state.seed)
    #expect(parent.state.low == 2)
    let count = 20_000
    let streams = try [parent, a, b].map { try $0.normal([count]).doubles() }
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
      #expect(abs(correlation(streams[i], streams[j])) < 4 / Double(count).squareRoot())
    }
    parent.state = state
    #expect(try parent.split().normal([count]).doubles() == streams[1])
  }

  @Test func copiesAndSeeds() throws {
    let generator = Generator(seed: 5)
    _ = try generator.gamma(concentration: 2, rate: 1, size: [7])
    let copy = generator.clone()
    #expect(try copy.normal([9]).doubles() == generator.normal([9]).doubles())
    generator.reseed(5)
    #expect(generator.state == .init(seed: 5))
    #expect(generator.reseedFromSystem() == generator.state.seed)
  }

  /// What `Generator` promises: drawing n and then m is drawing n + m.
  @Test func drawsCanBeCutAnywhere() throws {
    let draws: [(Generator, Shape) throws -> Tensor] = [
      { try $0.gamma(concentration: 0.3, rate: 1, size: $1) },
      { try $0.poisson(rate: 20, size: $1) },
      { try $0.binomial(count: 100, probability: 0.4, size: $1) },
      { try $0.beta(2, 0.5, size: $1) },
      { try $0.truncatedNormal(low: -1, high: 40, size: $1) },
      { try $0.laplace(location: 0, scale: 1, size: $1) },
    ]
    for draw in draws {
      let (whole, parts) = (Generator(seed: 3), Generator(seed: 3))
      let all = try draw(whole, [101]).doubles()
      #expect(try draw(parts, [37]).doubles() + draw(parts, [64]).doubles() == all)
      #expect(whole.state == parts.state)
    }
    let (whole, parts) = (Generator(seed: 3), Generator(seed: 3))
    let all = try whole.normal([100]).doubles()
    #expect(try parts.normal([36]).doubles() + parts.normal([64]).doubles() == all)
  }

  @Test func fillsDoNotDependOnStrides() throws {
    let plain = try Tensor.zeros([30, 20])
    let strided = try Tensor.zeros([20, 30]).transpose(0, 1)
    for x in [plain, strided] {
      let generator = Generator(seed: 9)
      try x.fillRandomly("normal_") {
        try generator.normal(mean: 1, std: 2, size: $0, dtype: $1)
      }
    }
    #expect(try plain.isEqual(to: strided))
    #expect(throws: TensorError.self) {
      try Tensor.zeros([1]).expand(to: [3]).fillRandomly("normal_") {
        try Generator(seed: 0).normal($0, dtype: $1)
      }
    }
    #expect(throws: TensorError.self) {
      try Tensor.zeros([3]).requiresGradient(true).fillRandomly("normal_") {
        try Generator(seed: 0).normal($0, dtype: $1)
      }
    }
  }

  /// The scalar block that streams use and the rows of CKernels are the same function.
  @Test func elementStreamsAreDistinct() throws {
    let generator = Generator(seed: 1)
    let x = try generator.laplace(location: 0, scale: 1, size: [50_000], dtype: .float64).doubles()
    #expect(Set(x).count == x.count)
    let count = Double(x.count)
    let shifted = correlation(Array(x.dropFirst()), Array(x.dropLast()))
    #expect(abs(shifted) < 4 * 2 / count.squareRoot())
  }

  @Test func samplesAreDifferentiableInTheirParameters() throws {
    let a = try Tensor([0.5, 2], [2], dtype: .float64)
    let b = try Tensor([1.5, 0.7], [2], dtype: .float64)
    let draws: [(String, (Generator, Tensor, Tensor) throws -> Tensor)] = [
      ("normal", { try $0.normal(mean: .tensor($1), std: .tensor($2)) }),
      ("log_normal", { try $0.logNormal(mean: .tensor($1), std: .tensor($2)) }),
      ("uniform", { try $0.uniform(low: .tensor($1), high: .tensor($1.add($2))) }),
      ("exponential", { try $0.exponential(rate: .tensor($1.add($2))) }),
      ("laplace", { try $0.laplace(location: .tensor($1), scale: .tensor($2)) }),
      ("cauchy", { try $0.cauchy(location: .tensor($1), scale: .tensor($2)) }),
      ("gumbel", { try $0.gumbel(location: .tensor($1), scale: .tensor($2)) }),
      ("weibull", { try $0.weibull(scale: .tensor($1), shape: .tensor($2)) }),
      ("gamma", { try $0.gamma(concentration: 3, rate: .tensor($1.add($2))) }),
      ("student_t", { try $0.studentT(freedom: 5, location: .tensor($1), scale: .tensor($2)) }),
    ]
    for (name, draw) in draws {
      let sample: ([Tensor]) throws -> [Tensor] = { inputs in
        [try draw(Generator(seed: 21), inputs[0], inputs[1])]
      }
      #expect(throws: Never.self, "\(name)") {
        try gradcheck([a, b], sample)
        try gradgradcheck([a, b], sample)
      }
    }
  }

  /// dx/dα = −(∂P/∂α)/(∂P/∂x), both by central differences of the distribution function.
  @Test func gammaMovesWithItsConcentration() throws {
    for alpha in [0.1, 0.7, 1, 3, 20, 400] {
      let a = try Tensor.full([40], alpha, dtype: .float64).requiresGradient(true)
      let x = try Generator(seed: 31).gamma(concentration: .tensor(a), rate: 1)
      let gradient = try #require(
        try Tensor.gradients(
          of: [x.sum()], withRespectTo: [a], seeds: [], retainGraph: false, createGraph: false)[0])
      for (x, found) in zip(try x.doubles(), try gradient.doubles()) where x > 1e-8 {
        let (h, k) = (alpha * 1e-4, x * 1e-4)
        let byAlpha =
          (8 * (incompleteGamma(alpha + h, x) - incompleteGamma(alpha - h, x))
            - (incompleteGamma(alpha + 2 * h, x) - incompleteGamma(alpha - 2 * h, x))) / (12 * h)
        let byX =
          (8 * (incompleteGamma(alpha, x + k) - incompleteGamma(alpha, x - k))
            - (incompleteGamma(alpha, x + 2 * k) - incompleteGamma(alpha, x - 2 * k))) / (12 * k)
        let wanted = -byAlpha / byX
        #expect(abs(found - wanted) < 1e-6 * abs(wanted), "\(alpha) \(x): \(found) \(wanted)")
      }
    }
    // Where the asymptotic form takes over, the two agree.
    for x in [99_500.0, 100_000, 100_700] {
      let (below, above) = (
        GammaDerivative.slope(99_999.999, x), GammaDerivative.slope(100_000.001, x)
      )
      #expect(abs(below - above) < 1e-6)
    }
    let a = try Tensor.scalar(2, dtype: .float64).requiresGradient(true)
    let x = try Generator(seed: 1).gamma(concentration: .tensor(a), rate: 1)
    let first = try #require(
      try Tensor.gradients(
        of: [x], withRespectTo: [a], seeds: [], retainGraph: true, createGraph: true)[0])
    #expect(throws: TensorError.self) { try first.backward() }
  }

  @Test func badParametersAreErrors() throws {
    let generator = Generator(seed: 0)
    let long = try Tensor.zeros([2])
    let calls: [(String, String?, () throws -> Tensor)] = [
      ("normal", "std", { try generator.normal(mean: 0, std: -1) }),
      ("normal", "mean", { try generator.normal(mean: .number(.nan), std: 1) }),
      ("uniform", "low", { try generator.uniform(low: 1, high: 0) }),
      ("uniform", "low", { try generator.uniform(low: .tensor(long), high: -1) }),
      ("exponential", "rate", { try generator.exponential(rate: 0) }),
      ("gamma", "concentration", { try generator.gamma(concentration: 0, rate: 1) }),
      ("gamma", "rate", { try generator.gamma(concentration: 1, rate: .number(.infinity)) }),
      ("beta", "a", { try generator.beta(-1, 1) }),
      ("dirichlet", "concentration", { try generator.dirichlet(concentration: .scalar(1)) }),
      ("dirichlet", "concentration", { try generator.dirichlet(concentration: long) }),
      (
        "dirichlet", "size", { try generator.dirichlet(concentration: .ones([1]), size: [4]) }
      ),
      ("poisson", "rate", { try generator.poisson(rate: -1) }),
      ("poisson", "rate", { try generator.poisson(rate: 1e300) }),
      ("binomial", "count", { try generator.binomial(count: 1.5, probability: 0) }),
      ("binomial", "p", { try generator.binomial(count: 2, probability: 2) }),
      ("geometric", "p", { try generator.geometric(probability: 0) }),
      ("bernoulli", "p", { try generator.bernoulli(probabilities: .number(.nan)) }),
      (
        "truncated_normal", "low", { try generator.truncatedNormal(low: 1, high: 1) }
      ),
      ("normal", "size", { try generator.normal(mean: .tensor(long), std: 1, size: [3]) }),
      ("normal", nil, { try generator.normal(mean: 0, std: 1, size: [-3]) }),
      ("poisson", "dtype", { try generator.poisson(rate: 1, dtype: .int64) }),
      ("multinomial", "weights", { try generator.multinomial(long, count: 1) }),
      ("multinomial", "weights", { try generator.multinomial(.scalar(1), count: 1) }),
      ("multinomial", "count", { try generator.multinomial(.ones([3]), count: 4) }),
      ("multinomial", "count", { try generator.multinomial(.ones([3]), count: -1) }),
      (
        "multinomial", "count", { try generator.multinomial(Tensor([0, 1], [2]), count: 2) }
      ),
      ("shuffle", nil, { try generator.shuffled(.scalar(1)) }),
    ]
    for (operation, argument, body) in calls {
      let error = #expect(throws: TensorError.self, "\(operation)") { try body() }
      if let argument {
        #expect(error?.operation == operation)
        #expect(error?.argument == argument)
      }
    }
    #expect(throws: TensorError.self) {
      try generator.multinomial(.ones([3]), count: .max, replacement: true)
    }
    let wanted = try Tensor.ones([2]).requiresGradient(true)
    #expect(throws: TensorError.self) { try generator.beta(.tensor(wanted), 1) }
  }
}
