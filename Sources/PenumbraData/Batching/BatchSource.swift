/// Where a training loop gets its mini-batches from.

public import PenumbraTensor

/// A sequence of mini-batches that can be stopped, saved and continued exactly.
public protocol BatchSource: AnyObject {
  /// The next batch, or nil at the end. After an error the source stands where it stood.
  func next() throws -> [Tensor]?
  /// Batches handed out so far.
  var step: Int { get }
  /// Batches that there will be in all; nil for an endless source.
  var plannedSteps: Int? { get }
  /// Everything that determines the batches to come.
  var state: BatchState { get }
  /// Continues as the source whose `state` this was would have.
  ///
  /// - Throws: `TensorError` (value) when the state cannot belong to this source.
  func restore(_ state: BatchState) throws
}

/// A source's position, as seven integers.
public struct BatchState: Sendable, Equatable {
  /// Batches handed out.
  public var step: Int
  /// Full passes over the data.
  public var epoch: Int
  /// Examples of the current pass handed out.
  public var position: Int
  /// Examples in the data; 0 for a sampler.
  public var extent: Int
  /// The generator, as it was before the current pass was shuffled; for a sampler, as it is.
  public var generator: Generator.State

  public init(step: Int, epoch: Int, position: Int, extent: Int, generator: Generator.State) {
    self.step = step
    self.epoch = epoch
    self.position = position
    self.extent = extent
    self.generator = generator
  }

  /// The state as integers, for a checkpoint.
  public var words: [Int64] {
    [Int64(step), Int64(epoch), Int64(position), Int64(extent)]
      + [generator.seed, generator.low, generator.high].map { Int64(bitPattern: $0) }
  }

  /// A state from `words`.
  ///
  /// - Throws: `TensorError` (value) for any other number of integers, or a negative count.
  public init(words: [Int64]) throws {
    guard words.count == 7, words[..<4].allSatisfy({ $0 >= 0 }) else {
      throw TensorError(
        .value, "batches", argument: "state", expected: "seven integers saved by batches",
        got: "\(words)")
    }
    let random = words[4...].map { UInt64(bitPattern: $0) }
    self.init(
      step: Int(words[0]), epoch: Int(words[1]), position: Int(words[2]), extent: Int(words[3]),
      generator: Generator.State(seed: random[0], low: random[1], high: random[2]))
  }
}

extension Generator {
  /// A generator of its own for a batch source, so that the data do not depend on what else draws.
  func split() -> Generator { Generator(seed: integer(below: .max)) }
}

/// Checks of options that sources share.
func checkCount(_ name: String, _ value: Int?, from low: Int, to high: Int = .max) throws {
  guard let value, value < low || value > high else { return }
  throw TensorError(
    .value, "batches", argument: name,
    expected: high == .max ? "at least \(low)" : "\(low) to \(high)", got: "\(value)")
}
