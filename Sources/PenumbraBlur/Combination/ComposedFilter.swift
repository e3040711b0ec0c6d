/// Filters applied one after the other.

public import PenumbraTensor

/// A(x) = A_k(... A_2(A_1(x))), `blur.compose`.
///
/// Its σ is one for all parts when it is set; otherwise each part keeps its own. It is linear where all
/// parts are, and acts on both signal and density where they differ.
public final class ComposedFilter: Filter {
  public let filters: [any Filter]

  public init(_ filters: [any Filter]) { self.filters = filters }

  public var domain: FilterDomain {
    guard let first = filters.first?.domain else { return .both }
    return filters.allSatisfy { $0.domain == first } ? first : .both
  }

  public var isLinear: Bool { filters.allSatisfy(\.isLinear) }

  /// The greatest of the parts' strengths.
  public var sigma: Strength { .number(filters.map(\.sigma.greatest).max() ?? 0) }

  /// Gives every part the same strength; where one refuses, all stay as they were.
  public func setSigma(_ value: Strength) throws {
    try value.check("blur.compose")
    let before = filters.map(\.sigma)
    for (index, filter) in filters.enumerated() {
      do { try filter.setSigma(value) } catch {
        for (changed, old) in zip(filters, before).prefix(index) { try changed.setSigma(old) }
        throw error
      }
    }
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try filters.reduce(x) { try $1($0) }
  }

  public var description: String {
    "compose(" + filters.map(\.description).joined(separator: " → ") + ")"
  }
}
