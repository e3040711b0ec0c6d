/// Normalisation by layers, groups of channels, and root mean squares.

extension Tensor {
  /// (x − μ) / √(v + ε) · weight + bias with the mean and biased variance of the last dimensions.
  ///
  /// self: [..., extents], weight and bias: extents. Ba, Kiros & Hinton (2016).
  /// - Throws: `TensorError` when the last dimensions are others, or weight and bias do not fit.
  public func layerNorm(
    _ extents: Shape, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) throws -> Tensor {
    let plan = try rowPlan("layer_norm", extents, epsilon)
    try requireShape(extents, "layer_norm", weight: weight, bias: bias)
    return try normalized(plan, weight: weight, bias: bias).result
  }

  /// x / √(mean x² + ε) · weight with the mean over the last dimensions.
  ///
  /// self: [..., extents], weight: extents. Zhang & Sennrich (2019).
  /// - Parameter epsilon: nil is the distance from 1 to the next number of the dtype.
  public func rmsNorm(_ extents: Shape, weight: Tensor? = nil, epsilon: Double? = nil) throws
    -> Tensor
  {
    let least = dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
    var plan = try rowPlan("rms_norm", extents, epsilon ?? least)
    plan.isCentred = false
    try requireShape(extents, "rms_norm", weight: weight, bias: nil)
    return try normalized(plan, weight: weight, bias: nil).result
  }

  /// (x − μ) / √(v + ε) · weight + bias with the mean and biased variance of a group of channels.
  ///
  /// self: [n, channels, ...], weight and bias: [channels]. Wu & He (2018).
  /// - Throws: `TensorError` unless the number of groups divides that of the channels.
  public func groupNorm(
    _ groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) throws -> Tensor {
    let channels = try channelCount("group_norm", least: 2)
    guard groups >= 1, channels % groups == 0 else {
      throw TensorError(
        .value, "group_norm", argument: "groups",
        expected: "a number that divides the \(channels) channels", got: "\(groups)")
    }
    return try normalizedGroups("group_norm", groups, weight, bias, epsilon)
  }

  /// (x − μ) / √(v + ε) · weight + bias with the mean and biased variance of each channel of each
  /// example.
  ///
  /// self: [n, channels, ...], weight and bias: [channels]. With running statistics they are updated as
  /// in `batchNorm`, by the means over the examples; `usesInputStatistics` = false uses them
  /// instead. Ulyanov, Vedaldi & Lempitsky (2016).
  /// - Throws: `TensorError` for less than two positions in a channel.
  public func instanceNorm(
    running: RunningStatistics? = nil, weight: Tensor? = nil, bias: Tensor? = nil,
    usesInputStatistics: Bool = true, momentum: Double = 0.1, epsilon: Double = 1e-5
  ) throws -> Tensor {
    let channels = try channelCount("instance_norm", least: 3)
    try running?.check(channels, "instance_norm")
    guard usesInputStatistics else {
      guard let running else {
        throw TensorError(
          .value, "instance_norm", argument: "running_mean",
          "running statistics are needed when the input's own are not used")
      }
      return try normalized(
        by: running, weight: weight, bias: bias, epsilon: epsilon, "instance_norm")
    }
    let positions = elementCount / max(shape[0] * channels, 1)
    guard positions > 1 || elementCount == 0 else {
      throw TensorError(
        .shape, "instance_norm", expected: "more than one position in each channel",
        got: "\(shape)")
    }
    let plan = try groupPlan("instance_norm", channels, epsilon)
    let (result, statistics) = try normalized(plan, weight: weight, bias: bias)
    if let running, elementCount > 0 {
      let rows = Shape(shape[0], channels)
      try running.update(
        mean: statistics.mean.reshape(rows).mean([0]),
        variance: statistics.variance.reshape(rows).mean([0]), count: positions, momentum)
    }
    return result
  }

  private func normalizedGroups(
    _ name: StaticString, _ groups: Int, _ weight: Tensor?, _ bias: Tensor?, _ epsilon: Double
  ) throws -> Tensor {
    try normalized(groupPlan(name, groups, epsilon), weight: weight, bias: bias).result
  }

  private func groupPlan(_ name: StaticString, _ groups: Int, _ epsilon: Double) throws
    -> NormalizationPlan
  {
    try requireFloating("\(name)")
    try requireEpsilon(epsilon, "\(name)")
    let channels = shape[1] / groups
    let positions = shape.array.dropFirst(2).reduce(1, *)
    return NormalizationPlan(
      operation: name, layout: .groups(groups, channels: channels),
      view: [shape[0], groups, channels, positions], epsilon: epsilon)
  }

  private func rowPlan(_ name: StaticString, _ extents: Shape, _ epsilon: Double) throws
    -> NormalizationPlan
  {
    try requireFloating("\(name)")
    try requireEpsilon(epsilon, "\(name)")
    guard extents.rank > 0, shape.ends(with: extents) else {
      let wanted = extents.array.map(String.init).joined(separator: ", ")
      throw TensorError(
        .shape, "\(name)",
        expected: extents.rank == 0 ? "at least one extent" : "[..., \(wanted)]", got: "\(shape)")
    }
    let leading = shape.array.dropLast(extents.rank).reduce(1, *)
    return NormalizationPlan(
      operation: name, layout: .rows, view: Shape(leading, extents.elementCount), epsilon: epsilon)
  }

  /// The second extent, of a tensor with at least `least` dimensions.
  func channelCount(_ name: String, least: Int) throws -> Int {
    try requireFloating(name)
    guard rank >= least, shape[1] > 0 else {
      throw TensorError(
        .shape, name, expected: least == 2 ? "[n, channels, ...]" : "[n, channels, positions...]",
        got: "\(shape)")
    }
    return shape[1]
  }

  private func requireShape(_ extents: Shape, _ name: String, weight: Tensor?, bias: Tensor?)
    throws
  {
    for (argument, tensor) in [("weight", weight), ("bias", bias)] {
      guard let tensor, tensor.shape != extents else { continue }
      throw TensorError(
        .shape, name, argument: argument, expected: "\(extents)", got: "\(tensor.shape)")
    }
  }

  func requireEpsilon(_ epsilon: Double, _ name: String) throws {
    guard epsilon >= 0, epsilon.isFinite else {
      throw TensorError(
        .value, name, argument: "eps", expected: "a number of at least 0", got: "\(epsilon)")
    }
  }
}
