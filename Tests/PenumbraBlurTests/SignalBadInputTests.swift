/// Signal filters refuse what they cannot do, by name.

import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct SignalBadInputTests {
  @Test(arguments: SignalFixture.filters)
  func refuses(_ name: String) throws {
    let filter = try SignalFixture.make(name, 1)
    for bad: Double in [-1, .nan, .infinity, -.infinity] {
      #expect(throws: TensorError.self) { try filter.setSigma(.number(bad)) }
      #expect(throws: TensorError.self) {
        try filter.setSigma(.tensor(.full([2], bad, dtype: .float64)))
      }
    }
    #expect(throws: TensorError.self) { try filter.setSigma(.tensor(.ones([2], dtype: .int64))) }
    #expect(filter.sigma.greatest == 1)
    for shape: Shape in [[], [4], [2, 4], [1, 1, 1, 1, 1, 1]] {
      #expect(throws: TensorError.self) { try filter(.ones(shape)) }
    }
    #expect(throws: TensorError.self) { try filter(.ones([1, 1, 4, 4], dtype: .int64)) }
    for shape: Shape in [[0, 1, 4, 4], [2, 0, 4], [2, 1, 0, 4]] {
      #expect(try filter(.ones(shape)).shape == shape)
    }
    for shape: Shape in [[3], [2, 3], [2, 1, 1], [0]] {
      try filter.setSigma(.tensor(.ones(shape)))
      #expect(throws: TensorError.self) { try filter(.ones([2, 1, 4, 4])) }
    }
    // An optimiser may take a σ anywhere between two calls.
    let sigma = try Tensor.scalar(1, dtype: .float64)
    try filter.setSigma(.tensor(sigma))
    for bad in [-0.1, .nan, .infinity] {
      try sigma.fill(bad)
      #expect(throws: TensorError.self) { try filter(.ones([2, 1, 4, 4])) }
    }
  }

  @Test(arguments: SignalFixture.filters)
  func geometriesAreChecked(_ name: String) throws {
    for size in [[], [0], [-3, 4], [1, 2, 3, 4], [0, 5]] {
      #expect(throws: TensorError.self) {
        try SignalFixture.make(name, 1, .reflect, SignalGeometry(size: size))
      }
    }
    for factors in [[], [-1, 1], [.nan], [1, 2, 3, 4], [.infinity, 1]] {
      #expect(throws: TensorError.self) {
        try SignalFixture.make(name, 1, .reflect, SignalGeometry(perAxis: factors))
      }
    }
    let bad = [
      try Tensor.ones([1, 3]), try .full([2], -1), try .full([2], .nan),
      try .ones([2], dtype: .int64),
    ]
    for channels in bad {
      #expect(throws: TensorError.self) {
        try SignalFixture.make(name, 1, .reflect, SignalGeometry(perChannel: channels))
      }
    }
    let wide = try SignalFixture.make(name, 1, .reflect, SignalGeometry(perAxis: [1, 1]))
    #expect(throws: TensorError.self) { try wide(.ones([1, 1, 4])) }
    let channels = try SignalFixture.make(
      name, 1, .reflect, SignalGeometry(perChannel: .ones([3])))
    #expect(throws: TensorError.self) { try channels(.ones([1, 2, 4])) }
    let huge = try SignalFixture.make(
      name, 1, .reflect, SignalGeometry(size: [Int.max / 2, 3, Int.max]))
    #expect(throws: TensorError.self) { try huge(.ones([2, 4])) }
  }

  @Test(arguments: SignalFixture.tapFilters)
  func weightsAreNotTooMany(_ name: String) throws {
    let filter = try SignalFixture.make(name, 1)
    let great: [Double] = [1e5, 1e18, 1e300]
    for bad in great {
      let table = Strength.tensor(try Tensor.full([2], bad, dtype: .float64))
      #expect(throws: TensorError.self) { try filter.setSigma(.number(bad)) }
      #expect(throws: TensorError.self) { try filter.setSigma(table) }
    }
    // Far wider than the image: the mean.
    let x = try sample([1, 1, 3, 4])
    let wide = try SignalFixture.make(name, 900, .circular)
    let mean = try x.mean().item()
    let error = try wide(x).sub(mean).abs().maximum().item()
    #expect(error < 1e-3)
  }

  @Test(arguments: SignalFixture.matrixFilters)
  func anyStrengthWorks(_ name: String) throws {
    let x = try sample([1, 1, 6, 5])
    for great: Double in [1e3, 1e30, 1e150, 1e200, 1.7e308] {
      let table = try Tensor.full([1], great, dtype: .float64)
      for strength in [Strength.number(great), .tensor(table)] {
        let y = try SignalFixture.blur(x, name, strength)
        #expect(try y.isFinite().all(), "\(name) \(great)")
      }
    }
    let long = try Tensor.ones([1, 1, MatrixBlur.longestAxis + 1])
    let error = #expect(throws: TensorError.self) { try SignalFixture.blur(long, name, 1) }
    #expect(error?.description.contains("axes of at most 8192") == true)
  }

  @Test func sayWhatTheyAre() throws {
    let sigma = Strength.tensor(try .ones([2]))
    #expect(
      "\(try BoxBlur(sigma: 2, border: .zero))"
        == "box(sigma=2 pixels, border=zero), of the signal")
    #expect(
      "\(try HeatBlur(sigma: sigma))"
        == "heat(sigma=tensor [2] pixels, spectrum=lattice), of the signal")
    #expect(
      "\(try PyramidBlur(sigma: 2, geometry: SignalGeometry(perAxis: [1, 0.5])))"
        == "pyramid(sigma=(2, 1) pixels), of the signal")
    #expect(
      "\(try AveragePoolBlur(sigma: 2, resampling: .linear, geometry: SignalGeometry(perChannel: .ones([3]))))"
        == "average_pool(sigma=2 for each channel pixels, resample=linear), of the signal")
    for block in [0, -1, Int.max] {
      #expect(throws: TensorError.self) { try AveragePoolBlur.sigma(block: block) }
      #expect(throws: TensorError.self) { try PyramidBlur.sigma(level: block == 0 ? 31 : block) }
    }
  }
}
