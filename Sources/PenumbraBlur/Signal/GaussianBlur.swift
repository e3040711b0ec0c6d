/// Gaussian blur of signals.

public import PenumbraTensor

/// y = g_σ ∗ x for each signal, along each of its axes: see `TapBlur`.
///
/// σ is the standard deviation, in pixels, of the kernel before it is cut off at `truncate` · σ. Keeps
/// sums for the circular and the symmetric border and constants for all but the zero border. Cost:
/// elements × (2 · truncate · σ + 1) for each axis.
public final class GaussianBlur: TapBlur {
  public let truncate: Double
  public let kernel: GaussianKernel

  /// - Parameter truncate: where the kernel ends, in standard deviations.
  /// - Throws: `TensorError` when a number is negative or not finite, or the kernel would be longer
  ///   than `SeparableKernel.maximumRadius`.
  public init(
    sigma: Strength, border: FilterBorder = .reflect, truncate: Double = 3,
    kernel: GaussianKernel = .sampled, geometry: SignalGeometry = SignalGeometry()
  ) throws {
    guard truncate > 0, truncate.isFinite else {
      throw TensorError(
        .value, "blur.gaussian", argument: "truncate", expected: "a number above 0",
        got: text(truncate))
    }
    (self.truncate, self.kernel) = (truncate, kernel)
    try super.init(
      "blur.gaussian", GaussianTaps(kernel: kernel, truncate: truncate), sigma, border, geometry)
  }

  /// The same by a number.
  public convenience init(
    sigma: Double, border: FilterBorder = .reflect, truncate: Double = 3,
    kernel: GaussianKernel = .sampled, geometry: SignalGeometry = SignalGeometry()
  ) throws {
    try self.init(
      sigma: .number(sigma), border: border, truncate: truncate, kernel: kernel,
      geometry: geometry)
  }

  public override var description: String {
    describe("gaussian", ", truncate=\(text(truncate)), kernel=\(kernel.rawValue)")
  }
}
