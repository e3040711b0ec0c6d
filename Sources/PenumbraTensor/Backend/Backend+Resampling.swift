/// Resampling along one dimension.

extension Backend {
  /// Outputs whose weights are worked out at a time.
  private static let strip = 256

  /// y[o, j, i] = Σ_k w[j, k] x[o, k, i]; transposed: y[o, k, i] += w[j, k] x[o, j, i].
  static func resample(
    _ axis: AxisResampling, outer: Int, inner: Int, transposed: Bool, _ x: Tensor, into y: Tensor
  ) {
    if x.elementCount == 0 || y.elementCount == 0 { return }
    for start in stride(from: 0, to: axis.output, by: strip) {
      let range = start..<min(start + strip, axis.output)
      let taps = ResamplingTaps(axis, range)
      switch x.dtype {
      case .float32:
        taps.apply(axis, outer, inner, transposed, x.floats, y.floats)
      default:
        taps.apply(axis, outer, inner, transposed, x.doublesPointer, y.doublesPointer)
      }
    }
  }
}

/// The samples and weights of some neighbouring outputs.
private struct ResamplingTaps {
  let outputs: Range<Int>
  private var ends: [Int] = []
  private var positions: [Int] = []
  private var weights: [Double] = []

  init(_ axis: AxisResampling, _ outputs: Range<Int>) {
    self.outputs = outputs
    for output in outputs {
      axis.appendTaps(of: output, &positions, &weights)
      ends.append(positions.count)
    }
  }

  func apply<Element: BinaryFloatingPoint>(
    _ axis: AxisResampling, _ outer: Int, _ inner: Int, _ transposed: Bool,
    _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>
  ) {
    let factors = weights.map { Element($0) }
    for o in 0..<outer {
      var first = 0
      for (j, end) in zip(outputs, ends) {
        let coarse = (o * axis.output + j) * inner
        for tap in first..<end {
          let fine = (o * axis.input + positions[tap]) * inner
          let weight = factors[tap]
          if transposed {
            for i in 0..<inner { y[fine + i] += weight * x[coarse + i] }
          } else if tap == first {
            for i in 0..<inner { y[coarse + i] = weight * x[fine + i] }
          } else {
            for i in 0..<inner { y[coarse + i] += weight * x[fine + i] }
          }
        }
        first = end
      }
    }
  }
}
