/// Resampling of signals, images and volumes to another size.

/// How the values between samples are found.
public enum InterpolationMode: String, Sendable, CaseIterable {
  /// The sample at ⌊j · in/out⌋.
  case nearest
  /// The sample that is nearest to the output's centre.
  case nearestExact = "nearest-exact"
  /// Straight lines between the samples, in one, two and three dimensions.
  case linear, bilinear, trilinear
  /// Keys' cubic through four samples a dimension, a = −3/4.
  case bicubic
  /// The mean of the samples that the output covers.
  case area

  /// Dimensions that follow [n, channels].
  fileprivate var dimensions: ClosedRange<Int> {
    switch self {
    case .nearest, .nearestExact, .area: 1...3
    case .linear: 1...1
    case .bilinear, .bicubic: 2...2
    case .trilinear: 3...3
    }
  }

  fileprivate var hasCorners: Bool {
    switch self {
    case .linear, .bilinear, .trilinear, .bicubic: true
    case .nearest, .nearestExact, .area: false
    }
  }
}

extension Tensor {
  /// The tensor [n, channels, ...] with other extents in the dimensions that follow the channels.
  ///
  /// Linear in x: the derivative is the exact adjoint, whose derivative is this again. One pass for
  /// each dimension.
  /// - Parameters:
  ///   - size: the new extents, one for all dimensions or one for each.
  ///   - alignsCorners: the outermost samples stay where they are; for linear and cubic modes.
  /// - Throws: `TensorError` for a mode of another number of dimensions or sizes below 1.
  public func interpolate(
    size: [Int], mode: InterpolationMode = .nearest, alignsCorners: Bool = false
  ) throws -> Tensor {
    let inputs = try interpolationExtents(size.count, "size", mode, alignsCorners)
    let sizes = size.count == 1 ? Array(repeating: size[0], count: inputs.count) : size
    return try interpolated(
      zip(inputs, sizes).map {
        AxisResampling(mode, from: $0, to: $1, scale: nil, alignsCorners)
      })
  }

  /// The same with extents ⌊extent · factor⌋, and samples 1/factor apart.
  ///
  /// - Parameter factors: one for all dimensions or one for each, above 0.
  public func interpolate(
    scale factors: [Double], mode: InterpolationMode = .nearest, alignsCorners: Bool = false
  ) throws -> Tensor {
    let inputs = try interpolationExtents(factors.count, "scale_factor", mode, alignsCorners)
    let all = factors.count == 1 ? Array(repeating: factors[0], count: inputs.count) : factors
    return try interpolated(
      zip(inputs, all).map { extent, factor in
        let size = (Double(extent) * factor).rounded(.down)
        guard factor > 0, size < 1e15 else {
          throw TensorError(
            .value, "interpolate", argument: "scale_factor",
            expected: factor > 0 ? "one whose result memory can hold" : "a number above 0",
            got: "\(factor)")
        }
        return AxisResampling(mode, from: extent, to: Int(size), scale: factor, alignsCorners)
      })
  }

  private func interpolationExtents(
    _ count: Int, _ argument: String, _ mode: InterpolationMode, _ alignsCorners: Bool
  ) throws -> [Int] {
    try requireFloating("interpolate")
    guard rank > 2, mode.dimensions.contains(rank - 2) else {
      let ranks = mode.dimensions.lowerBound + 2...mode.dimensions.upperBound + 2
      throw TensorError(
        .shape, "interpolate",
        expected: "\(ranks.lowerBound)"
          + (ranks.count > 1 ? " to \(ranks.upperBound)" : "")
          + " dimensions, [n, channels, ...], for mode \"\(mode.rawValue)\"", got: "\(shape)")
    }
    guard !alignsCorners || mode.hasCorners else {
      throw TensorError(
        .value, "interpolate", argument: "align_corners",
        "mode \"\(mode.rawValue)\" has no corners to align")
    }
    guard count == 1 || count == rank - 2 else {
      throw TensorError(
        .shape, "interpolate", argument: argument, expected: "1 or \(rank - 2) numbers",
        got: "\(count)")
    }
    return Array(shape.array.dropFirst(2))
  }

  private func interpolated(_ axes: [AxisResampling]) throws -> Tensor {
    for axis in axes where axis.input < 1 || axis.output < 1 {
      throw TensorError(
        .shape, "interpolate", expected: "sizes of at least 1",
        got: "\(axis.input) to \(axis.output)")
    }
    var result = self
    for (index, axis) in axes.enumerated() where !axis.isIdentity {
      result = try result.resampled(axis, index + 2, transposed: false)
    }
    return result === self ? try clone() : result
  }

  /// One dimension resampled, or the adjoint of that.
  private func resampled(_ axis: AxisResampling, _ dimension: Int, transposed: Bool) throws
    -> Tensor
  {
    try Interruption.check("interpolate")
    let source = try contiguousValues()
    var target = shape
    target[dimension] = transposed ? axis.input : axis.output
    let result = try Tensor(uninitialized: target, dtype, "interpolate")
    let outer = target.array.prefix(dimension).reduce(1, *)
    let inner = target.array.dropFirst(dimension + 1).reduce(1, *)
    if transposed { Backend.fill(result, 0) }
    Backend.resample(axis, outer: outer, inner: inner, transposed: transposed, source, into: result)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("interpolate", self) { gradient, into in
      try into(0) { try gradient.resampled(axis, dimension, transposed: !transposed) }
    }
  }
}
