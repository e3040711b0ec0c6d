/// Signal filters that are weights along each axis.

public import PenumbraTensor

/// y = w_σ ∗ x for each signal, along each of its axes.
///
/// x: [n, channels, length], [n, channels, height, width], [n, channels, depth, height, width], or flat
/// [n, channels · ...] where the signal's size is given; float32 or float64. σ: a number, or a tensor [],
/// [n] (one for each example) or [n, channels], which derivatives reach; times the geometry's factors for
/// each axis and channel. Linear in x, so the gradient is the exact adjoint; any number of derivatives.
/// σ = 0 is exactly the identity. Cost: elements × weights for each axis.
public class TapBlur: Filter {
  public let border: FilterBorder
  public let geometry: SignalGeometry
  public private(set) var sigma: Strength = .number(0)
  private let operation: String
  private let family: any TapFamily
  /// The weights of numbers that were met since the strength was set.
  private var known: [Double: [Double]] = [:]

  init(
    _ operation: String, _ family: any TapFamily, _ sigma: Strength, _ border: FilterBorder,
    _ geometry: SignalGeometry
  ) throws {
    (self.operation, self.family) = (operation, family)
    (self.border, self.geometry) = (border, geometry)
    try geometry.check(operation)
    try setSigma(sigma)
  }

  public var domain: FilterDomain { .signal }
  public var isLinear: Bool { true }

  public func setSigma(_ value: Strength) throws {
    if case .number(let new) = value, case .number(let old) = sigma, new == old { return }
    try check(value)
    known = [:]
    sigma = value
  }

  private func check(_ value: Strength) throws {
    try value.check(operation)
    let factor = geometry.greatestFactor
    guard value.greatest * factor <= family.limit else {
      throw TensorError(
        .value, operation, argument: "sigma", expected: "at most \(text(family.limit)) pixels",
        got: text(value.greatest) + (factor == 1 ? "" : " · \(text(factor))"))
    }
  }

  /// The weights for a standard deviation, the centre in the middle.
  ///
  /// - Throws: `TensorError` (value) unless it is finite, at least 0 and not too great.
  public func taps(for sigma: Double) throws -> [Double] {
    if let taps = known[sigma] { return taps }
    try checkSigma(sigma, operation)
    guard sigma <= family.limit else {
      throw TensorError(
        .value, operation, argument: "sigma", expected: "at most \(text(family.limit)) pixels",
        got: text(sigma))
    }
    let all = try GradientMode.with(false) { try family.taps(sigma) }
    // Without zeros at the ends.
    let first = all.prefix(all.count / 2).prefix { $0 == 0 }.count
    let taps = Array(all[first..<(all.count - first)])
    known[sigma] = taps
    return taps
  }

  /// σ where neither examples nor channels differ and no derivative reaches it.
  private var numberOfAll: Double? {
    guard case .number(let value) = sigma, geometry.perChannel == nil else { return nil }
    return value
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    let signals = try geometry.signals(x, operation)
    // A tensor may have changed in place.
    if numberOfAll == nil { try check(sigma) }
    let strengths = try geometry.strengths(sigma, of: signals, operation)
    let blurred =
      if let taps = try numbers(strengths) {
        try filtered(signals, taps)
      } else {
        try filtered(signals, tables: strengths)
      }
    return blurred === signals
      ? x : blurred.shape == x.shape ? blurred : try blurred.reshape(x.shape)
  }

  private func numbers(_ strengths: [AxisStrength]) throws -> [[Double]]? {
    var lists: [[Double]] = []
    for strength in strengths {
      guard case .number(let value) = strength else { return nil }
      lists.append(try taps(for: value))
    }
    return lists
  }

  /// By the same weights everywhere: the last two axes at once, while an image is in the cache.
  private func filtered(_ signals: Tensor, _ taps: [[Double]]) throws -> Tensor {
    var signals = signals
    let axes = taps.count
    for (axis, taps) in taps.dropLast(axes == 1 ? 0 : 2).enumerated() where taps != [1] {
      let weights = try Tensor(taps, Shape(taps.count), dtype: signals.dtype)
      signals = try signals.lineFilter(weights, axis + 2, border: border)
    }
    guard axes > 1, taps[axes - 2] != [1] || taps[axes - 1] != [1] else { return signals }
    return try signals.separableFilter(
      SeparableKernel(y: taps[axes - 2], x: taps[axes - 1]), border: border)
  }

  /// By weights that differ between examples or channels, or that derivatives reach.
  private func filtered(_ signals: Tensor, tables: [AxisStrength]) throws -> Tensor {
    var signals = signals
    var last: (table: Tensor, weights: Tensor)?
    for (axis, strength) in tables.enumerated() {
      guard case .table(let table) = strength else { continue }
      let weights: Tensor
      if let last, last.table === table {
        weights = last.weights
      } else {
        weights = try family.taps(table).to(signals.dtype)
        last = (table, weights)
      }
      signals = try signals.lineFilter(weights, axis + 2, border: border)
    }
    return signals
  }

  /// "gaussian(sigma=2 pixels, border=reflect"
  func describe(_ name: String, _ options: String = "") -> String {
    "\(name)(sigma=\(geometry.describe(sigma)), border=\(border.rawValue)\(options)), of the signal"
  }

  public var description: String { describe(operation) }
}

extension SignalGeometry {
  /// "2 pixels", "(2, 1) pixels"
  func describe(_ sigma: Strength) -> String {
    var text = "\(sigma)"
    if let perAxis {
      text =
        if case .number(let value) = sigma {
          "(" + perAxis.map { PenumbraBlur.text(value * $0) }.joined(separator: ", ") + ")"
        } else {
          text + " · (" + perAxis.map { PenumbraBlur.text($0) }.joined(separator: ", ") + ")"
        }
    }
    return text + (perChannel == nil ? "" : " for each channel") + " pixels"
  }
}
