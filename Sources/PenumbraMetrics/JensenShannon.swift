/// The Jensen–Shannon divergence of histograms.

internal import Glibc
public import PenumbraTensor

/// JS = ½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q)/2, in nats: from 0 for equal histograms to log 2 for
/// ones that share no cell. `scipy.spatial.distance.jensenshannon` gives its square root.
///
/// Source: Lin, "Divergence measures based on the Shannon entropy" (1991).
public enum JensenShannon {
  /// The divergence of two histograms; counts or weights in any proportion.
  ///
  /// - Throws: `TensorError` (value) for different lengths, none, negative weights, or a sum of 0.
  public static func divergence(_ p: [Double], _ q: [Double]) throws -> Double {
    guard p.count == q.count, !p.isEmpty else {
      throw TensorError(
        .shape, "jensen_shannon", argument: "q", expected: "\(p.count) weights, at least one",
        got: "\(q.count)")
    }
    let sums = try zip(["p", "q"], [p, q]).map { name, weights in
      let sum = weights.reduce(0, +)
      guard weights.allSatisfy({ $0 >= 0 }), sum > 0, sum.isFinite else {
        throw TensorError(
          .value, "jensen_shannon", argument: name,
          expected: "weights ≥ 0 with a positive finite sum", got: "a sum of \(sum)")
      }
      return sum
    }
    var total = 0.0
    for (a, b) in zip(p, q) {
      let (a, b) = (a / sums[0], b / sums[1])
      let middle = (a + b) / 2
      if a > 0 { total += 0.5 * a * log(a / middle) }
      if b > 0 { total += 0.5 * b * log(b / middle) }
    }
    return min(max(total, 0), log(2))
  }

  /// The divergence between two sets of samples, each sorted into the same cells; what lies outside
  /// the range or is not finite goes to one cell more.
  ///
  /// For two samples of one law it is about (cells − 1)(1/n + 1/m)/8, not 0.
  ///
  /// - Parameters:
  ///   - x: [n, d]; y: [m, d]; or [n] and [m]; d at most 3.
  ///   - bins: cells along each dimension.
  ///   - low, high: the cells' range in each dimension; by default that of all samples.
  public static func ofSamples(
    _ x: Tensor, _ y: Tensor, bins: Int = 50, low: Double? = nil, high: Double? = nil
  ) throws -> Double {
    let (x, y) = try Points.pair(x, y, "jensen_shannon")
    guard x.dimension <= 3 else {
      throw TensorError(
        .shape, "jensen_shannon", argument: "p", expected: "points of at most 3 numbers",
        got: "\(x.dimension)")
    }
    let most = x.dimension == 1 ? 1 << 20 : x.dimension == 2 ? 1024 : 128
    guard bins >= 1, bins <= most else {
      throw TensorError(
        .value, "jensen_shannon", argument: "bins", expected: "1 to \(most)", got: "\(bins)")
    }
    if let low, let high, !(low < high && (high - low).isFinite) {
      throw TensorError(
        .value, "jensen_shannon", argument: "range", expected: "finite low < high",
        got: "\(low) and \(high)")
    }
    let (a, b) = (try x.tensor.doubles(), try y.tensor.doubles())
    let d = x.dimension
    let edges = (0..<d).map { axis -> (low: Double, width: Double) in
      var (least, greatest) = (Double.infinity, -Double.infinity)
      if low == nil || high == nil {
        for values in [a, b] {
          for index in stride(from: axis, to: values.count, by: d) where values[index].isFinite {
            least = min(least, values[index])
            greatest = max(greatest, values[index])
          }
        }
      }
      let (start, end) = (low ?? least, high ?? greatest)
      return (start, max((end - start) / Double(bins), .leastNormalMagnitude))
    }
    let cells = (0..<d).reduce(1) { count, _ in count * bins }
    func histogram(_ values: [Double]) -> [Double] {
      var counts = [Double](repeating: 0, count: cells + 1)
      for first in stride(from: 0, to: values.count, by: d) {
        var cell = 0
        for axis in 0..<d {
          let place = (values[first + axis] - edges[axis].low) / edges[axis].width
          // The greatest sample belongs to the last cell.
          guard place >= 0, place <= Double(bins) * (1 + 1e-12) else {
            cell = cells
            break
          }
          cell = cell * bins + min(Int(place), bins - 1)
        }
        counts[cell] += 1
      }
      return counts
    }
    return try divergence(histogram(a), histogram(b))
  }
}
