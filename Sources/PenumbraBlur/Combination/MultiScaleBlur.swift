/// The same batch at several strengths, for several discriminators.

public import PenumbraTensor

/// y[k] = A_{σ λ_k}(x) for scales k = 1, ..., m.
///
/// x: [n, ...] → [m, n, ...]: one batched ensemble, whose parameters have a leading dimension m, sees all
/// scales in one pass; `list` gives the scales one by one for m separate discriminators. σ, at first 1,
/// multiplies all λ, so one schedule moves them together.
public final class MultiScaleBlur: Filter {
  /// The filters, one for each scale; the same one everywhere where only σ differs.
  public let filters: [any Filter]
  /// λ_k
  public let strengths: [Strength]
  private let isShared: Bool
  private var scale = Strength.number(1)

  /// One filter at several strengths.
  ///
  /// - Throws: `TensorError` (value) for no strengths, or one that the filter refuses.
  public init(_ filter: any Filter, sigmas: [Double]) throws {
    try MultiScaleBlur.check(sigmas.count, "sigmas")
    let before = filter.sigma
    do { for value in sigmas { try filter.setSigma(value) } } catch {
      try filter.setSigma(before)
      throw error
    }
    try filter.setSigma(before)
    filters = sigmas.map { _ in filter }
    strengths = sigmas.map { .number($0) }
    isShared = true
  }

  /// Several filters, each at the strength that it has.
  ///
  /// - Throws: `TensorError` (value) for no filters.
  public init(_ filters: [any Filter]) throws {
    try MultiScaleBlur.check(filters.count, "filters")
    self.filters = filters
    strengths = filters.map(\.sigma)
    isShared = false
  }

  private static func check(_ count: Int, _ argument: String) throws {
    guard (1...256).contains(count) else {
      throw TensorError(
        .value, "blur.multi_scale", argument: argument, expected: "1 to 256 scales",
        got: "\(count)")
    }
  }

  public var domain: FilterDomain {
    filters.allSatisfy { $0.domain == filters[0].domain } ? filters[0].domain : .both
  }

  public var isLinear: Bool { filters.allSatisfy(\.isLinear) }

  /// What multiplies all strengths.
  public var sigma: Strength { scale }

  public func setSigma(_ value: Strength) throws {
    try value.check("blur.multi_scale")
    if !isShared {
      let before = filters.map(\.sigma)
      do {
        for (filter, strength) in zip(filters, strengths) {
          try filter.setSigma(strength.times(value))
        }
      } catch {
        for (filter, old) in zip(filters, before) { try filter.setSigma(old) }
        throw error
      }
    }
    scale = value
  }

  /// The batch at each scale, each as its filter gives it.
  public func list(_ x: Tensor) throws -> [Tensor] {
    guard isShared else { return try filters.map { try $0(x) } }
    let filter = filters[0]
    let before = filter.sigma
    do {
      let result = try strengths.map { strength in
        try filter.setSigma(strength.times(scale))
        return try filter(x)
      }
      try filter.setSigma(before)
      return result
    } catch {
      try filter.setSigma(before)
      throw error
    }
  }

  /// - Throws: `TensorError` (shape) where the scales differ in shape; `list` takes those.
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    let scales = try list(x)
    if let other = scales.first(where: { $0.shape != scales[0].shape }) {
      throw TensorError(
        .shape, "blur.multi_scale", argument: "scales",
        expected: "scales of one shape (or call :list)",
        got: "\(scales[0].shape) and \(other.shape)")
    }
    return try Tensor.stack(scales)
  }

  public var description: String {
    let what =
      isShared
      ? "\(filters[0]), sigmas=\(strengths.map(\.description).joined(separator: ", "))"
      : filters.map(\.description).joined(separator: " | ")
    return "multi_scale(\(what))"
  }
}

extension Strength {
  /// The product.
  func times(_ other: Strength) throws -> Strength {
    switch (self, other) {
    case (.number(let a), .number(let b)): .number(a * b)
    case (.tensor(let tensor), .number(let number)), (.number(let number), .tensor(let tensor)):
      .tensor(try tensor.mul(number))
    case (.tensor(let a), .tensor(let b)): .tensor(try a.mul(b))
    }
  }
}
