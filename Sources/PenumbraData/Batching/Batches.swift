/// Mini-batches of a data set in memory.

public import PenumbraTensor

/// Cuts aligned tensors (images and labels, say) into batches, in a new random order each epoch.
///
/// It draws one seed from the generator that it is given and then uses its own, so the order of the
/// data does not depend on what else draws, and its `state` is complete by itself.
public final class Batches: BatchSource {
  public let size: Int
  /// Batches in one pass over the data.
  public let stepsPerEpoch: Int
  public let plannedSteps: Int?
  public private(set) var step = 0
  /// Full passes over the data so far.
  public private(set) var epoch = 0

  private let tensors: [Tensor]
  private let extent: Int
  private let shuffle: Bool
  /// Examples that one pass hands out; fewer than there are when the last batch is dropped.
  private let used: Int
  private let generator: Generator
  /// The generator before it made `order`.
  private var epochStart: Generator.State
  /// The order of the current pass, int64 [n]; nil until its first batch.
  private var order: Tensor?
  private var position = 0

  /// - Parameters:
  ///   - tensors: one or more, of the same first extent.
  ///   - size: examples in a batch.
  ///   - steps: batches in all, over as many epochs as that takes.
  ///   - epochs: passes in all. With neither `steps` nor `epochs` there is one.
  ///   - infinite: go on for ever, or until `steps`; not together with `epochs`.
  ///   - shuffle: whether each epoch has a new random order.
  ///   - dropLast: whether an epoch leaves out the examples that do not fill a batch.
  ///   - generator: gives the seed.
  /// - Throws: `TensorError` for no tensors, extents that differ, and options out of range.
  public init(
    _ tensors: [Tensor], size: Int, steps: Int? = nil, epochs: Int? = nil, shuffle: Bool = true,
    dropLast: Bool = true, infinite: Bool = false, using generator: Generator
  ) throws {
    guard !infinite || epochs == nil else {
      throw TensorError(
        .value, "batches", argument: "infinite", "a number of epochs is given, too")
    }
    guard let first = tensors.first, tensors.allSatisfy({ $0.rank > 0 }) else {
      throw TensorError(
        .shape, "batches", argument: "data", expected: "at least one tensor with dimensions",
        got: tensors.isEmpty ? "none" : "a scalar")
    }
    extent = first.shape[0]
    if let other = tensors.first(where: { $0.shape[0] != first.shape[0] }) {
      throw TensorError(
        .shape, "batches", argument: "data", expected: "tensors of one first extent",
        got: "\(first.shape) and \(other.shape)")
    }
    guard extent > 0 else {
      throw TensorError(
        .shape, "batches", argument: "data", expected: "at least one example", got: "none")
    }
    try checkCount("size", size, from: 1, to: dropLast ? extent : .max)
    try checkCount("steps", steps, from: 0)
    try checkCount("epochs", epochs, from: 0)
    self.tensors = tensors.map { $0.detached() }
    self.size = size
    self.shuffle = shuffle
    let full = extent / size
    let perEpoch = dropLast || extent % size == 0 ? full : full + 1
    stepsPerEpoch = perEpoch
    used = dropLast ? full * size : extent
    let passes = epochs ?? (steps == nil ? 1 : .max)
    let (limit, overflow) = passes.multipliedReportingOverflow(by: perEpoch)
    plannedSteps = infinite ? steps : min(steps ?? .max, overflow ? .max : limit)
    self.generator = generator.split()
    epochStart = self.generator.state
  }

  public func next() throws -> [Tensor]? {
    guard step < plannedSteps ?? .max else { return nil }
    let batch = try GradientMode.with(false) { try take(min(size, used - position)) }
    step += 1
    if position >= used {
      epoch += 1
      position = 0
      order = nil
    }
    return batch
  }

  /// Copies of the next `count` examples of each tensor.
  private func take(_ count: Int) throws -> [Tensor] {
    guard shuffle else {
      let batch = try tensors.map {
        try $0.narrow(0, start: position, count: count).clone()
      }
      position += count
      return batch
    }
    let order = try currentOrder()
    let chosen = try order.narrow(0, start: position, count: count)
    let batch = try tensors.map { try $0.indexSelect(0, chosen) }
    position += count
    return batch
  }

  private func currentOrder() throws -> Tensor {
    if let order { return order }
    let start = generator.state
    let made = try generator.permutation(extent)
    epochStart = start
    order = made
    return made
  }

  public var state: BatchState {
    BatchState(
      step: step, epoch: epoch, position: position, extent: extent,
      generator: order == nil ? generator.state : epochStart)
  }

  public func restore(_ state: BatchState) throws {
    let aligned = state.position % size == 0 && state.position < used
    guard state.extent == extent, aligned else {
      throw TensorError(
        .value, "batches", argument: "state",
        expected: "a position in \(extent) examples in batches of \(size)",
        got: "position \(state.position) of \(state.extent)")
    }
    generator.state = state.generator
    order = nil
    (step, epoch, position) = (state.step, state.epoch, state.position)
    if shuffle, position > 0 { _ = try currentOrder() }
  }
}
