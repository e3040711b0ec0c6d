/// Metrics of samples at their floors, ceilings and null samplers, next to closed forms.

import Glibc
import PenumbraData
import PenumbraMetrics
import PenumbraTensor
import TestSupport
import Testing

/// Mean and standard error of a figure over draws.
private func average(_ draws: Int, seed: UInt64 = 1, _ body: (Generator) throws -> Double) rethrows
  -> (mean: Double, error: Double)
{
  let generator = Generator(seed: seed)
  let values = try (0..<draws).map { _ in try body(generator) }
  let mean = values.reduce(0, +) / Double(draws)
  let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (mean, (square / Double(draws * (draws - 1))).squareRoot())
}

/// Whether a mean lies within 4.5 of its standard errors of `exact`, and these are below `most`.
private func agrees(_ found: (mean: Double, error: Double), _ exact: Double, most: Double) -> Bool {
  abs(found.mean - exact) < 4.5 * found.error && found.error < most
}

private func normal(_ n: Int, _ d: Int, mean: Double = 0, std: Double = 1, _ generator: Generator)
  throws -> Tensor
{
  try generator.normal([n, d], mean: mean, std: std, dtype: .float64)
}

@Suite struct DistanceLawTests {
  @Test func wassersteinOfUniforms() throws {
    func uniform(_ n: Int, _ low: Double, _ high: Double) throws -> Tensor {
      let values = (0..<n).map { low + (high - low) * (Double($0) + 0.5) / Double(n) }
      return try Tensor(values, [n], dtype: .float64)
    }
    let unit = try uniform(100, 0, 1)
    #expect(try Wasserstein.distance(unit, unit) == 0)
    #expect(abs(try Wasserstein.distance(unit, unit.add(0.3)) - 0.3) < 1e-14)
    #expect(abs(try Wasserstein.distance(unit, unit.sub(7), order: 3) - 7) < 1e-13)
    // ∫ |u − 2u| du.
    #expect(abs(try Wasserstein.distance(unit, uniform(100, 0, 2)) - 0.5) < 1e-14)
    // ∫ (u − 2u)² du = 1/3, but for the cells' width.
    #expect(
      abs(try Wasserstein.distance(unit, uniform(300, 0, 2), order: 2) - (1.0 / 3).squareRoot())
        < 1e-4)
    // Twice the same points weigh the same.
    #expect(try Wasserstein.distance(unit, Tensor.cat([unit, unit], 0)) < 1e-15)
    // The distance to a mixture is the limit of that to its quantiles.
    let line = try Mixture.named("line5")
    let points = try line.sample(200, using: Generator(seed: 1), dtype: .float64)
    let quantiles = (0..<4000).map { line.quantile((Double($0) + 0.5) / 4000) }
    let exact = try Wasserstein.distance(points, to: line)
    let near = try Wasserstein.distance(points, Tensor(quantiles, [4000], dtype: .float64))
    #expect(abs(exact - near) < 0.01)
  }

  /// A shift by v: θ·v in each direction, of mean square ‖v‖²/d and mean magnitude
  /// ‖v‖ Γ(d/2)/(√π Γ((d+1)/2)).
  @Test func slicedDistanceOfAShift() throws {
    let x = try normal(50, 4, Generator(seed: 3))
    let y = try x.add(Tensor([3.0, 0, 4, 0], [4], dtype: .float64))
    let generator = Generator(seed: 4)
    let square = try Wasserstein.sliced(x, y, projections: 4000, using: generator)
    #expect(abs(square - 2.5) < 0.06)
    let mean = try Wasserstein.sliced(x, y, projections: 4000, order: 1, using: generator)
    #expect(abs(mean - 5 * tgamma(2) / (Double.pi.squareRoot() * tgamma(2.5))) < 0.07)
    #expect(try Wasserstein.sliced(x, x, using: generator) == 0)
    let again = try Wasserstein.sliced(x, y, projections: 50, using: Generator(seed: 9))
    #expect(try again == Wasserstein.sliced(x, y, projections: 50, using: Generator(seed: 9)))
  }

  /// E|X − Y| = (2/√π) e^{−δ²/4} + δ erf(δ/2) for N(0, 1) and N(δ, 1).
  @Test(arguments: [0, 0.5, 2.0])
  func energyOfGaussians(shift: Double) throws {
    let root = Double.pi.squareRoot()
    let across = 2 / root * exp(-shift * shift / 4) + shift * erf(shift / 2)
    let found = try average(60) {
      try EnergyDistance.squared(
        normal(50, 1, $0), normal(60, 1, mean: shift, $0), unbiased: true)
    }
    #expect(agrees(found, 2 * across - 4 / root, most: 0.05))
    // The biased one adds E|X − X'| (1/n + 1/m).
    let biased = try average(60) {
      try EnergyDistance.squared(normal(50, 1, $0), normal(60, 1, mean: shift, $0))
    }
    let bias = 2 / root * (1.0 / 50 + 1.0 / 60)
    #expect(agrees(biased, 2 * across - 4 / root + bias, most: 0.05))
  }

  @Test func energyOfPointsAndCollapse() throws {
    let x = try Tensor([0.0, 0, 3, 4], [2, 2], dtype: .float64)
    // 2 · 2.5 − 2.5 − 0 against one point; the points themselves 0.
    #expect(try EnergyDistance.squared(x, Tensor.zeros([5, 2])) == 2.5)
    #expect(try EnergyDistance.squared(x, x) == 0)
    let bad = try Tensor([0.0, .nan], [1, 2], dtype: .float64)
    #expect(try EnergyDistance.squared(x, bad) == .infinity)
  }

  /// E k(X, Y) = (σ²/(σ² + s² + t²))^{d/2} exp(−‖μ − ν‖²/2(σ² + s² + t²)) for the Gaussian kernel.
  @Test(arguments: [(0.0, 1.0), (1, 1), (0, 0.5), (0.5, 2)])
  func discrepancyOfGaussians(shift: Double, spread: Double) throws {
    let (bandwidth, d) = (1.5, 3.0)
    func expectation(_ s: Double, _ t: Double, _ square: Double) -> Double {
      let total = bandwidth * bandwidth + s * s + t * t
      return pow(bandwidth * bandwidth / total, d / 2) * exp(-square / (2 * total))
    }
    let exact =
      expectation(1, 1, 0) + expectation(spread, spread, 0)
      - 2 * expectation(1, spread, d * shift * shift)
    let kernel = MaximumMeanDiscrepancy.Kernel.gaussian(bandwidths: [bandwidth])
    let found = try average(60) {
      try MaximumMeanDiscrepancy.squared(
        normal(50, 3, $0), normal(60, 3, mean: shift, std: spread, $0), kernel: kernel)
    }
    #expect(agrees(found, exact, most: 0.01))
  }

  /// E (x·y + 1)² and E (x·y/d + 1)³ for N(μ 1, I) in d dimensions, by Isserlis' theorem at d = 1.
  @Test func polynomialDiscrepancyOfGaussians() throws {
    // d = 1, k = (xy + 1)²: E k = 1 + 2 m n + (1 + m²)(1 + n²) for means m, n.
    func expectation(_ m: Double, _ n: Double) -> Double {
      1 + 2 * m * n + (1 + m * m) * (1 + n * n)
    }
    let kernel = MaximumMeanDiscrepancy.Kernel.polynomial(degree: 2)
    let found = try average(200) {
      try MaximumMeanDiscrepancy.squared(
        normal(100, 1, $0), normal(100, 1, mean: 0.7, $0), kernel: kernel)
    }
    let exact = expectation(0, 0) + expectation(0.7, 0.7) - 2 * expectation(0, 0.7)
    #expect(agrees(found, exact, most: 0.05))
    let floor = try average(100) {
      try MaximumMeanDiscrepancy.kernelInception(
        normal(60, 5, $0), normal(80, 5, $0), subsets: 3, size: 40, using: $0
      ).mean
    }
    #expect(agrees(floor, 0, most: 0.02))
  }
}

