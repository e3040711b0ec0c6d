// Optimiser updates against the textbook formulas in double precision.

import CKernels
import Testing

private func check<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(15)
  for n in lengths {
    var p: [T] = generator.reals(n)
    var m: [T] = generator.reals(n)
    var v: [T] = generator.reals(n, 0...1)
    var (wp, wm, wv) = (p.map { Double($0) }, m.map { Double($0) }, v.map { Double($0) })
    var settings = pn_adam(
      lr: 0.01, beta1: 0.9, beta2: 0.99, eps: 1e-8, c1: 0.19, c2: 0.02, decay: 0.1, shrink: 1)
    for step in 0..<3 {
      settings.decay = step == 0 ? 0 : 0.1
      settings.shrink = step == 2 ? 0.9 : 1
      let g: [T] = generator.reals(n)
      T.adam(Int64(n), &settings, g, &m, &v, &p)
      for i in 0..<n {
        let slope = Double(g[i]) + settings.decay * wp[i]
        wm[i] = 0.9 * wm[i] + 0.1 * slope
        wv[i] = 0.99 * wv[i] + 0.01 * slope * slope
        wp[i] =
          settings.shrink * wp[i] - 0.01 * (wm[i] / 0.19) / ((wv[i] / 0.02).squareRoot() + 1e-8)
      }
    }
    #expect(relativeError(p, wp) < tolerance(T.self))
    #expect(relativeError(m, wm) < tolerance(T.self))
    #expect(relativeError(v, wv) < tolerance(T.self))
  }
}

@Test func adam() {
  check(Float.self)
  check(Double.self)
}

private func checkSGD<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(16)
  for (momentum, nesterov) in [(0.0, 0), (0.9, 0), (0.9, 1)] {
    for decay in [0.0, 0.1] {
      let n = 133
      var p: [T] = generator.reals(n)
      var m = [T](repeating: .nan, count: n)  // unread in the first step
      var wp = p.map { Double($0) }
      var wm = [Double](repeating: 0, count: n)
      for step in 0..<3 {
        var settings = pn_sgd(
          lr: 0.05, momentum: momentum, dampening: 0.25, decay: decay, nesterov: Int32(nesterov),
          first: step == 0 ? 1 : 0)
        let g: [T] = generator.reals(n)
        if momentum == 0 {
          T.sgd(Int64(n), &settings, g, nil, &p)
        } else {
          T.sgd(Int64(n), &settings, g, &m, &p)
        }
        for i in 0..<n {
          let slope = Double(g[i]) + decay * wp[i]
          wm[i] = step == 0 ? slope : momentum * wm[i] + 0.75 * slope
          let direction = momentum == 0 ? slope : nesterov != 0 ? slope + momentum * wm[i] : wm[i]
          wp[i] -= 0.05 * direction
        }
      }
      #expect(relativeError(p, wp) < tolerance(T.self))
    }
  }
}

@Test func sgd() {
  checkSGD(Float.self)
  checkSGD(Double.self)
}

private func checkLangevin<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(17)
  for n in lengths {
    let start: [T] = generator.reals(n)
    let g: [T] = generator.reals(n)
    let d: [T] = generator.reals(n)  // negative ones count as zero
    let r: [T] = generator.reals(n, -3...3)
    var p = start
    T.langevin(Int64(n), 0.1, 0.3, g, d, r, &p)
    var wanted = (0..<n).map { i in
      let noise = max(Double(d[i]), 0).squareRoot() * Double(r[i])
      return Double(start[i]) - 0.1 * Double(g[i]) + 0.3 * noise
    }
    #expect(relativeError(p, wanted) < tolerance(T.self))
    p = start
    T.langevin(Int64(n), 0.1, 0.3, g, nil, r, &p)
    wanted = (0..<n).map { i -> Double in
      let drift: Double = 0.1 * Double(g[i])
      return Double(start[i]) - drift + 0.3 * Double(r[i])
    }
    #expect(relativeError(p, wanted) < tolerance(T.self))
    p = start
    T.runningMean(Int64(n), 0.05, g, &p)
    wanted = (0..<n).map { i -> Double in
      let kept: Double = 0.95 * Double(start[i])
      return kept + 0.05 * Double(g[i])
    }
    #expect(relativeError(p, wanted) < tolerance(T.self))
  }
}

@Test func langevinAndRunningMean() {
  checkLangevin(Float.self)
  checkLangevin(Double.self)
}
