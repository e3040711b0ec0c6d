/// Mini-batches that are drawn afresh at each step.

public import PenumbraTensor

/// Batches from a sampler, such as a mixture: no example ever comes twice.
///
/// Like `Batches` it draws one seed from the generator that it is given and then uses its own.
public final class SampledBatches: BatchSource {
  /// Makes a batch of that many examples.
  public typealias Sampler = (_ size: Int, _ generator: Generator) throws -> [Tensor]

  public let size: Int
  public let plannedSteps: Int?
  public private(set) var step = 0
  private let generator: Generator
  private let sampler: Sampler

  /// - Parameter steps: batches in all; nil for no end.
  /// - Throws: `TensorError` (value) for a size below 1 or negative steps.
  public init(
    size: Int, steps: Int? = nil, using generator: Generator, sampler: @escaping Sampler
  ) throws {
    try checkCount("size", size, from: 1)
    try checkCount("steps", steps, from: 0)
    self.size = size
    self.plannedSteps = steps
    self.generator = generator.split()
    self.sampler = sampler
  }

  /// Batches of one tensor [size, dimension] from a mixture.
  public convenience init(
    _ mixture: Mixture, size: Int, steps: Int? = nil, using generator: Generator
  ) throws {
    try self.init(size: size, steps: steps, using: generator) { count, generator in
      [try mixture.sample(count, using: generator)]
    }
  }

  public func next() throws -> [Tensor]? {
    guard step < plannedSteps ?? .max else { return nil }
    let before = generator.state
    do {
      let batch = try sampler(size, generator)
      step += 1
      return batch
    } catch {
      generator.state = before
      throw error
    }
  }

  public var state: BatchState {
    BatchState(step: step, epoch: 0, position: 0, extent: 0, generator: generator.state)
  }

  public func restore(_ state: BatchState) throws {
    guard state.extent == 0, state.position == 0 else {
      throw TensorError(
        .value, "batches", argument: "state", expected: "the state of a sampler",
        got: "one of a data set of \(state.extent)")
    }
    generator.state = state.generator
    step = state.step
  }
}