@Suite struct FrechetLawTests {
  private func diagonal(_ values: Double...) throws -> Tensor {
    try Tensor(values, [values.count], dtype: .float64).diagEmbed()
  }

  @Test func gaussiansThatCommute() throws {
    let mean = try Tensor([1.0, 2, 3], [3], dtype: .float64)
    let found = try FrechetDistance.squared(
      mean: mean, covariance: diagonal(4, 9, 0), mean: mean.add(2), covariance: diagonal(1, 16, 25))
    // 3 · 2² + (2 − 1)² + (3 − 4)² + (0 − 5)².
    #expect(abs(found - 39) < 1e-12)
  }

  /// tr M^½ = √(tr M + 2 √det M) for 2 × 2, with tr M = tr C₁C₂ and det M = det C₁ det C₂.
  @Test func gaussiansThatDoNotCommute() throws {
    let a = try Tensor([2.0, 0.5, 0.5, 1], [2, 2], dtype: .float64)
    let b = try Tensor([1.0, -0.7, -0.7, 3], [2, 2], dtype: .float64)
    let zero = try Tensor.zeros([2], dtype: .float64)
    let trace = try a.matmul(b).diagonal().sum().item()
    let root = (trace + 2 * (1.75 * 2.51).squareRoot()).squareRoot()
    let found = try FrechetDistance.squared(mean: zero, covariance: a, mean: zero, covariance: b)
    #expect(abs(found - (3 + 4 - 2 * root)) < 1e-13)
  }

