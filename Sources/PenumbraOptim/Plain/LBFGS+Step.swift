/// The iterations of L-BFGS.

public import PenumbraTensor

extension LBFGS {
  /// Iterates until the loss, its gradient or the moves hardly change, or the limits are met.
  ///
  /// `closure` forgets the old gradients, computes the loss, calls `backward()` and returns the loss.
  /// - Returns: the first loss.
  /// - Throws: `TensorError` for a loss of several elements, and what the closure throws: the line search
  ///   has put the parameters back then.
  @discardableResult
  public func step(_ closure: () throws -> Tensor) throws -> Tensor {
    try groups.check(LBFGS.stepName)
    return try GradientMode.with(false) { try iterate(closure) }
  }

  private func iterate(_ closure: () throws -> Tensor) throws -> Tensor {
    let settings = groups[settings: 0]
    let first = try GradientMode.with(true, closure)
    var point = try evaluated(first)
    var used = 1
    var isOptimal = try point.gradient.greatestMagnitude() <= settings.gradientTolerance
    guard !isOptimal else { return first }
    for iteration in 1...settings.maxIterations {
      var memory = try nextDirection(at: point.gradient, settings)
      let before = point.loss
      let slope = try point.gradient.dot(memory.direction).item()
      if slope > -settings.changeTolerance {
        self.memory = memory
        break
      }
      switch settings.lineSearch {
      case .strongWolfe:
        let search = StrongWolfe(
          tolerance: settings.changeTolerance, limit: settings.evaluationLimit - used)
        let start = StrongWolfe.Point(
          length: 0, loss: point.loss, gradient: point.gradient, slope: slope)
        let found = try search.run(
          from: start, direction: memory.direction, firstLength: memory.length
        ) { try tried(memory.direction, $0, closure) }
        evaluations += found.evaluations
        used += found.evaluations
        point = (found.point.loss, found.point.gradient)
        memory.length = found.point.length
        try move(memory.direction, by: memory.length)
        self.memory = memory
      case .none:
        try move(memory.direction, by: memory.length)
        self.memory = memory
        if iteration == settings.maxIterations { break }
        point = try evaluated(GradientMode.with(true, closure))
        used += 1
      }
      isOptimal = try point.gradient.greatestMagnitude() <= settings.gradientTolerance
      let greatestMove = try memory.direction.mul(memory.length).greatestMagnitude()
      if used >= settings.evaluationLimit || isOptimal || greatestMove <= settings.changeTolerance
        || abs(point.loss - before) < settings.changeTolerance
      {
        break
      }
    }
    return first
  }

  /// Remembers the last move, and finds the next direction −H ∇ and the length to try first.
  private func nextDirection(at gradient: Tensor, _ settings: Settings) throws -> Memory {
    iterations += 1
    guard var memory else {
      let sum = try gradient.abs().sum().item()
      return Memory(
        direction: try gradient.negative(), length: min(1, 1 / sum) * settings.learningRate,
        gradient: gradient)
    }
    let change = try gradient.sub(memory.gradient)
    let move = try memory.direction.mul(memory.length)
    let product = try change.dot(move).item()
    if product > 1e-10 {
      while memory.pairs.count >= settings.historySize { memory.pairs.removeFirst() }
      memory.pairs.append(Pair(move: move, change: change, inverse: 1 / product))
      memory.scale = try product / change.dot(change).item()
    }
    // The two loops of Nocedal (1980).
    let vector = try gradient.negative()
    var weights: [Double] = []
    for pair in memory.pairs.reversed() {
      let weight = try pair.move.dot(vector).item() * pair.inverse
      weights.append(weight)
      try vector.accumulate(-weight, pair.change)
    }
    let direction = try vector.mul(memory.scale)
    for (pair, weight) in zip(memory.pairs, weights.reversed()) {
      let other = try pair.change.dot(direction).item() * pair.inverse
      try direction.accumulate(weight - other, pair.move)
    }
    memory.direction = direction
    memory.length = settings.learningRate
    memory.gradient = gradient
    return memory
  }

  /// The loss and its gradient over all parameters, [n], after an evaluation.
  private func evaluated(_ loss: Tensor) throws -> (loss: Double, gradient: Tensor) {
    evaluations += 1
    return (try lossValue(loss), try flatGradient())
  }

  private func lossValue(_ loss: Tensor) throws -> Double {
    guard loss.elementCount == 1 else {
      throw TensorError(
        .shape, LBFGS.stepName, argument: "closure", expected: "a loss of one element",
        got: "\(loss.shape)")
    }
    return try loss.item()
  }

  /// A copy, so that no later backward pass adds to it; zeros where there is no gradient.
  private func flatGradient() throws -> Tensor {
    let gradients = try groups.list.gradients(LBFGS.stepName)
    let parts = try parameters.enumerated().map { index, parameter in
      try (gradients[index] ?? groups.list.zeros(index)).reshape(Shape(parameter.elementCount))
    }
    return parts.count == 1 ? try parts[0].clone() : try Tensor.cat(parts)
  }

  /// θ + t d evaluated; θ stays.
  private func tried(_ direction: Tensor, _ length: Double, _ closure: () throws -> Tensor) throws
    -> (loss: Double, gradient: Tensor)
  {
    let start = try parameters.map { try $0.copied() }
    do {
      try move(direction, by: length)
      let loss = try GradientMode.with(true, closure)
      let result = (try lossValue(loss), try flatGradient())
      try restore(start)
      return result
    } catch {
      try restore(start)
      throw error
    }
  }

  private func restore(_ values: [Tensor]) throws {
    for (parameter, value) in zip(parameters, values) { try parameter.copy(from: value) }
  }

  /// θ ← θ + t d
  private func move(_ direction: Tensor, by length: Double) throws {
    var start = 0
    for parameter in parameters {
      let part = try direction.narrow(0, start: start, count: parameter.elementCount)
      try parameter.accumulate(length, part.reshape(parameter.shape))
      start += parameter.elementCount
    }
  }
}

extension Tensor {
  /// max |x_i|, 0 for no elements.
  func greatestMagnitude() throws -> Double {
    elementCount == 0 ? 0 : try abs().maximum(over: nil).item()
  }
}
