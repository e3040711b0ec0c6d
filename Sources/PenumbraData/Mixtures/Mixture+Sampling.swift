/// Draws from a mixture.

public import PenumbraTensor

extension Mixture {
  /// Independent draws, [count, dimension].
  ///
  /// The generator advances by the same amount whatever the modes drawn.
  ///
  /// - Throws: `TensorError` for a negative count or a dtype that is not floating.
  /// - Complexity: O(count · dimension).
  public func sample(_ count: Int, using generator: Generator, dtype: DType = .float32) throws
    -> Tensor
  {
    try draw(count, using: generator, dtype: dtype, modes: nil)
  }

  /// Draws with the mode that each came from, int64 [count] counted from 0.
  public func labelledSample(
    _ count: Int, using generator: Generator, dtype: DType = .float32
  ) throws -> (points: Tensor, modes: Tensor) {
    let modes = try Tensor.zeros(Shape(max(count, 0)), dtype: .int64)
    let points = try modes.withMutableBytes { buffer in
      try draw(
        count, using: generator, dtype: dtype, modes: buffer.assumingMemoryBound(to: Int64.self))
    }
    return (points, modes)
  }

  private func draw(
    _ count: Int, using generator: Generator, dtype: DType,
    modes: UnsafeMutableBufferPointer<Int64>?
  ) throws -> Tensor {
    guard count >= 0 else {
      throw TensorError(
        .value, "sample", argument: "n", expected: "at least 0", got: "\(count)")
    }
    let points = try generator.normal(Shape(count, dimension), dtype: dtype)
    let uniforms = try generator.uniform(Shape(count), dtype: .float64)
    try uniforms.withBytes { raw in
      let uniforms = raw.assumingMemoryBound(to: Double.self)
      try points.withMutableBytes { target in
        if dtype == .float32 {
          place(target.assumingMemoryBound(to: Float.self), uniforms, modes)
        } else {
          place(target.assumingMemoryBound(to: Double.self), uniforms, modes)
        }
      }
    }
    return points
  }

  /// Turns standard normals into draws: x ← μₖ + σₖ x, the mode k chosen by a uniform number.
  @inline(__always)
  private func place<Real: BinaryFloatingPoint>(
    _ points: UnsafeMutableBufferPointer<Real>, _ uniforms: UnsafeBufferPointer<Double>,
    _ modes: UnsafeMutableBufferPointer<Int64>?
  ) {
    for index in 0..<uniforms.count {
      let mode = choice.outcome(uniforms[index])
      modes?[index] = Int64(mode)
      let sigma = Real(sigmas[mode])
      for coordinate in 0..<dimension {
        let place = index * dimension + coordinate
        points[place] = Real(flatMeans[mode * dimension + coordinate]) + sigma * points[place]
      }
    }
  }
}
