/// How a signal filter sees its input, and how strong it is along each axis of each channel.

public import PenumbraTensor

/// What a signal filter's strength is multiplied by, and the size of flat inputs.
public struct SignalGeometry {
  /// The extents of flat inputs' signals: [length], [height, width] or [depth, height, width].
  public let size: [Int]?
  /// Factors of σ along each axis, in the order of the axes.
  public let perAxis: [Double]?
  /// Factors of σ for each channel, [channels]; derivatives reach it.
  public let perChannel: Tensor?

  public init(size: [Int]? = nil, perAxis: [Double]? = nil, perChannel: Tensor? = nil) {
    (self.size, self.perAxis, self.perChannel) = (size, perAxis, perChannel)
  }

  /// - Throws: `TensorError` for a size that is not positive or factors that are not finite and at
  ///   least 0.
  func check(_ operation: String) throws {
    if let size, !(1...3).contains(size.count) || size.contains(where: { $0 < 1 }) {
      throw TensorError(
        .value, operation, argument: "size", expected: "one to three extents of at least 1",
        got: "\(size)")
    }
    if let perAxis {
      guard (1...3).contains(perAxis.count) else {
        throw TensorError(
          .value, operation, argument: "per_axis", expected: "one to three factors",
          got: "\(perAxis.count)")
      }
      for factor in perAxis { try checkSigma(factor, operation, "per_axis") }
    }
    guard let perChannel else { return }
    guard perChannel.rank == 1 else {
      throw TensorError(
        .shape, operation, argument: "per_channel", expected: "[channels]",
        got: "\(perChannel.shape)")
    }
    try Strength.tensor(perChannel).check(operation, "per_channel")
  }

  /// The greatest number that σ is multiplied by.
  var greatestFactor: Double {
    (perAxis?.max() ?? 1) * (perChannel.map { Strength.tensor($0).greatest } ?? 1)
  }

  /// x as [n, channels, length], [n, channels, height, width] or [n, channels, depth, height, width].
  ///
  /// - Throws: `TensorError` (dtype, shape) for any other x.
  func signals(_ x: Tensor, _ operation: String) throws -> Tensor {
    try x.requireFloating(operation)
    if (3...5).contains(x.rank) { return x }
    let layouts =
      "[n, channels, length], [n, channels, height, width] or [n, channels, depth, height, width]"
    guard let size, x.rank == 2 else {
      throw TensorError(
        .shape, operation, argument: "input",
        expected: layouts + (size == nil ? "; or the size of flat signals" : ", or flat signals"),
        got: "\(x.shape)")
    }
    var elements = 1
    for extent in size {
      let (product, overflow) = elements.multipliedReportingOverflow(by: extent)
      elements = overflow ? Int.max : product
    }
    guard x.shape[1] % elements == 0 else {
      throw TensorError(
        .shape, operation, argument: "input",
        expected: "[n, channels · \(size.map(String.init).joined(separator: " · "))]",
        got: "\(x.shape)")
    }
    return try x.reshape(Shape([x.shape[0], x.shape[1] / elements] + size))
  }

  /// The strength along each axis of `signals`, whose first dimensions are examples and channels.
  ///
  /// - Throws: `TensorError` (value, shape) unless σ is finite, at least 0, and [], [n] or [n, channels]
  ///   with extents of 1 allowed, and the factors are as many as there are axes and channels.
  func strengths(_ sigma: Strength, of signals: Tensor, _ operation: String) throws
    -> [AxisStrength]
  {
    let axes = signals.rank - 2
    let factors = perAxis ?? Array(repeating: 1, count: axes)
    guard factors.count == axes else {
      throw TensorError(
        .value, operation, argument: "per_axis", expected: "\(axes) factors, one for each axis",
        got: "\(factors.count)")
    }
    if case .number(let value) = sigma, perChannel == nil {
      return factors.map { .number(value * $0) }
    }
    let (count, channels) = (signals.shape[0], signals.shape[1])
    var table = try sigmaTable(sigma, count, channels, operation)
    if let perChannel {
      guard perChannel.shape[0] == channels else {
        throw TensorError(
          .shape, operation, argument: "per_channel", expected: "\(channels) factors",
          got: "\(perChannel.shape[0])")
      }
      try Strength.tensor(perChannel).check(operation, "per_channel")
      table = try table.mul(perChannel.to(.float64).reshape([1, channels]))
    }
    return try factors.map { .table($0 == 1 ? table : try table.mul($0)) }
  }

  /// σ as [n or 1, channels or 1].
  private func sigmaTable(_ sigma: Strength, _ count: Int, _ channels: Int, _ operation: String)
    throws -> Tensor
  {
    guard case .tensor(let tensor) = sigma else {
      return try .full([1, 1], sigma.greatest, dtype: .float64)
    }
    try sigma.check(operation)
    let shape = tensor.shape
    let fits =
      shape.rank <= 2 && (shape.rank < 1 || shape[0] == 1 || shape[0] == count)
      && (shape.rank < 2 || shape[1] == 1 || shape[1] == channels)
    guard fits else {
      throw TensorError(
        .shape, operation, argument: "sigma",
        expected: "[], [\(count)] or [\(count), \(channels)]", got: "\(shape)")
    }
    return try tensor.to(.float64).reshape(
      [shape.rank > 0 ? shape[0] : 1, shape.rank > 1 ? shape[1] : 1])
  }
}

/// The standard deviation along one axis.
enum AxisStrength {
  case number(Double)
  /// float64, [n or 1, channels or 1]
  case table(Tensor)
}
