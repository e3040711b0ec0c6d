/// Filters made of filters: compositions, other spaces, several scales, a filter of one's own.

import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct CombinationTests {
  /// Linear in x and in σ.
  private func scaling(_ sigma: Double, domain: FilterDomain = .signal) throws -> CustomFilter {
    try CustomFilter("scaling", sigma: .number(sigma), domain: domain, isLinear: true) { x, sigma in
      guard case .number(let number) = sigma else {
        guard case .tensor(let tensor) = sigma else { return x }
        return try x.mul(tensor.add(1))
      }
      return try x.mul(1 + number)
    }
  }

  @Test func compositionsApplyInOrder() throws {
    let gaussian = try GaussianBlur(sigma: 1)
    let smear = try SmearBlur(sigma: 2, copies: 3, using: Generator(seed: 1))
    let both = ComposedFilter([gaussian, smear])
    #expect(both.domain == .both)
    #expect(ComposedFilter([gaussian]).domain == .signal)
    #expect(!both.isLinear && ComposedFilter([gaussian, gaussian]).isLinear)
    #expect(both.sigma.greatest == 2)
    #expect(try both(.ones([2, 1, 4, 4])).shape == [3, 2, 1, 4, 4])
    #expect(try both.average(both(.ones([2, 1, 4, 4]))).shape == [2, 1, 4, 4])
    try both.setSigma(0.5)
    #expect(gaussian.sigma.greatest == 0.5 && smear.sigma.greatest == 0.5)
    #expect(throws: TensorError.self) { try both.setSigma(.nan) }
    let x = try sample([2, 3])
    #expect(try ComposedFilter([])(x) === x)
    let (add, double) = (
      try CustomFilter("add", sigma: .number(1), domain: .signal) { x, _ in try x.add(1) },
      try scaling(1)
    )
    #expect(try ComposedFilter([add, double])(.scalar(1)).item() == 4)
    #expect(try ComposedFilter([double, add])(.scalar(1)).item() == 3)
  }

  /// A strength that one part refuses changes none.
  @Test func strengthsAreSetWholeOrNotAtAll() throws {
    let noise = try NoiseBlur(sigma: 0.3, using: Generator(seed: 1))
    let mixing = try DiffusionBlur(sigma: .number(0.4), using: Generator(seed: 1))
    let both = ComposedFilter([noise, mixing])
    #expect(throws: TensorError.self) { try both.setSigma(2) }
    #expect(noise.sigma.greatest == 0.3 && mixing.sigma.greatest == 0.4)
  }

  @Test func onesOwnFilter() throws {
    let filter = try scaling(0.5)
    #expect(try filter(.scalar(2)).item() == 3)
    #expect(filter.isLinear && filter.domain == .signal)
    #expect(filter.description == "scaling(sigma=0.5), of the signal")
    try filter.setSigma(0)
    #expect(try filter(.scalar(2)).item() == 2)
    #expect(throws: TensorError.self) { try filter.setSigma(-1) }
    try expectDerivatives(at: [sample([3]), sample([]).abs()]) { inputs in
      try filter.setSigma(.tensor(inputs[1]))
      return try filter(inputs[0]).tanh().sum()
    }
  }

  @Test func latentSpaces() throws {
    let noise = try scaling(1)
    let features = SpaceFilter(noise) { try $0.exp() }
    expectClose(try features(.scalar(1, dtype: .float64)).doubles(), [2 * 2.718281828459045], 1e-14)
    // A decoder that loses something: x + decode(A z) − decode(z).
    let lossy = SpaceFilter(noise, encode: { try $0.mul(2) }, decode: { try $0.mul(0.4) })
    #expect(abs(try lossy(.scalar(1, dtype: .float64)).item() - 1.8) < 1e-15)
    let plain = SpaceFilter(
      noise, encode: { try $0.mul(2) }, decode: { try $0.mul(0.4) }, isResidual: false)
    #expect(abs(try plain(.scalar(1, dtype: .float64)).item() - 1.6) < 1e-15)
    try lossy.setSigma(0)
    let x = try sample([3, 2])
    #expect(try lossy(x) === x)
    #expect(noise.sigma.isZero && !lossy.isLinear && lossy.domain == .signal)
  }

  @Test func copiesInALatentSpace() throws {
    let smear = try SmearBlur(sigma: 0.3, copies: 4, using: Generator(seed: 2))
    var seen: [Shape] = []
    let filter = SpaceFilter(
      smear, encode: { try $0.reshape([$0.shape[0], 6]) },
      decode: {
        seen.append($0.shape)
        return try $0.reshape([$0.shape[0], 2, 3])
      })
    let x = try sample([5, 2, 3])
    let y = try filter(x)
    #expect(y.shape == [4, 5, 2, 3])
    #expect(seen.contains([20, 6]))
    #expect(try filter.average(y).shape == [5, 2, 3])
    try smear.setSigma(0)
    #expect(try filter(x).shape == [1, 5, 2, 3])
    expectClose(try filter(x).doubles(), try x.doubles())
    try expectDerivatives(at: [sample([2, 3])]) { inputs in
      let smear = try SmearBlur(sigma: 0.3, copies: 2, using: Generator(seed: 2))
      return try SpaceFilter(smear, encode: { try $0.exp() }, decode: { try $0.log1p() })(inputs[0])
        .square().sum()
    }
  }

  @Test func decodersAreChecked() throws {
    let noise = try NoiseBlur(sigma: 1, using: Generator(seed: 1))
    let wrong = SpaceFilter(noise, encode: { $0 }, decode: { try $0.sum([1]) })
    let error = #expect(throws: TensorError.self) { try wrong(.ones([2, 3])) }
    #expect(error?.description.contains("decode's result") == true)
    let smear = try SmearBlur(sigma: 1, copies: 2, using: Generator(seed: 1))
    let lost = SpaceFilter(smear, encode: { $0 }, decode: { try $0.narrow(0, start: 0, count: 1) })
    #expect(throws: TensorError.self) { try lost(.ones([2, 3])) }
  }

  @Test func severalScales() throws {
    let gaussian = try GaussianBlur(sigma: 9)
    let scales = try MultiScaleBlur(gaussian, sigmas: [0, 1, 2])
    let x = try sample([2, 1, 8, 8])
    let y = try scales(x)
    #expect(y.shape == [3, 2, 1, 8, 8])
    for (index, sigma) in [0, 1, 2].enumerated() {
      let alone = try GaussianBlur(sigma: Double(sigma))(x)
      #expect(try y.select(0, index).doubles() == alone.doubles())
    }
    #expect(gaussian.sigma.greatest == 9)
    #expect(scales.isLinear && scales.domain == .signal)
    try scales.setSigma(0.5)
    #expect(
      try scales.list(x)[2].doubles() == GaussianBlur(sigma: 1)(x).doubles())
    let probe = try sample([3, 2, 1, 8, 8], seed: 3)
    try expectDerivatives(at: [x]) { try scales($0[0]).mul(probe).sum() }
  }

  @Test func severalFilters() throws {
    let gaussian = try GaussianBlur(sigma: 2)
    let noise = try NoiseBlur(sigma: 0.5, using: Generator(seed: 1))
    let scales = try MultiScaleBlur([gaussian, noise])
    #expect(scales.domain == .both)
    let x = try sample([2, 1, 4, 4])
    #expect(try scales.list(x)[0].doubles() == gaussian(x).doubles())
    try scales.setSigma(2)
    #expect(gaussian.sigma.greatest == 4 && noise.sigma.greatest == 1)
    try scales.setSigma(0)
    #expect(try scales.list(x).allSatisfy { $0 === x })
    try scales.setSigma(1)
    #expect(gaussian.sigma.greatest == 2 && noise.sigma.greatest == 0.5)
    #expect(throws: TensorError.self) { try scales.setSigma(1e9) }
    #expect(gaussian.sigma.greatest == 2 && noise.sigma.greatest == 0.5)
    let smear = try SmearBlur(sigma: 1, using: Generator(seed: 1))
    let mixed = try MultiScaleBlur([noise, smear])
    #expect(throws: TensorError.self) { try mixed(x) }
    #expect(try mixed.list(x).count == 2)
  }

  @Test func scalesAreChecked() throws {
    let gaussian = try GaussianBlur(sigma: 2)
    #expect(throws: TensorError.self) { try MultiScaleBlur(gaussian, sigmas: []) }
    #expect(throws: TensorError.self) { try MultiScaleBlur(gaussian, sigmas: [1, -1]) }
    #expect(throws: TensorError.self) { try MultiScaleBlur([]) }
    #expect(gaussian.sigma.greatest == 2)
    #expect(throws: TensorError.self) {
      try MultiScaleBlur(gaussian, sigmas: .init(repeating: 1, count: 257))
    }
    let scales = try MultiScaleBlur(gaussian, sigmas: [0, 1])
    #expect(throws: TensorError.self) { try scales(.ones([3])) }
    #expect(gaussian.sigma.greatest == 2)
    #expect(throws: TensorError.self) { try gaussian.average(.ones([2])) }
  }
}
