/// Rows of a table, looked up by label.

extension Tensor {
  /// weight[label] for each label: [...] → [..., features].
  ///
  /// - Parameters:
  ///   - weight: [labels, features].
  ///   - padding: the rows that this label takes from the table give it no gradient; negative counts
  ///     from the end.
  /// - Throws: `TensorError` for labels that are not int64 or outside the table.
  public func embedding(_ weight: Tensor, padding: Int? = nil) throws -> Tensor {
    guard weight.rank == 2 else {
      throw TensorError(
        .shape, "embedding", argument: "weight", expected: "[labels, features]",
        got: "\(weight.shape)")
    }
    guard rank < Dimensions.maximumRank else {
      throw TensorError(
        .shape, "embedding", argument: "labels",
        expected: "at most \(Dimensions.maximumRank - 1) dimensions", got: "\(shape)")
    }
    let count = weight.shape[0]
    let labels = try classPositions(count, "embedding").values.reshape(Shape(elementCount))
    var target = shape
    target.append(weight.shape[1])
    let rows = try weight.lookedUp(labels, counted: shape)
    guard let padding else { return try rows.reshape(target) }
    let position = padding < 0 ? padding &+ count : padding
    guard position >= 0, position < count else {
      throw TensorError(
        .index, "embedding", argument: "padding_idx", expected: "1 to \(count), or negative",
        got: "\(padding < 0 ? padding : padding &+ 1)")
    }
    guard Tensor.isRecording(rows) else { return try rows.reshape(target) }
    let isPadding = try labels.eq(Tensor.scalar(Double(position), dtype: .int64)).unsqueeze(1)
    return try Tensor.select(isPadding, rows.detached(), rows).reshape(target)
  }

  /// The rows of a table at `labels`, which came in a tensor of the shape `counted`.
  private func lookedUp(_ labels: Tensor, counted: Shape) throws -> Tensor {
    let rows = try GradientMode.with(false) { try indexSelect(0, labels) }
    guard Tensor.isRecording(self) else { return rows }
    let table = shape
    return try rows.recorded("embedding", self) { gradient, into in
      guard into.wants(0) else { return }
      try into.examples(0, .lookups(labels, counted, gradient, table)) {
        try Tensor.zeros(table, dtype: gradient.dtype).indexAdd(0, labels, gradient)
      }
    }
  }
}

extension ExampleGradients {
  /// Row k of the gradient belongs to label k; labels: [n], or [positions..., n].
  ///
  /// gradient: [labels, features], table: [count, features]
  fileprivate static func lookups(
    _ labels: Tensor, _ counted: Shape, _ gradient: Tensor, _ table: Shape
  ) -> ExampleGradients {
    let count = counted.rank == 0 ? 1 : counted[counted.rank - 1]
    var result = ExampleGradients("embedding", count: count, inputs: [labels, gradient]) {
      inputs, range in
      // Each example's labels in a table of its own, one table after the other.
      let positions = inputs[0].elementCount / max(count, 1)
      let own = try inputs[0].reshape(Shape(positions, count))
        .narrow(1, start: range.lowerBound, count: range.count)
      let first = try Tensor.arange(0, Double(range.count), dtype: .int64).mul(Double(table[0]))
      let places = try own.add(first).reshape(Shape(positions * range.count))
      let rows = try inputs[1].reshape([positions, count, table[1]])
        .narrow(1, start: range.lowerBound, count: range.count)
        .reshape(Shape(positions * range.count, table[1]))
      return try Tensor.zeros(Shape(range.count * table[0], table[1]), dtype: rows.dtype)
        .indexAdd(0, places, rows).reshape(Shape(range.count, table[0] * table[1]))
    }
    guard counted.rank > 1 else { return result }
    result.examplesFirst = {
      let (n, positions) = (counted[0], labels.elementCount / max(counted[0], 1))
      let turned = try labels.reshape(Shape(n, positions)).transpose(0, 1).contiguous()
      let rows = try gradient.detached().reshape([n, positions, table[1]]).transpose(0, 1)
        .contiguous()
      return lookups(
        try turned.reshape(Shape(n * positions)), Shape(positions, n),
        try rows.reshape(Shape(n * positions, table[1])), table)
    }
    return result
  }
}
