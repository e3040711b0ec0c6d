/// Gaussian blur against SciPy, its invariants, its derivatives.

import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct GaussianBlurTests {
  @Test func agreesWithSciPy() throws {
    let image = try Tensor(SciPyGolden.image, [1, 1, 6, 5], dtype: .float64)
    #expect(SciPyGolden.cases.count == 16)
    for golden in SciPyGolden.cases {
      let blur = try GaussianBlur(
        sigma: 1, border: #require(FilterBorder(rawValue: golden.border)),
        truncate: golden.truncate,
        geometry: SignalGeometry(perAxis: [golden.sigmas.y, golden.sigmas.x]))
      expectClose(try blur(image).doubles(), golden.blurred, 1e-13)
      expectClose(try blur(image.to(.float32)).doubles(), golden.blurred, 2e-6)
      #expect(try blur(image.to(.float32)).dtype == .float32)
    }
  }

  @Test func channelsAndExamplesAreSeparate() throws {
    let blur = try GaussianBlur(sigma: 1.2)
    let x = try sample([3, 2, 7, 9])
    let y = try blur(x)
    for n in 0..<3 {
      for c in 0..<2 {
        let alone = try blur(x.select(0, n).select(0, c).reshape([1, 1, 7, 9]))
        #expect(try alone.doubles() == y.select(0, n).select(0, c).doubles())
      }
    }
    // Neither does the memory's order matter.
    let turned = try x.transpose(2, 3)
    #expect(try blur(turned).doubles() == blur(turned.contiguous()).doubles())
  }

  @Test func flatImages() throws {
    let x = try sample([3, 2, 4, 5])
    let blur = try GaussianBlur(sigma: 0.9, geometry: SignalGeometry(size: [4, 5]))
    let flat = try x.reshape([3, 40])
    #expect(try blur(flat).shape == [3, 40])
    #expect(try blur(flat).doubles() == blur(x).doubles())
    for shape: Shape in [[3, 41], [3], [3, 4, 5, 2, 2, 2]] {
      #expect(throws: TensorError.self) { try blur(.ones(shape)) }
    }
    let error = #expect(throws: TensorError.self) { try GaussianBlur(sigma: 1)(.ones([3, 784])) }
    #expect(
      error?.description
        == "blur.gaussian: input: expected [n, channels, length], [n, channels, height, width] or "
        + "[n, channels, depth, height, width]; or the size of flat signals, got [3, 784]")
  }

  @Test func zeroIsTheIdentityAndItsNeighboursAreClose() throws {
    let x = try sample([1, 1, 5, 5])
    let blur = try GaussianBlur(sigma: 0)
    #expect(try blur(x) === x)
    try blur.setSigma(1e-300)
    #expect(try blur(x).doubles() == x.doubles())
    for kernel in GaussianKernel.allCases {
      let blur = try GaussianBlur(sigma: 0, kernel: kernel)
      try blur.setSigma(0.17)
      let change = try blur(x).sub(x).abs().maximum(over: nil).item()
      #expect(change < (kernel == .sampled ? 1e-6 : 0.2))
      try blur.setSigma(1e-4)
      #expect(try blur(x).sub(x).abs().maximum(over: nil).item() < 1e-6)
    }
  }

  @Test(arguments: FilterBorder.allCases)
  func constantsStayConstant(_ border: FilterBorder) throws {
    let blur = try GaussianBlur(sigma: 1.7, border: border)
    let y = try blur(.full([1, 1, 6, 9], 3, dtype: .float64)).doubles()
    #expect(y.allSatisfy { abs($0 - 3) < 1e-13 } == (border != .zero))
  }

  @Test func circularBordersKeepTheSum() throws {
    let x = try sample([2, 1, 6, 9])
    let blur = try GaussianBlur(sigma: 2.5, border: .circular)
    expectClose([try blur(x).sum().item()], [try x.sum().item()])
  }

  @Test(arguments: FilterBorder.allCases, [0.7, 3.0])
  func adjoint(_ border: FilterBorder, _ sigma: Double) throws {
    // The gradient of ⟨A x, g⟩ is Aᵀ g, for images smaller and larger than the kernel.
    for shape: Shape in [[2, 3, 5, 4], [1, 1, 1, 7], [1, 1, 20, 23]] {
      let blur = try GaussianBlur(
        sigma: sigma, border: border, geometry: SignalGeometry(perAxis: [1, 0.6]))
      let (x, g, z) = (try sample(shape), try sample(shape, seed: 2), try sample(shape, seed: 3))
      let leaf = try x.copied().requiresGradient(true)
      try blur(leaf).backward(seed: g)
      let adjoint = try #require(leaf.gradient)
      expectClose(
        [try blur(z).mul(g).sum().item()], [try adjoint.mul(z).sum().item()], 1e-12)
    }
  }

  @Test(arguments: FilterBorder.allCases)
  func derivatives(_ border: FilterBorder) throws {
    let blur = try GaussianBlur(sigma: 1.1, border: border, geometry: SignalGeometry(size: [3, 4]))
    let probe = try sample([2, 12], seed: 3)
    try expectDerivatives(at: [sample([2, 12])]) { try blur($0[0]).mul(probe).tanh().sum() }
  }

  @Test func strengthsAreChecked() throws {
    let blur = try GaussianBlur(sigma: 2)
    for bad in [-1, .nan, .infinity, 1e9] {
      #expect(throws: TensorError.self) { try blur.setSigma(bad) }
      #expect(throws: TensorError.self) { try GaussianBlur(sigma: bad) }
    }
    #expect(blur.sigma.greatest == 2)
    #expect(throws: TensorError.self) { try GaussianBlur(sigma: 1, truncate: 0) }
    #expect(throws: TensorError.self) {
      try GaussianBlur(sigma: 1, geometry: SignalGeometry(size: [0, 5]))
    }
    #expect(throws: TensorError.self) { try blur(.ones([1, 1, 4, 4], dtype: .int64)) }
  }

  @Test func saysWhatItIs() throws {
    let blur = try GaussianBlur(sigma: 2, border: .circular)
    #expect(blur.domain == .signal)
    #expect(
      blur.description
        == "gaussian(sigma=2 pixels, border=circular, truncate=3, kernel=sampled), of the signal")
  }
}
