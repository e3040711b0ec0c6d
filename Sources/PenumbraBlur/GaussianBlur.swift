/// Gaussian blur of images.

public import PenumbraTensor

/// y = g_σ ∗ x for each image, along height and width.
///
/// x: [n, channels, height, width], or [n, channels · height · width] where the image's size is
/// given. σ is the standard deviation, in pixels, of the kernel before it is cut off at `truncate`
/// · σ. The filter is linear, keeps sums for the circular border and constants for all but the zero
/// border, and differentiates any number of times. Cost: elements × (4 · truncate · σ + 2).
public final class GaussianBlur: Filter {
  public let border: FilterBorder
  public let truncate: Double
  public let kernel: GaussianKernel
  /// Of flat inputs.
  public let imageSize: (height: Int, width: Int)?
  /// The standard deviations along height and width.
  public private(set) var sigmas: (y: Double, x: Double)
  /// Nil where both standard deviations are 0.
  private var weights: SeparableKernel?

  /// - Parameters:
  ///   - truncate: where the kernel ends, in standard deviations.
  ///   - imageSize: makes inputs [n, channels · height · width] welcome.
  /// - Throws: `TensorError` when a number is negative or not finite, or the kernel would be longer
  ///   than `SeparableKernel.maximumRadius`.
  public init(
    sigma: Double, border: FilterBorder = .reflect, truncate: Double = 3,
    kernel: GaussianKernel = .sampled, imageSize: (height: Int, width: Int)? = nil
  ) throws {
    guard truncate > 0, truncate.isFinite else {
      throw TensorError(
        .value, "blur.gaussian", argument: "truncate", expected: "a number above 0",
        got: text(truncate))
    }
    if let imageSize, imageSize.height < 1 || imageSize.width < 1 {
      throw TensorError(
        .value, "blur.gaussian", argument: "size", expected: "a height and a width of at least 1",
        got: "\(imageSize.height) and \(imageSize.width)")
    }
    (self.border, self.truncate, self.kernel) = (border, truncate, kernel)
    (self.imageSize, sigmas) = (imageSize, (0, 0))
    try setSigma(sigma)
  }

  public var domain: FilterDomain { .signal }
  public var isLinear: Bool { true }

  /// The greater of both standard deviations.
  public var sigma: Strength { .number(max(sigmas.y, sigmas.x)) }

  public func setSigma(_ value: Strength) throws {
    guard case .number(let number) = value else {
      throw TensorError(
        .value, "blur.gaussian", argument: "sigma", expected: "a number", got: "\(value)")
    }
    try setSigma(y: number, x: number)
  }

  /// Sets the strengths along height and width.
  public func setSigma(y: Double, x: Double) throws {
    guard (y, x) != sigmas else { return }
    let limit = Double(SeparableKernel.maximumRadius - 3) / truncate
    for value in [y, x] {
      try checkSigma(value, "blur.gaussian")
      guard value <= limit else {
        throw TensorError(
          .value, "blur.gaussian", argument: "sigma", expected: "at most \(text(limit)) pixels",
          got: text(value))
      }
    }
    let taps = (
      y: kernel.taps(sigma: y, truncate: truncate), x: kernel.taps(sigma: x, truncate: truncate)
    )
    let isIdentity = taps.y.count == 1 && taps.x.count == 1
    weights = isIdentity ? nil : try SeparableKernel(y: taps.y, x: taps.x)
    sigmas = (y, x)
  }

  /// The weights along height and width, the centre in the middle.
  public var taps: (y: [Double], x: [Double]) { weights?.taps ?? ([1], [1]) }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    let images = try images(x)
    guard let weights else { return x }
    let blurred = try images.separableFilter(weights, border: border)
    return blurred.shape == x.shape ? blurred : try blurred.reshape(x.shape)
  }

  /// x as [n, channels, height, width]
  private func images(_ x: Tensor) throws -> Tensor {
    if x.rank == 4 { return x }
    guard let imageSize, x.rank == 2 else {
      throw TensorError(
        .shape, "blur.gaussian", argument: "input",
        expected: "[n, channels, height, width]"
          + (imageSize == nil ? " (or give the images' size)" : " or a flat [n, pixels]"),
        got: "\(x.shape)")
    }
    let (height, width) = imageSize
    let (pixels, overflow) = height.multipliedReportingOverflow(by: width)
    guard !overflow, x.shape[1] % pixels == 0 else {
      throw TensorError(
        .shape, "blur.gaussian", argument: "input",
        expected: "[n, channels · \(height) · \(width)]", got: "\(x.shape)")
    }
    return try x.reshape([x.shape[0], x.shape[1] / pixels, height, width])
  }

  public var description: String {
    let strength =
      sigmas.y == sigmas.x ? text(sigmas.y) : "(\(text(sigmas.y)), \(text(sigmas.x)))"
    return "gaussian(sigma=\(strength) pixels, border=\(border.rawValue), "
      + "truncate=\(text(truncate)), kernel=\(kernel.rawValue)), of the signal"
  }
}
