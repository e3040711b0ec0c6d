/// Losses of class scores against labels or class probabilities.

extension Tensor {
  /// −log softmax(x)[label], or −Σ_c t_c log softmax(x)_c for class probabilities t.
  ///
  /// - Parameters:
  ///   - target: labels from 0, int64, of this shape without the classes; or probabilities of this shape.
  ///     self: [n, classes, ...] or [classes].
  ///   - weight: [classes]; factors of each class. The mean divides by the labels' total weight.
  ///   - ignoredLabel: labels of this value count for nothing.
  ///   - smoothing: the part of each target that is spread evenly over the classes. Szegedy et al. (2016).
  /// - Throws: `TensorError` for shapes that do not fit or labels that are no class.
  public func crossEntropy(
    _ target: Tensor, weight: Tensor? = nil, ignoredLabel: Int = -100, smoothing: Double = 0,
    reduction: LossReduction = .mean
  ) throws -> Tensor {
    let name = "cross_entropy"
    try requireFloating(name)
    guard smoothing >= 0, smoothing <= 1 else {
      throw TensorError(
        .value, name, argument: "label_smoothing", expected: "a number from 0 to 1",
        got: "\(smoothing)")
    }
    guard rank > 0 else {
      throw TensorError(.shape, name, expected: "scores [n, classes, ...]", got: "\(shape)")
    }
    let logarithms = try logSoftmax(classAxis)
    guard target.dtype.isFloating else {
      return try logarithms.labelLosses(
        target, weight, ignoredLabel, smoothing: smoothing, reduction, name)
    }
    guard target.shape == shape else {
      throw TensorError(
        .shape, name, argument: "target",
        expected: "int64 labels \(labelShape), or probabilities \(shape)",
        got: "\(target.dtype) \(target.shape)")
    }
    let classes = shape[classAxis]
    var t = try target.to(dtype)
    if smoothing > 0 { t = try t.mul(1 - smoothing).add(smoothing / Double(classes)) }
    let products = try logarithms.weightedClasses(weight, name).mul(t)
    let losses = try products.sum([classAxis]).mul(-1)
    return try reduction.apply(losses)
  }

  /// −x[label] for logarithms x of class probabilities.
  ///
  /// Arguments are those of `crossEntropy`, whose second half this is.
  public func nllLoss(
    _ labels: Tensor, weight: Tensor? = nil, ignoredLabel: Int = -100,
    reduction: LossReduction = .mean
  ) throws -> Tensor {
    try requireFloating("nll_loss")
    guard rank > 0 else {
      throw TensorError(.shape, "nll_loss", expected: "[n, classes, ...]", got: "\(shape)")
    }
    return try labelLosses(labels, weight, ignoredLabel, smoothing: 0, reduction, "nll_loss")
  }

  private var classAxis: Int { rank == 1 ? 0 : 1 }

  private var labelShape: Shape {
    var result = shape
    result.remove(at: classAxis)
    return result
  }

  /// self: logarithms of probabilities, [n, classes, ...].
  private func labelLosses(
    _ labels: Tensor, _ weight: Tensor?, _ ignoredLabel: Int, smoothing: Double,
    _ reduction: LossReduction, _ name: String
  ) throws -> Tensor {
    let (axis, classes) = (classAxis, shape[classAxis])
    guard labels.shape == labelShape else {
      throw TensorError(
        .shape, name, argument: "labels",
        expected: "\(labelShape) for scores \(shape)", got: "\(labels.shape)")
    }
    let (positions, ignored) = try labels.classPositions(classes, name, ignoring: ignoredLabel)
    var losses = try gather(axis, positions.unsqueeze(axis)).squeeze(axis).mul(-1)
    var shares: Tensor?
    if let weight {
      try weight.requireClassWeight(classes, dtype, name)
      let factors = try weight.indexSelect(0, positions.reshape([-1])).reshape(labels.shape)
      losses = try losses.mul(factors)
      shares = try ignored.map { try factors.maskedFill($0, 0) } ?? factors
    }
    if smoothing > 0 {
      let even = try weightedClasses(weight, name).sum([axis]).mul(smoothing / Double(classes))
      losses = try losses.mul(1 - smoothing).sub(even)
    }
    if let ignored { losses = try losses.maskedFill(ignored, 0) }
    guard reduction == .mean,
      let total = try shares?.sum() ?? ignored?.logicalNot().to(dtype).sum()
    else { return try reduction.apply(losses) }
    return try losses.sum().div(total)
  }

  /// Each class's slice multiplied by its weight.
  private func weightedClasses(_ weight: Tensor?, _ name: String) throws -> Tensor {
    guard let weight else { return self }
    try weight.requireClassWeight(shape[classAxis], dtype, name)
    var target = Shape(repeating: 1, rank: rank - classAxis)
    target[0] = shape[classAxis]
    return try mul(weight.reshape(target))
  }

  /// - Throws: `TensorError` unless this is [classes] of that dtype.
  func requireClassWeight(_ classes: Int, _ dtype: DType, _ operation: String) throws {
    guard shape == Shape(classes), self.dtype == dtype else {
      throw TensorError(
        .shape, operation, argument: "weight", expected: "\(dtype) [\(classes)]",
        got: "\(self.dtype) \(shape)")
    }
  }

  /// Labels as checked positions, contiguous int64; those to be ignored are 0 and marked in `ignored`,
  /// which is nil when there are none.
  func classPositions(_ classes: Int, _ operation: String, ignoring: Int? = nil) throws -> (
    values: Tensor, ignored: Tensor?
  ) {
    guard dtype == .int64 || dtype == .uint8 else {
      throw TensorError(
        .dtype, operation, argument: "labels", expected: "int64 labels", got: dtype.name)
    }
    let values = try to(.int64).copied()
    var mask: Tensor?
    for element in 0..<elementCount {
      let label = values.int64s[element]
      if let ignoring, label == Int64(ignoring) {
        let marks = try mask ?? .zeros(shape, dtype: .bool)
        marks.bytes[element] = 1
        values.int64s[element] = 0
        mask = marks
        continue
      }
      guard label >= 0, label < Int64(classes) else {
        throw TensorError(
          .index, operation, argument: "labels", expected: "1 to \(classes)",
          got: "\(label < 0 ? label : label &+ 1)")
      }
    }
    return (values, mask)
  }

  /// 0 ..< classes, int64.
  static func classNumbers(_ classes: Int) throws -> Tensor {
    let result = try Tensor(uninitialized: Shape(classes), .int64, "arange")
    for index in 0..<classes { result.int64s[index] = Int64(index) }
    return result
  }
}
