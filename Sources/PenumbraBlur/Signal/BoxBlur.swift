/// Box and binomial blur of signals.

public import PenumbraTensor

/// y = the mean of x over a box whose standard deviation is exactly σ, about 2√3 σ wide, along each axis:
/// see `TapBlur`.
///
/// Weights (f, 1, ..., 1, f)/(2j + 1 + 2f), continuous in σ. Cost: elements × (2√3 σ + 2) for each axis.
public final class BoxBlur: TapBlur {
  /// - Throws: `TensorError` when σ is negative, not finite or too great.
  public init(
    sigma: Strength, border: FilterBorder = .reflect, geometry: SignalGeometry = SignalGeometry()
  ) throws {
    try super.init("blur.box", BoxTaps(), sigma, border, geometry)
  }

  /// The same by a number.
  public convenience init(
    sigma: Double, border: FilterBorder = .reflect, geometry: SignalGeometry = SignalGeometry()
  ) throws {
    try self.init(sigma: .number(sigma), border: border, geometry: geometry)
  }

  public override var description: String { describe("box") }
}

/// y = x smoothed 2σ² times by (¼, ½, ¼) along each axis, a part of a time where 2σ² is not whole; its
/// standard deviation is exactly σ: see `TapBlur`.
///
/// Cost: elements × min(4σ² + 3, 20σ) for each axis.
public final class BinomialBlur: TapBlur {
  /// - Throws: `TensorError` when σ is negative, not finite or too great.
  public init(
    sigma: Strength, border: FilterBorder = .reflect, geometry: SignalGeometry = SignalGeometry()
  ) throws {
    try super.init("blur.binomial", BinomialTaps(), sigma, border, geometry)
  }

  /// The same by a number.
  public convenience init(
    sigma: Double, border: FilterBorder = .reflect, geometry: SignalGeometry = SignalGeometry()
  ) throws {
    try self.init(sigma: .number(sigma), border: border, geometry: geometry)
  }

  public override var description: String { describe("binomial") }
}
