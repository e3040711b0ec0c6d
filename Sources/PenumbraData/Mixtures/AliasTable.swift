/// Drawing from a finite distribution in constant time.

/// Walker's alias method: one uniform number, one comparison.
///
/// Source: M. D. Vose, "A linear algorithm for generating random numbers with a given distribution",
/// IEEE Transactions on Software Engineering 17 (1991).
struct AliasTable: Sendable {
  /// The chance that slot k yields k itself.
  private let threshold: [Double]
  /// What slot k yields otherwise.
  private let alias: [Int]

  /// - Parameter probabilities: positive, adding up to 1.
  init(_ probabilities: [Double]) {
    let count = probabilities.count
    var scaled = probabilities.map { $0 * Double(count) }
    var threshold = [Double](repeating: 1, count: count)
    var alias = Array(0..<count)
    var small = scaled.indices.filter { scaled[$0] < 1 }
    var large = scaled.indices.filter { scaled[$0] >= 1 }
    while let poor = small.popLast(), let rich = large.popLast() {
      threshold[poor] = scaled[poor]
      alias[poor] = rich
      scaled[rich] -= 1 - scaled[poor]
      if scaled[rich] < 1 { small.append(rich) } else { large.append(rich) }
    }
    self.threshold = threshold
    self.alias = alias
  }

  /// The outcome for a uniform number in [0, 1).
  @inline(__always)
  func outcome(_ uniform: Double) -> Int {
    let position = uniform * Double(threshold.count)
    // The product may round up to the count itself.
    let slot = min(Int(position), threshold.count - 1)
    return position - Double(slot) < threshold[slot] ? slot : alias[slot]
  }
}