  @Test func singularCovariancesLoseNoDigits() throws {
    let zero = try Tensor.zeros([3], dtype: .float64)
    func between(_ a: Tensor, _ b: Tensor) throws -> Double {
      try FrechetDistance.squared(mean: zero, covariance: a, mean: zero, covariance: b)
    }
    #expect(try between(diagonal(1, 0, 0), diagonal(0, 1, 0)) == 2)
    #expect(try between(diagonal(0, 0, 0), diagonal(0, 0, 0)) == 0)
    let few = try normal(5, 40, Generator(seed: 1))
    #expect(try FrechetDistance.squared(features: few, few) < 1e-12)
    // Rank one, far from the axes: a a' against b b' is ‖a‖² + ‖b‖² − 2 |a·b|.
    let a = try Tensor([1.0, 2, 2], [3, 1], dtype: .float64)
    let b = try Tensor([2.0, 1, -2], [3, 1], dtype: .float64)
    let (first, second) = (try a.matmul(a.transpose(0, 1)), try b.matmul(b.transpose(0, 1)))
    #expect(abs(try between(first, second) - 18) < 1e-6)
    #expect(abs(try between(first, first.mul(4)) - 9) < 1e-12)
  }

  /// About σ² (d + d(d + 1)/4)(1/n + 1/m) for two samples of one law.
  @Test func floorOfEqualLaws() throws {
    let (d, n, m) = (4.0, 400.0, 800.0)
    let found = try average(60) {
      try FrechetDistance.squared(
        features: normal(400, 4, std: 3, $0), normal(800, 4, std: 3, $0))
    }
    let floor = 9 * (d + d * (d + 1) / 4) * (1 / n + 1 / m)
    #expect(abs(found.mean - floor) < 4.5 * found.error + 0.02 * floor)
    #expect(found.error < 0.06 * floor)
  }

  @Test func shiftAndShrinkAreSeen() throws {
    let generator = Generator(seed: 6)
    let real = try normal(4000, 3, generator)
    let shifted = try FrechetDistance.squared(features: real, real.add(2))
    #expect(abs(shifted - 12) < 1e-9)
    let shrunk = try FrechetDistance.squared(features: real, real.mul(0.5))
    let exact = try 0.25 * (real.square().sum().item() / 4000)
    #expect(abs(shrunk - exact) < 0.02)
    let collapsed = try FrechetDistance.squared(features: real, Tensor.zeros([10, 3]))
    #expect(abs(collapsed - 3) < 0.15)
    let broken = try FrechetDistance.squared(features: real, real.div(0))
    #expect(broken == .infinity)
  }

