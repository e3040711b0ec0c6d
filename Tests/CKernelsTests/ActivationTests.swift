// Activations, their derivatives and cross-entropy against the formulas in double precision.

import CKernels
import Glibc
import Testing

/// Runs `body` on the elements of `x` and expects `wanted` of each, to `bound` ulps.
private func expectEach<T: KernelReal>(
  _ name: String, _ bound: Double, _ x: [T], _ wanted: [Double],
  _ body: (UnsafeMutablePointer<T>) -> Void
) {
  var y = x + [77]
  y.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
  #expect(y[x.count] == 77)
  let worst = zip(y, wanted).map { ulps($0, $1) }.max() ?? 0
  #expect(worst <= bound, "\(name) \(T.self) of \(x.count): \(worst) ulp")
}

private func check<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(11)
  for n in lengths {
    let x: [T] = generator.reals(n, -3...3)
    let g: [T] = generator.reals(n, -3...3)
    let unit: [T] = generator.reals(n, 0.1...0.9)
    let (dx, dg, du) = (x.map { Double($0) }, g.map { Double($0) }, unit.map { Double($0) })
    let slope = Double(T(0.2))
    let count = Int64(n)
    expectEach("leaky_relu", 0.5, x, dx.map { $0 > 0 ? $0 : slope * $0 }) {
      T.leakyReLU(count, T(0.2), x, $0)
    }
    expectEach("in place", 0.5, x, dx.map { $0 > 0 ? $0 : slope * $0 }) {
      T.leakyReLU(count, T(0.2), $0, $0)
    }
    expectEach("backward", 0.5, x, zip(dx, dg).map { $1 * ($0 > 0 ? 1 : slope) }) {
      T.leakyReLUBackward(count, T(0.2), x, g, $0)
    }
    expectEach("tanh backward", 4, x, zip(du, dg).map { $1 * (1 - $0 * $0) }) {
      T.tanhBackward(count, unit, g, $0)
    }
    expectEach("sigmoid backward", 2, x, zip(du, dg).map { $1 * $0 * (1 - $0) }) {
      T.sigmoidBackward(count, unit, g, $0)
    }
    let sums = zip(du, dx).map { $0 + 0.5 * abs($1) }
    expectEach("axpy", 1, unit, sums) { T.axpy(count, T(0.5), x.map { abs($0) }, $0) }
    expectEach("affine", 1, x, du.map { 2 * $0 + 1 }) { T.affine(count, 2, 1, unit, $0) }
  }
}

@Test func activationsFloat32() { check(Float.self) }
@Test func activationsFloat64() { check(Double.self) }

private func checkBias<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(12)
  for (rows, columns) in [(1, 1), (4, 7), (3, 128)] {
    let x: [T] = generator.reals(rows * columns)
    let bias: [T] = generator.reals(columns)
    for (kind, slope) in [(Int32(0), 0.0), (1, 0), (1, 0.25)] {
      let wanted = x.indices.map { i in
        let sum = Double(x[i] + bias[i % columns])
        return kind == 0 || sum > 0 ? sum : slope * sum
      }
      expectEach("bias", 0, x, wanted) {
        T.biasActivation(Int64(rows), Int64(columns), bias, kind, T(slope), $0)
      }
    }
  }
}

@Test func biasActivation() {
  checkBias(Float.self)
  checkBias(Double.self)
}

private func checkBCE<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(13)
  for n in lengths {
    for (st, sg) in [(1, 1), (0, 0), (1, 0), (2, 3)] {
      let x: [T] = generator.reals(n, -30...30)
      let t: [T] = generator.reals(n * max(st, 1) + 1, 0...1)
      let g: [T] = generator.reals(n * max(sg, 1) + 1)
      let loss = (0..<n).map { i in
        let (logit, target) = (Double(x[i]), Double(t[i * st]))
        // log σ(x) and log σ(−x), each without cancellation.
        let positive = logit > 0 ? -log1p(exp(-logit)) : logit - log1p(exp(logit))
        return -target * positive - (1 - target) * (positive - logit)
      }
      let gradient = (0..<n).map { i in
        Double(g[i * sg]) * (1 / (1 + exp(-Double(x[i]))) - Double(t[i * st]))
      }
      var y = [T](repeating: 0, count: n)
      T.bce(Int64(n), x, t, Int64(st), &y)
      #expect(relativeError(y, loss) <= 2e-7)
      T.bceBackward(Int64(n), x, t, Int64(st), g, Int64(sg), &y)
      #expect(relativeError(y, gradient) <= 2e-7)
    }
  }
}

@Test func binaryCrossEntropy() {
  checkBCE(Float.self)
  checkBCE(Double.self)
  // Far from zero the loss is 0 or |x|, never NaN.
  var y: [Float] = [0, 0, 0, 0]
  pn_bce_f32(4, [1e30, -1e30, 200, -200], [1, 0, 0, 1], 1, &y)
  #expect(y == [0, 0, 200, 200])
}
