/// Stacked MNIST: three random digits as the channels of one image, 1,000 modes.

public import PenumbraTensor

/// Draws images whose channels are independent images of a labelled set.
///
/// Nothing is stacked in advance: a batch is gathered when it is asked for.
/// Source: Metz et al., "Unrolled generative adversarial networks" (2017).
public struct StackedDigits {
  /// Images of one channel, [n, 1, height, width].
  private let images: Tensor
  /// [n]
  private let labels: Tensor
  public let channels: Int

  /// - Throws: `TensorError` for images that are not [n, 1, height, width], labels that are not [n], or
  ///   channels not from 1 to 16.
  public init(_ images: Tensor, labels: Tensor, channels: Int = 3) throws {
    guard images.rank == 4, images.shape[1] == 1, images.shape[0] > 0 else {
      throw TensorError(
        .shape, "stacked", argument: "images", expected: "[n, 1, height, width], n at least 1",
        got: "\(images.shape)")
    }
    guard labels.shape == Shape(images.shape[0]) else {
      throw TensorError(
        .shape, "stacked", argument: "labels", expected: "[\(images.shape[0])]",
        got: "\(labels.shape)")
    }
    guard (1...16).contains(channels) else {
      throw TensorError(
        .value, "stacked", argument: "channels", expected: "1 to 16", got: "\(channels)")
    }
    self.images = images.detached()
    self.labels = labels.detached()
    self.channels = channels
  }

  /// Independent draws: images [count, channels, height, width], and each channel's label
  /// [count, channels].
  ///
  /// - Throws: `TensorError` for a negative count.
  /// - Complexity: O(count · channels · height · width)
  public func sample(_ count: Int, using generator: Generator) throws -> [Tensor] {
    let (total, overflow) = count.multipliedReportingOverflow(by: channels)
    guard count >= 0, !overflow else {
      throw TensorError(
        .value, "sample", argument: "n", expected: "at least 0", got: "\(count)")
    }
    return try GradientMode.with(false) {
      let chosen = try generator.integers(Shape(total), from: 0, below: Int64(images.shape[0]))
      let planes = try images.indexSelect(0, chosen)
      return [
        try planes.reshape([count, channels, images.shape[2], images.shape[3]]),
        try labels.indexSelect(0, chosen).reshape([count, channels]),
      ]
    }
  }

  /// A stream of batches of `sample`, whose position is saved and restored exactly.
  public func batches(size: Int, steps: Int? = nil, using generator: Generator) throws
    -> SampledBatches
  {
    try SampledBatches(size: size, steps: steps, using: generator) { count, generator in
      try sample(count, using: generator)
    }
  }
}