  @Test func momentsAreThoseOfTheWholeAndResume() throws {
    let x = try normal(1000, 5, mean: 1e6, Generator(seed: 7))
    let (whole, parts) = (FeatureMoments(), FeatureMoments())
    try whole.update(x)
    for start in stride(from: 0, to: 1000, by: 40) {
      try parts.update(x.narrow(0, start: start, count: 40))
      let state = try parts.state()
      try parts.load(
        count: state.count, isFinite: state.isFinite, mean: state.mean, scatter: state.scatter)
    }
    let direct = try whole.covariance().doubles()
    #expect(try mismatch(parts.covariance(), direct, tolerance: 1e-10) == nil)
    #expect(throws: TensorError.self) { try parts.update(Tensor.zeros([3, 4])) }
    #expect(throws: TensorError.self) { _ = try FeatureMoments().mean() }
    let one = FeatureMoments()
    try one.update(Tensor.zeros([1, 2]))
    #expect(throws: TensorError.self) { _ = try one.covariance() }
    #expect(throws: TensorError.self) { _ = try FrechetDistance.squared(one, whole) }
    try one.update(Tensor.full([1, 2], .infinity))
    #expect(!one.isFinite && one.count == 2)
  }
}

@Suite struct NeighbourhoodLawTests {
  /// Coverage 1 − Π (n − i)/(n + m − i), density 1, for one law.
  @Test(arguments: [(100, 100, 5), (80, 160, 3)])
  func perfectSampler(n: Int, m: Int, k: Int) throws {
    var missed = 1.0
    for i in 1...k { missed *= Double(n - i) / Double(n + m - i) }
    let coverage = try average(60) {
      try Neighbourhoods.densityCoverage(real: normal(n, 2, $0), fake: normal(m, 2, $0), k: k)
        .coverage
    }
    #expect(agrees(coverage, 1 - missed, most: 0.01))
    let density = try average(60, seed: 2) {
      try Neighbourhoods.densityCoverage(real: normal(n, 2, $0), fake: normal(m, 2, $0), k: k)
        .density
    }
    // E = n/k · P(a sample lies nearer than the k-th of n − 1 others) = n/k · k/n.
    #expect(agrees(density, 1, most: 0.02))
  }

  @Test func theRealSamplesThemselves() throws {
    let x = try normal(200, 3, Generator(seed: 8))
    let (precision, recall) = try Neighbourhoods.precisionRecall(real: x, fake: x)
    #expect(precision == 1 && recall == 1)
    let (density, coverage) = try Neighbourhoods.densityCoverage(real: x, fake: x)
    #expect(density == 1 && coverage == 1)
  }

  @Test func farAwayAndCollapsed() throws {
    let generator = Generator(seed: 9)
    let x = try normal(200, 2, generator)
    let far = try normal(200, 2, mean: 100, generator)
    let none = try Neighbourhoods.precisionRecall(real: x, fake: far)
    #expect(none == (0, 0))
    let nothing = try Neighbourhoods.densityCoverage(real: x, fake: far)
    #expect(nothing == (0, 0))
    // All samples at one real point: precise, recalling only that point, covering few.
    let point = try x.narrow(0, start: 0, count: 1).expand(to: [200, 2])
    let collapsed = try Neighbourhoods.precisionRecall(real: x, fake: point)
    #expect(collapsed.precision == 1 && collapsed.recall == 1.0 / 200)
    #expect(try Neighbourhoods.densityCoverage(real: x, fake: point).coverage < 0.1)
    // NaN lies in no ball and makes none.
    let broken = try Tensor.full([200, 2], .nan)
    #expect(try Neighbourhoods.precisionRecall(real: x, fake: broken) == (0, 0))
    #expect(try Neighbourhoods.densityCoverage(real: x, fake: broken) == (0, 0))
    #expect(throws: TensorError.self) {
      _ = try Neighbourhoods.densityCoverage(real: broken, fake: x)
    }
  }

  /// Half of the modes: all precise, half recalled.
  @Test func droppedModes() throws {
    let ring = try Mixture.named("ring")
    let half = try Mixture(means: Array(ring.means[..<4]), sigmas: [0.01])
    let generator = Generator(seed: 10)
    let real = try ring.sample(400, using: generator, dtype: .float64)
    let fake = try half.sample(400, using: generator, dtype: .float64)
    let (precision, recall) = try Neighbourhoods.precisionRecall(real: real, fake: fake)
    #expect(precision > 0.8)
    #expect(abs(recall - 0.47) < 0.08)
    #expect(try Neighbourhoods.densityCoverage(real: real, fake: fake).coverage < 0.56)
  }
}

