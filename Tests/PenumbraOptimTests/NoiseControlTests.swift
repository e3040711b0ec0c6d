/// The injected noise, element by element, against what each control promises.

import PenumbraOptim
import PenumbraTensor
import Testing

struct NoiseControlTests {
  let rate = 0.01
  let temperature = 0.7
  let count = 40.0
  let net: Perceptron
  let x: Tensor

  init() throws {
    net = try Perceptron([2, 5, 4, 1], seed: 41)
    x = try Generator(seed: 42).normal(Shape(9, 2), dtype: .float64)
  }

  /// One step's injected noise for each parameter, as noise² / (2 ε (T/N) r²) = D; and the sampler.
  func diagonals(
    _ noise: NoiseControl, _ drift: CovarianceControlledSGLD.Drift = .plain
  ) throws -> (values: [[Double]], sampler: CovarianceControlledSGLD) {
    func end(_ noise: NoiseControl) throws -> ([[Double]], CovarianceControlledSGLD) {
      let copy = try Perceptron(copying: net)
      let sampler = try CovarianceControlledSGLD(
        copy.parameters, learningRate: rate,
        options: options(noise, drift, temperature: temperature, dataCount: count),
        generator: Generator(seed: 43))
      try copy(x).discriminatorLoss(real: true).backward()
      try sampler.step()
      return (try copy.values(), sampler)
    }
    let (noisy, sampler) = try end(noise)
    let (still, _) = try end(.none)
    let generator = Generator(seed: 43)
    if noise == .shuffled {
      for parameter in net.parameters { _ = try generator.permutation(parameter.elementCount) }
    }
    let values = try net.parameters.indices.map { index in
      let normals = try generator.normal(net.parameters[index].shape, dtype: .float64).doubles()
      return normals.indices.map { element in
        let move = noisy[index][element] - still[index][element]
        return move * move / (normals[element] * normals[element])
          / (2 * rate * temperature / count)
      }
    }
    return (values, sampler)
  }

  func covariances(_ sampler: CovarianceControlledSGLD) throws -> [[Double]] {
    try sampler.covariances.map { try #require($0).doubles() }
  }

  @Test func covarianceNoiseHasItsVariance() throws {
    let (values, sampler) = try diagonals(.covariance)
    for (d, i) in zip(values, try covariances(sampler)) { #expect(distance(d, i) < 1e-9) }
    // The covariance drift's noise is the same.
    let (scaled, other) = try diagonals(.covariance, .covariance)
    for (d, i) in zip(scaled, try covariances(other)) { #expect(distance(d, i) < 1e-9) }
  }

  @Test func rmsMatchedHasTheSameTrace() throws {
    let (values, sampler) = try diagonals(.rmsMatched)
    let all = values.flatMap { $0 }
    let trace = try #require(sampler.covarianceTrace())
    #expect(distance([all.reduce(0, +)], [trace]) < 1e-9)
    #expect(distance(all, all.map { _ in trace / Double(all.count) }) < 1e-9)
  }

  @Test func shuffledHasTheSameValuesElsewhere() throws {
    let (values, sampler) = try diagonals(.shuffled)
    for (d, i) in zip(values, try covariances(sampler)) {
      #expect(distance(d.sorted(), i.sorted()) < 1e-9)
      if d.count > 4 { #expect(distance(d, i) > 1e-4) }
    }
  }

  @Test func identityIsOne() throws {
    let (values, _) = try diagonals(.identity)
    let all = values.flatMap { $0 }
    #expect(distance(all, all.map { _ in 1 }) < 1e-9)
  }

  @Test func preconditionedNoiseIsDividedByTheRoot() throws {
    // At the first step v̂ = g², so the scale is 1/(|g| + δ).
    let copy = try Perceptron(copying: net)
    try copy(x).discriminatorLoss(real: true).backward()
    let roots = try copy.parameters.map {
      try #require($0.gradient).doubles().map { 1 / (abs($0) + 0.01) }
    }
    let drift = CovarianceControlledSGLD.Drift.adam(epsilon: 0.01)
    let (values, sampler) = try diagonals(.covariance, drift)
    let expected = zip(roots, try covariances(sampler)).map { root, i in
      zip(root, i).map { $0 * $1 }
    }
    for (d, e) in zip(values, expected) { #expect(distance(d, e) < 1e-8) }

    let (identity, _) = try diagonals(.identity, drift)
    for (d, root) in zip(identity, roots) { #expect(distance(d, root) < 1e-8) }

    // Isotropic with the same power, and the same strengths in another order.
    let power = expected.joined().reduce(0, +)
    let (matched, _) = try diagonals(.rmsMatched, drift)
    let all = matched.flatMap { $0 }
    #expect(distance([all.reduce(0, +)], [power]) < 1e-8)
    let (shuffled, _) = try diagonals(.shuffled, drift)
    for (d, e) in zip(shuffled, expected) { #expect(distance(d.sorted(), e.sorted()) < 1e-8) }
  }

  @Test func ratiosAreThoseOfTheMoves() throws {
    for (drift, noise) in [
      (CovarianceControlledSGLD.Drift.plain, NoiseControl.covariance), (.adam(), .covariance),
      (.covariance, .covariance), (.plain, .rmsMatched), (.adam(), .identity),
    ] {
      let moves = try [noise, .none].map { noise in
        let copy = try Perceptron(copying: net)
        let sampler = try CovarianceControlledSGLD(
          copy.parameters, learningRate: rate,
          options: options(
            noise, drift, temperature: temperature, dataCount: count, priorPrecision: 2),
          generator: Generator(seed: 43))
        #expect(try sampler.noiseRatio() == nil)
        try copy(x).discriminatorLoss(real: true).backward()
        try sampler.step()
        return (try copy.values(), try sampler.noiseRatios(), try sampler.noiseRatio())
      }
      let start = try net.values()
      func norm(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let noises = start.indices.map { norm(moves[0].0[$0], moves[1].0[$0]) }
      let drifts = start.indices.map { norm(moves[1].0[$0], start[$0]) }
      for index in start.indices {
        let ratio = try #require(moves[0].1[index])
        #expect(abs(ratio - (noises[index] / drifts[index]).squareRoot()) < 1e-9 * max(ratio, 1))
      }
      let total = (noises.reduce(0, +) / drifts.reduce(0, +)).squareRoot()
      #expect(abs(try #require(moves[0].2) - total) < 1e-9 * max(total, 1))
      #expect(moves[1].2 == 0)
    }
  }
}
