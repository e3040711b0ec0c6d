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
    let rows = try weight.indexSelect(0, labels)
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
}
