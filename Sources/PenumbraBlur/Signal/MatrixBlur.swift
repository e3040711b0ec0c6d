/// Signal filters whose cost does not depend on their strength.

public import PenumbraTensor

/// y = A_σ x along each axis of each signal, A_σ a matrix.
///
/// x: [n, channels, length], [n, channels, height, width], [n, channels, depth, height, width], or flat
/// where the signal's size is given; float32 or float64; no axis longer than `longestAxis`. σ: a number, or
/// a tensor [], [n] (one for each example) or [n, channels], which derivatives reach. Linear in x, so the
/// gradient is the exact adjoint; any number of derivatives. σ = 0 is exactly the identity. Cost: elements ×
/// the axis's length, for each axis, as a matrix product.
public class MatrixBlur: Filter {
  /// The matrices of longer axes would take gigabytes.
  public static let longestAxis = 8192

  public let geometry: SignalGeometry
  public private(set) var sigma: Strength = .number(0)
  private let operation: String
  private let matrices: any AxisOperator
  /// The matrices of numbers that were met since the strength was set.
  private var known: [Key: Tensor] = [:]

  private struct Key: Hashable {
    let sigma: Double
    let length: Int
    let isSingle: Bool
  }

  init(
    _ operation: String, _ matrices: any AxisOperator, _ sigma: Strength, _ geometry: SignalGeometry
  ) throws {
    (self.operation, self.matrices, self.geometry) = (operation, matrices, geometry)
    try geometry.check(operation)
    try setSigma(sigma)
  }

  public var domain: FilterDomain { .signal }
  public var isLinear: Bool { true }

  public func setSigma(_ value: Strength) throws {
    try value.check(operation)
    known = [:]
    sigma = value
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    let signals = try geometry.signals(x, operation)
    for axis in 2..<signals.rank where signals.shape[axis] > MatrixBlur.longestAxis {
      throw TensorError(
        .shape, operation, argument: "input",
        expected: "axes of at most \(MatrixBlur.longestAxis)", got: "\(signals.shape)")
    }
    if signals.elementCount == 0 { return x }
    var blurred = signals
    for (axis, strength) in try geometry.strengths(sigma, of: signals, operation).enumerated() {
      switch strength {
      case .number(0): continue
      case .number(let value):
        let matrix = try matrix(value, signals.shape[axis + 2], signals.dtype)
        blurred = try blurred.multiplied(by: matrix, along: axis + 2)
      case .table(let table): blurred = try matrices.apply(blurred, axis + 2, table)
      }
    }
    return blurred === signals
      ? x : blurred.shape == x.shape ? blurred : try blurred.reshape(x.shape)
  }

  private func matrix(_ sigma: Double, _ n: Int, _ dtype: DType) throws -> Tensor {
    let key = Key(sigma: sigma, length: n, isSingle: dtype == .float32)
    if let matrix = known[key] { return matrix }
    let matrix = try GradientMode.with(false) { try matrices.matrix(sigma, n).to(dtype) }
    if known.count >= 8 { known = [:] }
    known[key] = matrix
    return matrix
  }

  func describe(_ name: String, _ options: String = "") -> String {
    "\(name)(sigma=\(geometry.describe(sigma))\(options)), of the signal"
  }

  public var description: String { describe(operation) }
}
