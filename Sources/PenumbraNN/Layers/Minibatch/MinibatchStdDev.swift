/// A channel that tells how much the examples of a batch differ, against mode collapse.

public import PenumbraTensor

/// y = [x, s], s being the mean over a block of channels and all places of the standard deviation
/// √(v + 10⁻⁸) over the examples of a group, v biased
///
/// x: [n, c, ...] → [n, c + channels, ...]. The batch is split into groups of `group` examples, the
/// i-th of each n/group-th as in StyleGAN2; each group has its own s, which is the same at all places,
/// one for each of `channels` blocks of c/channels channels. A group of 1 has no deviation but √10⁻⁸.
/// Gradient observers are told that the examples are coupled. Karras et al. (2018), section 3.
public final class MinibatchStdDev: Module {
  /// Examples in a group; nil for the whole batch.
  public let group: Int?
  public let channels: Int

  /// - Throws: `TensorError` for numbers below 1.
  public init(group: Int? = 4, channels: Int = 1) throws {
    if let group { try requirePositive(group, "MinibatchStdDev", "group") }
    try requirePositive(channels, "MinibatchStdDev", "channels")
    (self.group, self.channels) = (group, channels)
  }

  public override var configuration: String {
    (group.map { "group=\($0)" } ?? "group=batch")
      + (channels == 1 ? "" : ", channels=\(channels)")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    let examples = input.rank >= 2 ? input.shape[0] : 0
    guard examples > 0, input.shape[1] % channels == 0, input.elementCount > 0 else {
      throw TensorError(
        .shape, "MinibatchStdDev", argument: "input",
        expected: "[n, c, ...], not empty, with c a multiple of \(channels)", got: "\(input.shape)")
    }
    let size = min(group ?? examples, examples)
    guard examples % size == 0 else {
      throw TensorError(
        .shape, "MinibatchStdDev", argument: "input",
        expected: "a number of examples that \(size) divides, or fewer", got: "\(examples)")
    }
    let groups = examples / size
    let places = input.elementCount / (examples * channels)
    let parts = try input.couplingExamples("minibatch_std_dev")
      .reshape([size, groups, channels, places])
    let deviation = try parts.variance([0], correction: 0).add(1e-8).sqrt().mean([2])
    // [groups, channels] → [size, groups, channels, 1...] over all places.
    var shape = input.shape
    (shape[0], shape[1]) = (groups, channels)
    var row = Shape(repeating: 1, rank: input.rank)
    (row[0], row[1]) = (groups, channels)
    let plane = try deviation.reshape(row).expand(to: shape)
    return try Tensor.cat([input, Tensor.cat(Array(repeating: plane, count: size), 0)], 1)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try MinibatchStdDev(group: group, channels: channels)
  }
}