@Suite struct ClassMetricsTests {
  @Test func accuracyOfScoresAndLabels() throws {
    let scores = try Tensor([5.0, 1, 0, 0, 2, 3, 1, 9, 0, 0, 0, 1], [4, 3])
    let report = try ClassAccuracy(predicted: scores, wanted: Tensor([Int64(0), 1, 1, 2], [4]))
    #expect(report.accuracy == 0.75 && report.perClass == [1, 0.5, 1])
    #expect(report.confusion == [1, 0, 0, 0, 1, 1, 0, 0, 1])
    let same = try ClassAccuracy(
      predicted: Tensor([Int64(0), 2, 1, 2], [4]), wanted: Tensor([Int64(0), 1, 1, 2], [4]),
      classes: 5)
    #expect(same.accuracy == 0.75 && same.perClass[4].isNaN)
    for (name, bad) in [
      (
        "predicted",
        { _ = try ClassAccuracy(predicted: Tensor.zeros([3]), wanted: Tensor.zeros([4])) }
      ),
      (
        "labels",
        {
          _ = try ClassAccuracy(
            predicted: Tensor.zeros([1, 3]), wanted: Tensor([Int64(3)], [1]))
        }
      ),
      (
        "classes",
        {
          _ = try ClassAccuracy(
            predicted: Tensor.zeros([1]), wanted: Tensor([Int64.max], [1]))
        }
      ),
    ] as [(String, () throws -> Void)] {
      #expect { try bad() } throws: { ($0 as? TensorError)?.argument == name }
    }
  }

  /// 26,000 uniform samples over 1,000 modes: (1000 − 1)/(2 · 26,000) = .0192.
  @Test func stackedModesAtTheirFloor() throws {
    let found = try average(10) {
      try StackedModes(labels: $0.integers([26_000, 3], from: 0, below: 10)).divergence
    }
    #expect(abs(found.mean - 999.0 / 52_000) < 0.0006)
    let report = try StackedModes(
      labels: Generator(seed: 1).integers([26_000, 3], from: 0, below: 10))
    #expect(report.modes == 1000 && report.captured == 1000)
    let one = try StackedModes(labels: Tensor.full([100, 3], 7, dtype: .int64))
    #expect(one.captured == 1 && abs(one.divergence - log(1000)) < 1e-12)
    // Digits always equal: ten modes.
    let gray = try Tensor((0..<300).map { Int64($0 / 3 % 10) }, [100, 3])
    #expect(abs(try StackedModes(labels: gray).divergence - log(100)) < 1e-12)
    #expect(throws: TensorError.self) {
      _ = try StackedModes(labels: Tensor.zeros([4, 3]), classes: 0)
    }
    #expect(throws: TensorError.self) {
      _ = try StackedModes(labels: Tensor.zeros([4, 8]), classes: 10)
    }
    #expect(throws: TensorError.self) { _ = try StackedModes(labels: Tensor.full([4, 3], 10)) }
  }

  /// 2σ Γ((d + 1)/2)/Γ(d/2) for a Gaussian, 0 for a collapsed class.
  @Test func diversityOfGaussians() throws {
    let d = 3.0
    let found = try average(30) { generator in
      let x = try normal(100, 3, std: 2, generator)
      return try ClassDiversity.perClass(x, labels: Tensor.zeros([100], dtype: .int64))[0]
    }
    #expect(agrees(found, 4 * tgamma((d + 1) / 2) / tgamma(d / 2), most: 0.1))
    let labels = try Tensor([Int64(0), 0, 2, 2, 2], [5])
    let values = try ClassDiversity.perClass(Tensor.ones([5, 2]), labels: labels)
    #expect(values[0] == 0 && values[1].isNaN && values[2] == 0)
  }
}

