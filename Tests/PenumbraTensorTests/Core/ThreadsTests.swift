/// Threads and precision change how fast things are computed, not what; in processes of their own.

import PenumbraTensor
import Testing

@Suite struct ThreadsTests {
  @Test func largeLoopsGiveTheSameBitsOnAnyNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      func results(_ dtype: DType) throws -> [Tensor] {
        let generator = Generator(seed: 3)
        // Neither a multiple of a vector nor of a part.
        let x = try generator.normal([601, 1003], dtype: dtype).requiresGradient(true)
        let images = try generator.normal([700, 27, 29], dtype: dtype)
        let kernel = try SeparableKernel(y: [0.25, 0.5, 0.25], x: [0.1, 0.2, 0.4, 0.2, 0.1])
        let bias = try generator.normal([1003], dtype: dtype).requiresGradient(true)
        let eye = try Tensor.eye(1003, dtype: dtype)
        let y = try x.linear(eye, bias).leakyReLU(slope: 0.2)
        try y.mul(y.tanh()).mul(y.sigmoid()).sum().backward()
        let p = try x.detached().clone()
        let (m, v) = (try p.mul(0), try p.mul(0))
        let gradient = try #require(x.gradient)
        FusedUpdate.adam(
          .init(
            rate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-8, decay: 0.1, corrections: (0.5, 0.1)),
          gradient: gradient, mean: m, square: v, parameter: p)
        FusedUpdate.sgd(
          .init(rate: 0.1, momentum: 0.9), gradient: gradient, velocity: m, parameter: p)
        FusedUpdate.rmsprop(
          .init(rate: 0.1, alpha: 0.9, epsilon: 1e-8, decay: 0, momentum: 0.5), gradient: gradient,
          square: v, mean: nil, velocity: m, parameter: p)
        return [
          y.detached(), gradient, try #require(bias.gradient), m, v, p,
          try images.separableFilter(kernel, border: .reflect),
          try images.separableFilterAdjoint(kernel, border: .reflect),
        ]
      }
      for dtype in [DType.float32, .float64] {
        Threads.count = 1
        let expected = try results(dtype)
        for count in [2, 3, 7] {
          Threads.count = count
          for (index, (found, wanted)) in zip(try results(dtype), expected).enumerated() {
            #expect(
              try found.eq(wanted).all(), "result \(index), \(dtype), \(count) threads")
          }
        }
      }
    }
  }

  @Test func factorisationsHaveTheSameBitsOnAnyNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      let generator = Generator(seed: 6)
      for n in [12, 90, 300] {
        let rows = try generator.normal([n / 3, n], dtype: .float64)
        let singular = try rows.transpose(0, 1).matmul(rows)
        let regular = try singular.add(Tensor.eye(n, dtype: .float64))
        func results() throws -> [Tensor] {
          let (values, vectors) = try singular.symmetricEigen()
          return [values, vectors, try regular.cholesky(), try regular.matmul(regular.cholesky())]
        }
        Threads.count = 1
        let expected = try results()
        for count in [2, 3] {
          Threads.count = count
          for (found, wanted) in zip(try results(), expected) {
            #expect(try found.eq(wanted).all(), "\(n), \(count) threads")
          }
        }
      }
    }
  }

  @Test func productsOfAllShapesAgreeOnAnyNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      let generator = Generator(seed: 4)
      // The first ones are those that OpenBLAS may compute, at strides that are powers of two.
      for (m, k, n) in [
        (128, 300, 512), (512, 128, 256), (70, 64, 1536), (601, 40, 1003), (1, 500, 700),
        (700, 500, 1), (256, 1, 512),
      ] {
        let a = try generator.normal([m, k], dtype: .float64)
        let b = try generator.normal([k, n], dtype: .float64)
        Threads.count = 1
        let exact = try a.matmul(b)
        for (left, right) in [
          (a, b), (try a.transpose(0, 1).clone().transpose(0, 1), b),
          (a, try b.transpose(0, 1).clone().transpose(0, 1)),
        ] {
          for count in [1, 2, 5] {
            Threads.count = count
            #expect(
              try left.matmul(right).sub(exact).abs().maximum().item() <= 1e-12 * Double(k),
              "\(m) × \(k) × \(n), \(count) threads")
            let single = try left.to(.float32).matmul(right.to(.float32))
            #expect(
              try single.to(.float64).sub(exact).abs().maximum().item() <= 1e-6 * Double(k),
              "\(m) × \(k) × \(n), float32, \(count) threads")
          }
        }
      }
    }
  }

  @Test func reducedPrecisionKeepsSevenBits() async {
    await #expect(processExitsWith: .success) {
      #expect(MatmulPrecision.current == .highest)
      let generator = Generator(seed: 5)
      let (a, b) = (try generator.normal([200, 128]), try generator.normal([128, 136]))
      let image = try generator.normal([2, 16, 12, 12])
      let weight = try generator.normal([16, 16, 3, 3])
      func results() throws -> [Tensor] {
        [
          try a.matmul(b), try a.matmul(b.transpose(0, 1).clone().transpose(0, 1)),
          try a.transpose(0, 1).clone().transpose(0, 1).matmul(b),
          try a.narrow(1, start: 3, count: 100).matmul(b.narrow(0, start: 28, count: 100)),
          try image.convolution(2, weight),
        ]
      }
      let exact = try results()
      MatmulPrecision.current = .bfloat16
      #expect(MatmulPrecision.current == .bfloat16)
      for (found, wanted) in zip(try results(), exact) {
        // Each factor is off by at most 2⁻⁸ of itself, each product of 144 by 2⁻⁷.
        #expect(try found.sub(wanted).abs().maximum().item() <= 0x1p-7 * 144)
        let error = try found.sub(wanted).square().mean().item()
        #expect(try error <= 0x1p-14 * wanted.square().mean().item())
      }
      MatmulPrecision.current = .highest
      for (found, wanted) in zip(try results(), exact) { #expect(try found.eq(wanted).all()) }
    }
  }
}
