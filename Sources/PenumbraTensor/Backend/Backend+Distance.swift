/// Euclidean distances between rows.

extension Backend {
  /// z[b, i, j] = ‖x[b, i] − y[b, j]‖; x: [..., n, d], y: [..., m, d], z: [..., n, m], contiguous
  /// floats. Squares are summed in double precision, eight lanes at a time.
  static func euclideanDistances(_ x: Tensor, _ y: Tensor, into z: Tensor) throws {
    if z.elementCount == 0 { return }
    let (n, m) = (z.shape[z.rank - 2], z.shape[z.rank - 1])
    let width = x.shape[x.rank - 1]
    for batch in 0..<(z.elementCount / (n * m)) {
      for i in 0..<n {
        try Interruption.check("cdist")
        for j in 0..<m {
          let (a, b) = ((batch * n + i) * width, (batch * m + j) * width)
          let place = (batch * n + i) * m + j
          switch x.dtype {
          case .float32:
            z.floats[place] = Float(squaredDistance(x.floats + a, y.floats + b, width).squareRoot())
          default:
            z.doublesPointer[place] =
              length(x.doublesPointer + a, y.doublesPointer + b, width)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func squaredDistance(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Double {
    var lanes = SIMD8<Double>()
    var index = 0
    while index + 8 <= count {
      let x = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Float>.self)
      let y = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Float>.self)
      let difference = SIMD8<Double>(x) - SIMD8<Double>(y)
      lanes += difference * difference
      index += 8
    }
    var sum = lanes.sum()
    while index < count {
      let difference = Double(a[index]) - Double(b[index])
      sum += difference * difference
      index += 1
    }
    return sum
  }

  @inline(__always)
  private static func squaredDistance(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int, scale: Double
  ) -> Double {
    var lanes = SIMD8<Double>()
    var index = 0
    while index + 8 <= count {
      let x = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Double>.self)
      let y = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Double>.self)
      let difference = (x - y) * scale
      lanes += difference * difference
      index += 8
    }
    var sum = lanes.sum()
    while index < count {
      let difference = (a[index] - b[index]) * scale
      sum += difference * difference
      index += 1
    }
    return sum
  }

  /// ‖a − b‖; rescaled where the plain sum of squares over- or underflows.
  @inline(__always)
  private static func length(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    let sum = squaredDistance(a, b, count, scale: 1)
    if sum > 1e-280 && sum.isFinite { return sum.squareRoot() }
    let scale = sum < 1 ? 0x1p500 : 0x1p-500
    return squaredDistance(a, b, count, scale: scale).squareRoot() / scale
  }
}