@Suite struct DensityLawTests {
  @Test func jensenShannonFromZeroToLogTwo() throws {
    #expect(try JensenShannon.divergence([1, 2, 3], [2, 4, 6]) < 1e-16)
    #expect(try JensenShannon.divergence([1, 0], [0, 5]) == log(2))
    // ½ log (1/.75) + ½ (½ log (.5/.75) + ½ log (.5/.25)).
    let half = 0.5 * log(1 / 0.75) + 0.25 * (log(0.5 / 0.75) + log(2))
    #expect(abs(try JensenShannon.divergence([1, 0], [1, 1]) - half) < 1e-15)
    // Two samples of one law: (cells − 1)(1/n + 1/m)/8.
    let found = try average(60) {
      try JensenShannon.ofSamples(
        $0.uniform([2000], dtype: .float64), $0.uniform([1000], dtype: .float64), bins: 20, low: 0,
        high: 1)
    }
    #expect(abs(found.mean - 19 * (1.0 / 2000 + 1.0 / 1000) / 8) < 4.5 * found.error + 1e-4)
    let x = try Tensor([0.1, 0.2, .nan, 9], [4], dtype: .float64)
    #expect(try JensenShannon.ofSamples(x, x, bins: 5, low: 0, high: 1) == 0)
    #expect(try JensenShannon.ofSamples(Tensor.zeros([3]), Tensor.zeros([2])) == 0)
    for bad in [[], [1, -1], [0, 0], [1, .nan], [1, 2, 3]] as [[Double]] {
      #expect(throws: TensorError.self) { _ = try JensenShannon.divergence(bad, [1, 2]) }
    }
  }

  @Test func parzenOfOneCentreIsItsGaussian() throws {
    let window = try ParzenWindow(Tensor.zeros([1, 2], dtype: .float64))
    let point = try Tensor([3.0, 4], [1, 2], dtype: .float64)
    let found = try window.logLikelihood(of: point, bandwidths: [2])[0]
    #expect(abs(found.mean - (-25.0 / 8 - log(2 * Double.pi * 4))) < 1e-13 && found.error.isNaN)
    // Far beyond the range of exp.
    let far = try window.logLikelihood(of: point, bandwidths: [1e-3])[0].mean
    #expect(abs(far / -12.5e6 - 1) < 1e-5)
  }

  /// The estimate's ceiling is minus the entropy; the best bandwidth beats its neighbours.
  @Test func parzenNearsTheEntropy() throws {
    let generator = Generator(seed: 12)
    let window = try ParzenWindow(normal(400, 1, generator))
    let h = try window.bestBandwidth(
      validation: normal(200, 1, generator), among: [0.01, 0.2, 1, 3])
    #expect(h == 0.2)
    let found = try window.logLikelihood(of: normal(200, 1, generator), bandwidths: [h])[0]
    let entropy = 0.5 * log(2 * Double.pi * M_E)
    #expect(abs(found.mean + entropy) < 4.5 * found.error + 0.03)
    #expect(throws: TensorError.self) { _ = try ParzenWindow(Tensor.full([2, 2], .nan)) }
    #expect(throws: TensorError.self) {
      _ = try window.logLikelihood(of: Tensor.zeros([2, 1]), bandwidths: [0])
    }
    #expect(throws: TensorError.self) {
      _ = try window.logLikelihood(of: Tensor.zeros([2, 2]), bandwidths: [1])
    }
  }
}
