/// Metrics of samples against NumPy's and SciPy's figures in float64 (Scripts/golden_metrics.py).

import Glibc
import PenumbraMetrics
import PenumbraTensor
import TestSupport
import Testing

@Suite struct SampleMetricsGoldenTests {
  /// The numbers of a line of Fixtures/metrics.txt.
  private static let figures: [String: [Double]] = {
    let path = #filePath
    let folder = path[..<(path.lastIndex(of: "/") ?? path.endIndex)]
    guard let stream = fopen("\(folder)/Fixtures/metrics.txt", "r") else { return [:] }
    defer { fclose(stream) }
    var text: [UInt8] = []
    while case let byte = fgetc(stream), byte != EOF { text.append(UInt8(byte)) }
    var result: [String: [Double]] = [:]
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      result[String(words[0])] = words.dropFirst().compactMap { Double($0) }
    }
    return result
  }()

  static func wave(_ n: Int, _ d: Int, _ s: Double) throws -> Tensor {
    let values = (0..<(n * d)).map { index -> Double in
      let k = Double(index)
      let (slow, fast) = (cos(0.7 * k + s), cos(2.3 * k + 0.5 * s))
      return 1.5 * slow + 0.3 * fast
    }
    return try Tensor(values, Shape(n, d), dtype: .float64)
  }

  private let x: Tensor
  private let y: Tensor
  private let u: Tensor
  private let v: Tensor

  init() throws {
    x = try SampleMetricsGoldenTests.wave(40, 3, 1)
    y = try SampleMetricsGoldenTests.wave(30, 3, 2).mul(0.8).add(0.4)
    u = try SampleMetricsGoldenTests.wave(25, 1, 3)
    v = try SampleMetricsGoldenTests.wave(35, 1, 4).mul(1.3).sub(0.2)
  }

  private func expect(
    _ name: String, _ found: Double..., tolerance: Double = 1e-12,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let wanted = SampleMetricsGoldenTests.figures[name] ?? []
    let difference = mismatch(found, wanted, tolerance: tolerance)
    #expect(difference == nil, "\(name)", sourceLocation: location)
  }

  @Test func energyDistances() throws {
    expect("energy_biased", try EnergyDistance.squared(x, y))
    expect("energy_unbiased", try EnergyDistance.squared(x, y, unbiased: true))
    expect("energy_line_scipy_squared", try EnergyDistance.squared(u, v), tolerance: 1e-11)
    // The points' other dimensions are one vector, and the order is that of the arguments' choice.
    let folded = try x.reshape([40, 1, 3])
    #expect(try EnergyDistance.squared(folded, y) == EnergyDistance.squared(x, y))
    let swapped = try EnergyDistance.squared(y, x)
    #expect(abs(swapped - (try EnergyDistance.squared(x, y))) < 1e-14)
  }

  @Test func wassersteinDistances() throws {
    expect("wasserstein_line", try Wasserstein.distance(u, v))
    expect("wasserstein_line_2", try Wasserstein.distance(u, v, order: 2))
    expect("wasserstein_line_3", try Wasserstein.distance(v, u, order: 3))
    // On the line each direction is the line itself.
    let sliced = try Wasserstein.sliced(u, v, projections: 3, using: Generator(seed: 1))
    expect("wasserstein_line_2", sliced)
  }

  @Test func meanDiscrepancies() throws {
    typealias MMD = MaximumMeanDiscrepancy
    let gaussian = MMD.Kernel.gaussian(bandwidths: [0.5, 1, 2])
    expect("mmd_gaussian_unbiased", try MMD.squared(x, y, kernel: gaussian))
    expect("mmd_gaussian_biased", try MMD.squared(x, y, kernel: gaussian, unbiased: false))
    expect("mmd_median", try MMD.squared(x, y))
    expect("mmd_polynomial_unbiased", try MMD.squared(x, y, kernel: .polynomial()))
    expect(
      "mmd_polynomial_biased",
      try MMD.squared(
        x, y, kernel: .polynomial(degree: 2, gamma: 0.5, coefficient: 0.25), unbiased: false))
    // One subset of everything is the estimate itself.
    let whole = try MMD.kernelInception(x, x, subsets: 1, size: 40, using: Generator(seed: 1))
    let direct = try MMD.squared(x, x, kernel: .polynomial())
    #expect(abs(whole.mean - direct) < 1e-12 && whole.deviation == 0)
  }

  @Test func frechetDistances() throws {
    expect("frechet", try FrechetDistance.squared(features: x, y), tolerance: 1e-11)
    let moments = FeatureMoments()
    for start in [0, 1, 11, 30] {
      let end = [0: 1, 1: 11, 11: 30, 30: 40][start] ?? 40
      try moments.update(x.narrow(0, start: start, count: end - start))
    }
    let figures = SampleMetricsGoldenTests.figures
    #expect(moments.count == 40 && moments.dimension == 3)
    let mean = figures["frechet_mean"] ?? []
    #expect(try mismatch(moments.mean(), mean, tolerance: 1e-13, floor: 1) == nil)
    let covariance = figures["frechet_covariance"] ?? []
    #expect(try mismatch(moments.covariance(), covariance, tolerance: 1e-13) == nil)
    // Fewer points than dimensions, against 60 digits.
    let wide = try SampleMetricsGoldenTests.wave(6, 9, 5)
    let wider = try SampleMetricsGoldenTests.wave(8, 9, 6).mul(0.7)
    expect("frechet_singular", try FrechetDistance.squared(features: wide, wider), tolerance: 1e-7)
  }

  @Test func neighbourhoods() throws {
    for k in [5, 10, 15] {
      let (precision, recall) = try Neighbourhoods.precisionRecall(real: x, fake: y, k: k)
      let (density, coverage) = try Neighbourhoods.densityCoverage(real: x, fake: y, k: k)
      expect("neighbourhoods_\(k)", precision, recall, density, coverage)
    }
  }

  @Test func parzenWindows() throws {
    let window = try ParzenWindow(x)
    let found = try window.logLikelihood(of: y, bandwidths: [0.2, 0.7])
    expect("parzen_small", found[0].mean, found[0].error)
    expect("parzen_large", found[1].mean, found[1].error)
    #expect(try window.bestBandwidth(validation: y, among: [0.2, 0.7]) == 0.7)
  }

  @Test func diversityAndHistograms() throws {
    let labels = try Tensor((0..<40).map { Int64($0 % 3) }, [40])
    let found = try ClassDiversity.perClass(x, labels: labels)
    expect("diversity", found[0], found[1], found[2])
    let p = (1...8).map(Double.init)
    expect("jensen_shannon", try JensenShannon.divergence(p, [4, 0, 1, 7, 2, 2, 0, 9]))
    let binned = try JensenShannon.ofSamples(x, y, bins: 4, low: -3, high: 3)
    expect("jensen_shannon_samples", binned)
  }
}
