/// Some of many things, evenly chosen while they come by.

/// Keeps at most `2 · limit` of any number of elements.
public struct Thinned<Element> {
  /// How many came.
  public private(set) var count = 0
  private let limit: Int
  private var kept: [Element] = []
  private var last: Element?
  private var stride = 1

  /// - Parameter limit: at least 2.
  public init(limit: Int) { self.limit = max(2, limit) }

  /// - Complexity: O(1), amortised.
  public mutating func append(_ element: Element) {
    if count % stride == 0 { kept.append(element) }
    last = element
    count += 1
    guard kept.count > 2 * limit else { return }
    kept = kept.indices.filter { $0 % 2 == 0 }.map { kept[$0] }
    stride *= 2
  }

  /// At most `limit` elements at even distances, in their order; the first and the last are among them.
  public var chosen: [Element] {
    let isLastKept = count == 0 || (count - 1) % stride == 0
    let all = isLastKept ? kept : kept + (last.map { [$0] } ?? [])
    guard all.count > limit else { return all }
    return (0..<limit).map { all[$0 * (all.count - 1) / (limit - 1)] }
  }
}

extension Thinned: Sendable where Element: Sendable {}
