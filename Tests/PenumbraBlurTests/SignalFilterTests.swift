/// What every signal filter promises: identity at 0, standard deviation, sums, adjoint, derivatives.

import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct SignalFilterTests {
  /// The mean over places of an impulse of the variance of the answer, along the only axis; of `period`
  /// places in the middle of n.
  private func variance(_ name: String, _ sigma: Strength, _ n: Int, _ period: Int) throws -> Double
  {
    let filter = try SignalFixture.make(name, sigma)
    let middle = n / 2 / period * period
    let answers = try filter(
      Tensor.eye(n, dtype: .float64).narrow(0, start: middle, count: period).unsqueeze(1))
    let places = try Tensor((0..<n).map(Double.init), Shape(n), dtype: .float64)
    var total = 0.0
    for index in 0..<period {
      let answer = try answers.select(0, index).reshape([n])
      expectClose([try answer.sum().item()], [1], period == 1 ? 1e-12 : 2)
      let distance = try places.sub(Double(middle + index))
      total += try answer.mul(distance.square()).sum().item()
    }
    return total / Double(period)
  }

  @Test func impulseResponsesHaveTheStandardDeviation() throws {
    for (name, tolerance) in [
      ("gaussian/12", 1e-12), ("gaussian/discrete", 1e-2), ("box", 1e-12), ("binomial", 1e-12),
      ("heat/lattice", 1e-12), ("heat/continuous", 1e-12),
    ] {
      for sigma in [1.5, 2, 3.3] {
        let found = try variance(name, .number(sigma), 97, 1).squareRoot()
        // The continuous kernel's waves end at π: exact up to exp(−σ²π²/2) times its slope there.
        let allowed = name == "heat/continuous" ? 1e-3 : tolerance
        #expect(abs(found - sigma) <= allowed * sigma, "\(name) \(sigma): \(found)")
        let byTensor = try variance(name, .tensor(.scalar(sigma, dtype: .float64)), 97, 1)
        #expect(abs(byTensor.squareRoot() - found) <= 1e-12 * sigma, "\(name) \(sigma)")
      }
    }
    // Small σ, where sampling a Gaussian would not do.
    for name in ["box", "binomial", "heat/lattice"] {
      for sigma in [0.05, 0.3, 0.7] {
        let found = try variance(name, .number(sigma), 65, 1).squareRoot()
        #expect(abs(found - sigma) <= 1e-12, "\(name) \(sigma): \(found)")
      }
    }
  }

  @Test func truncationLosesWhatTheFormulaSays() throws {
    for c in [2.0, 3, 5] {
      let sigma = 100.0
      let radius = (c * sigma + 0.5).rounded(.down) + 0.5
      let edge = radius / sigma
      let density = exp(edge)
      let mass = 2 * NormalDistribution.cumulative(edge) - 1
      let wanted = sigma * (1 - 2 * edge * density / mass).squareRoot()
      let found = try variance("gaussian/\(c)", .number(sigma), 2047, 1).squareRoot()
      #expect(abs(found / wanted - 1) < 1e-5, "\(c): \(found) against \(wanted)")
    }
    func exp(_ z: Double) -> Double {
      // φ(z) as the slope of Φ
      (NormalDistribution.cumulative(z + 1e-5) - NormalDistribution.cumulative(z - 1e-5)) / 2e-5
    }
  }

  @Test func poolsAndPyramidsHaveTheirVarianceOnAverage() throws {
    for k in 2...6 {
      let nearest = try AveragePoolBlur.sigma(block: k)
      let linear = try AveragePoolBlur.sigma(block: k, .linear)
      #expect(abs(nearest * nearest - Double(k * k - 1) / 6) < 1e-12)
      let n = 60 * k
      #expect(
        abs(try variance("average_pool/nearest", .number(nearest), n, k) - nearest * nearest) < 1e-9
      )
      #expect(
        abs(try variance("average_pool/linear", .number(linear), n, k) - linear * linear) < 1e-9)
    }
    for level in 1...3 {
      let sigma = try PyramidBlur.sigma(level: level)
      #expect(abs(try variance("pyramid", .number(sigma), 256, 8) - sigma * sigma) < 1e-9)
    }
    // Between two rungs.
    #expect(abs(try variance("pyramid", .number(2.5), 256, 8) - 6.25) < 1e-9)
    #expect(abs(try variance("average_pool/nearest", .number(1), 240, 12) - 1) < 1e-9)
  }

  @Test(arguments: SignalFixture.filters)
  func zeroIsTheIdentity(_ name: String) throws {
    for shape: Shape in [[2, 3, 7], [2, 3, 4, 5], [1, 2, 3, 4, 5], [2, 1, 1, 1]] {
      let x = try sample(shape)
      #expect(try SignalFixture.blur(x, name, 0) === x)
      let table = try Tensor.zeros([shape[0]], dtype: .float64).requiresGradient(true)
      let y = try SignalFixture.blur(x, name, .tensor(table))
      #expect(try y.doubles() == x.doubles())
      try y.square().sum().backward()
      #expect(try #require(table.gradient).doubles().allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: SignalFixture.filters)
  func isContinuousInSigma(_ name: String) throws {
    let x = try sample([1, 1, 9, 8])
    for sigma in [1e-300, 1e-9, 1e-4, 0.01] {
      let change = try SignalFixture.blur(x, name, .number(sigma)).sub(x).abs().maximum().item()
      #expect(change <= 20 * sigma * sigma, "\(name) \(sigma): \(change)")
      let table = try Tensor.scalar(sigma, dtype: .float64).requiresGradient(true)
      let y = try SignalFixture.blur(x, name, .tensor(table))
      try y.square().sum().backward()
      let slope = try #require(table.gradient).item()
      #expect(abs(slope) <= 1e4 * sigma, "\(name) \(sigma): slope \(slope)")
    }
    guard !name.hasPrefix("gaussian") else { return }
    // Also where the number of weights, blocks or levels changes.
    for square in [2.0 / 3, 2, 0.5, 1, 1.5, 8.0 / 6, 4, 10] {
      let below = try SignalFixture.blur(x, name, .number(square.squareRoot() - 1e-9))
      let above = try SignalFixture.blur(x, name, .number(square.squareRoot() + 1e-9))
      #expect(try below.sub(above).abs().maximum().item() < 1e-7, "\(name) \(square)")
    }
  }

  @Test func sumsAndConstants() throws {
    let x = try sample([2, 1, 9, 8])
    let flat = try Tensor.full([1, 1, 9, 8], 3, dtype: .float64)
    for name in SignalFixture.filters {
      for border in FilterBorder.allCases where border != .zero {
        let filter = try SignalFixture.make(name, 1.7, border)
        let change = try filter(flat).sub(3).abs().maximum().item()
        #expect(change < 1e-13, "\(name) \(border): \(change)")
      }
    }
    let keepers = SignalFixture.tapFilters.flatMap { name in
      [FilterBorder.circular, .symmetric].map { (name, $0) }
    }
    for (name, border) in keepers
      + ["heat/lattice", "heat/continuous", "average_pool/nearest"].map({
        ($0, .reflect)
      })
    {
      let y = try SignalFixture.blur(x, name, 1.7, border)
      expectClose(try y.sum([1, 2, 3]).doubles(), try x.sum([1, 2, 3]).doubles(), 1e-12)
    }
  }

  @Test(arguments: SignalFixture.filters, FilterBorder.allCases)
  func adjointIsExact(_ name: String, _ border: FilterBorder) throws {
    let strengths: [Strength] = [
      .number(1.3), .number(5), .tensor(try Tensor([0.4, 2], [2], dtype: .float64)),
    ]
    for sigma in strengths {
      for shape: Shape in [[2, 1, 7], [2, 2, 5, 4], [2, 1, 3, 2, 4]] {
        let filter = try SignalFixture.make(name, sigma, border)
        let (x, g, z) = (try sample(shape), try sample(shape, seed: 2), try sample(shape, seed: 3))
        let leaf = try x.copied().requiresGradient(true)
        try filter(leaf).backward(seed: g)
        let adjoint = try #require(leaf.gradient)
        expectClose([try filter(z).mul(g).sum().item()], [try adjoint.mul(z).sum().item()])
        // Linear: A(2x − z) = 2 A x − A z
        #expect(filter.isLinear && filter.domain == .signal)
        expectClose(
          try filter(x.mul(2).sub(z)).doubles(), try filter(x).mul(2).sub(filter(z)).doubles())
      }
    }
  }

  @Test func heatFlowsAdd() throws {
    let x = try sample([2, 1, 12, 17])
    for name in ["heat/lattice", "heat/continuous"] {
      func heat(_ sigma: Double) throws -> any Filter {
        try SignalFixture.make(name, .number(sigma))
      }
      for (a, b) in [(0.3, 0.4), (1.5, 0.8), (3, 7)] {
        let (first, second) = (try heat(b), try heat(a))
        let twice = try second(first(x))
        let both = try heat((a * a + b * b).squareRoot())
        let once = try both(x)
        #expect(try twice.sub(once).abs().maximum().item() <= 1e-13)
      }
    }
    // Never cut off, the discrete Gaussian with the same border is the same filter.
    let gaussian = try GaussianBlur(sigma: 1.4, border: .symmetric, truncate: 30, kernel: .discrete)
    let heat = try HeatBlur(sigma: 1.4)
    #expect(try gaussian(x).sub(heat(x)).abs().maximum().item() <= 1e-13)
  }

  @Test(arguments: SignalFixture.filters)
  func differentiatesInSignalAndStrength(_ name: String) throws {
    let border = name.hasPrefix("box") ? FilterBorder.renormalised : .reflect
    let probe = try sample([2, 2, 3, 4], seed: 5)
    // Away from where the number of weights changes.
    let strengths = [
      try Tensor.scalar(1.2, dtype: .float64), try Tensor([0.9, 1.25], [2], dtype: .float64),
      try Tensor([0.6, 0.9, 1.2, 1.25], [2, 2], dtype: .float64),
    ]
    for sigma in strengths {
      try expectDerivatives(at: [sample([2, 2, 3, 4]), sigma], tolerance: 2e-8) {
        let filter = try SignalFixture.make(name, .tensor($0[1]), border)
        return try filter($0[0]).mul(probe).tanh().sum()
      }
    }
  }

  @Test func strengthsForEachExampleAndChannel() throws {
    let x = try sample([2, 3, 5, 6])
    let sigma = try Tensor([0.7, 2.1], [2], dtype: .float64)
    let channels = [0.5, 0, 1.5]
    for name in SignalFixture.filters {
      let geometry = SignalGeometry(
        perAxis: [1, 0.5], perChannel: try Tensor(channels, [3], dtype: .float64))
      let y = try SignalFixture.blur(x, name, .tensor(sigma), .replicate, geometry)
      for (n, own) in [0.7, 2.1].enumerated() {
        for (c, factor) in channels.enumerated() {
          let alone = try SignalFixture.make(
            name, .number(own * factor), .replicate, SignalGeometry(perAxis: [1, 0.5]))
          let part = try x.select(0, n).select(0, c).reshape([1, 1, 5, 6])
          expectClose(try y.select(0, n).select(0, c).doubles(), try alone(part).doubles())
        }
      }
      // Channels alone.
      let byChannel = try SignalFixture.make(
        name, 1, .reflect, SignalGeometry(perChannel: geometry.perChannel))
      #expect(try byChannel(x).select(1, 1).doubles() == x.select(1, 1).doubles())
    }
  }

  @Test func flatSignalsOfAnySize() throws {
    let x = try sample([2, 24])
    for name in SignalFixture.filters {
      for size in [[12], [3, 4], [2, 3, 4], [24]] {
        let filter = try SignalFixture.make(name, 1.1, .reflect, SignalGeometry(size: size))
        let shaped = try x.reshape(Shape([2, 24 / size.reduce(1, *)] + size))
        #expect(try filter(x).doubles() == filter(shaped).doubles())
        #expect(try filter(x).shape == [2, 24])
      }
    }
  }

  @Test func pyramidLevels() throws {
    let x = try sample([2, 1, 9, 12])
    let levels = try PyramidBlur.levels(of: x, count: 5)
    #expect(
      levels.map(\.shape) == [
        [2, 1, 9, 12], [2, 1, 5, 6], [2, 1, 3, 3], [2, 1, 2, 2], [2, 1, 1, 1],
      ])
    #expect(levels[0] === x)
    // (1, 4, 6, 4, 1)/16 and every second element, by hand.
    let w = [1.0, 4, 6, 4, 1]
    let first = try x.select(0, 0).select(0, 0)
    var wanted = 0.0
    for (k, u) in w.enumerated() {
      for (l, v) in w.enumerated() {
        let (i, j) = (abs(4 + k - 2), abs(2 + l - 2))
        wanted += u * v / 256 * (try first.select(0, i).select(0, j).item())
      }
    }
    expectClose(
      [try levels[1].select(0, 0).select(0, 0).select(0, 2).select(0, 1).item()], [wanted])
    try expectDerivatives(at: [sample([1, 1, 5, 4])]) {
      try PyramidBlur.levels(of: $0[0], count: 3)[2].sin().sum()
    }
    for bad in [0, -1, 32] {
      #expect(throws: TensorError.self) { try PyramidBlur.levels(of: x, count: bad) }
    }
  }
}
