/// `x[...]`: numbers, ranges, masks and index tensors in any mix, for reading and writing.

/// One index of `x[...]`. Positions count from 0; negative ones from the end.
public enum TensorIndex {
  /// One position; the dimension goes away.
  case position(Int)
  /// Positions first, first + step, ... up to and including last. Empty where the step leads away.
  case range(first: Int, last: Int, step: Int)
  /// The whole dimension.
  case all
  /// As many whole dimensions as are not named otherwise.
  case ellipsis
  /// A new dimension of extent 1.
  case newAxis
  /// The positions in an int64 tensor; all such tensors of one list broadcast to each other.
  case positions(Tensor)
  /// Where a bool tensor, which covers as many dimensions as it has, is true: as the index tensors of
  /// its true elements' positions.
  case mask(Tensor)
}

extension Tensor {
  /// The part that the indices name, dimension after dimension; dimensions beyond them are whole.
  ///
  /// Without index tensors and masks it is a view. Their common shape takes their dimensions' place
  /// where those are neighbours, else it comes first (NumPy's rule; positions and ranges are applied
  /// before, as in PyTorch).
  /// - Throws: `TensorError` when an index does not fit.
  public func part(_ indices: [TensorIndex]) throws -> Tensor {
    let plan = try IndexPlan(indices, shape, "x[...]")
    let view = try plan.view(self)
    return plan.isView ? view : try plan.chosen(from: view)
  }

  /// A copy with the part that the indices name replaced by `value`, which broadcasts to it, or with
  /// `value` added there. Where index tensors name a place twice, the last value stays and has the
  /// derivative, or all are added.
  public func indexPut(
    _ indices: [TensorIndex], _ value: Tensor, accumulate: Bool = false
  ) throws -> Tensor {
    let plan = try IndexPlan(indices, shape, "index_put")
    let new = try plan.changed(plan.view(self), value, accumulate: accumulate)
    return plan.hasSteps ? try clone().assign(new) { try plan.view($0) } : new
  }

  /// Writes `value`, broadcast and converted, into the part that the indices name.
  ///
  /// - Throws: `TensorError` as `assign(_:at:)` for a part, and when an index does not fit.
  /// - Complexity: O(size of the part) unless derivatives are recorded or the part is scattered in
  ///   memory, then O(size of this tensor).
  @discardableResult
  public func assign(_ value: Tensor, at indices: [TensorIndex]) throws -> Tensor {
    let plan = try IndexPlan(indices, shape, "x[...] =")
    let target = try GradientMode.with(false) { try plan.view(alias()) }
    guard dtype.isFloating || !value.dtype.isFloating else {
      throw TensorError(
        .dtype, "x[...] =", expected: "a value that \(dtype) can hold", got: value.dtype.name)
    }
    let source = try value.to(dtype)
    if plan.isView {
      return try assign(plan.fitted(source, to: target.shape)) { try plan.view($0) }
    }
    let isRecorded = Tensor.isRecording(self, source) || GradientMode.isEnabled && base != nil
    guard !isRecorded, target.isContiguous, plan.isAdjacent else {
      let new = try plan.changed(plan.view(self), source, accumulate: false)
      return try assign(new) { try plan.view($0) }
    }
    try checkWritable("x[...] =")
    let (places, shape) = (try plan.places(), try plan.resultShape())
    let values = try plan.fitted(source, to: shape)
    Backend.putSlices(
      try values.storage === storage ? values.copied() : values.contiguousValues(),
      places.positions, places.layout, into: target)
    storage.markChanged()
    return self
  }
}
