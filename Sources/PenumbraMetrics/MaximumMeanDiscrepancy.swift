/// The maximum mean discrepancy between two sets of samples, and the kernel inception distance.

internal import Glibc
public import PenumbraTensor

/// MMD² = E k(X, X') + E k(Y, Y') − 2 E k(X, Y) for a positive definite kernel k.
///
/// Sources: Gretton et al., "A kernel two-sample test" (2012); Bińkowski et al., "Demystifying MMD
/// GANs" (2018) for the polynomial kernel on features, KID.
public enum MaximumMeanDiscrepancy {
  /// What compares two points.
  public enum Kernel: Sendable, Equatable {
    /// The mean of exp(−‖x − y‖²/2σ²) over the bandwidths σ; nil: {¼, ½, 1, 2, 4} times the median
    /// distance in both sets (of at most 1,000 points).
    case gaussian(bandwidths: [Double]? = nil)
    /// (γ x·y + c)^degree; γ = 1/d by default.
    case polynomial(degree: Int = 3, gamma: Double? = nil, coefficient: Double = 1)
  }

  /// MMD² of two empirical laws (biased, never negative) or the unbiased estimate.
  ///
  /// - Parameters:
  ///   - x: [n, ...], a point a row; y: [m, ...] with points of as many numbers.
  ///   - unbiased: leave out k(x, x); the expectation is then 0 for equal laws. Needs two points each.
  /// - Returns: infinity when a number is not finite.
  /// - Throws: `TensorError` for too few points, dimensions that differ, or constants out of range.
  /// - Complexity: O((n + m)² (d + bandwidths)) time, in blocks of 8 MB.
  public static func squared(
    _ x: Tensor, _ y: Tensor, kernel: Kernel = .gaussian(), unbiased: Bool = true,
    operation: String = "mmd"
  ) throws -> Double {
    let (x, y) = try Points.pair(x, y, operation, atLeast: unbiased ? 2 : 1)
    try kernel.check(operation)
    guard try x.isFinite, try y.isFinite else { return .infinity }
    let evaluation = try Evaluation(kernel, x, y, operation)
    let within = try evaluation.meanWithin(x, unbiased) + evaluation.meanWithin(y, unbiased)
    let value = try within - 2 * evaluation.meanBetween(x, y)
    return unbiased ? value : max(value, 0)
  }

  /// The kernel inception distance: the mean and the spread of unbiased estimates over random subsets.
  ///
  /// - Parameters:
  ///   - x: features [n, ...]; y: [m, ...].
  ///   - subsets: how many; each of `size` rows of either set, drawn without replacement.
  /// - Returns: the mean over the subsets, and their standard deviation (0 for one).
  /// - Throws: `TensorError` also for subsets larger than a set.
  public static func kernelInception(
    _ x: Tensor, _ y: Tensor, subsets: Int = 100, size: Int = 1000,
    kernel: Kernel = .polynomial(), using generator: Generator
  ) throws -> (mean: Double, deviation: Double) {
    let (x, y) = try Points.pair(x, y, "kid", atLeast: 2)
    guard subsets >= 1, subsets <= 1 << 20 else {
      throw TensorError(
        .value, "kid", argument: "subsets", expected: "1 to \(1 << 20)", got: "\(subsets)")
    }
    let most = min(x.count, y.count)
    guard size >= 2, size <= most else {
      throw TensorError(
        .value, "kid", argument: "size", expected: "2 to \(most), the points of the smaller set",
        got: "\(size)")
    }
    var (mean, scatter) = (0.0, 0.0)
    for index in 1...subsets {
      try Interruption.check("kid")
      let a = try generator.permutation(x.count).narrow(0, start: 0, count: size)
      let b = try generator.permutation(y.count).narrow(0, start: 0, count: size)
      let value = try squared(
        x.tensor.indexSelect(0, a), y.tensor.indexSelect(0, b), kernel: kernel, operation: "kid")
      guard value.isFinite else { return (.infinity, .nan) }
      let step = value - mean
      mean += step / Double(index)
      scatter += step * (value - mean)
    }
    return (mean, subsets > 1 ? (scatter / Double(subsets - 1)).squareRoot() : 0)
  }

  /// The median distance between different points of both sets together, of at most 1,000 evenly
  /// chosen ones; 1 where that is 0.
  static func medianDistance(_ x: Points, _ y: Points, _ operation: String) throws -> Double {
    let both = try Tensor.cat([thinned(x, 500), thinned(y, 500)], 0)
    let distances = try Points(both, operation, "x").ownDistances(operation).sorted()
    guard !distances.isEmpty else { return 1 }
    let median = distances[distances.count / 2]
    return median > 0 ? median : 1
  }

  private static func thinned(_ points: Points, _ most: Int) throws -> Tensor {
    let step = (points.count + most - 1) / most
    let count = (points.count + step - 1) / step
    return try points.tensor.narrow(0, start: 0, count: count, step: step)
  }
}

extension MaximumMeanDiscrepancy.Kernel {
  fileprivate func check(_ operation: String) throws {
    switch self {
    case .gaussian(let bandwidths):
      guard let bandwidths else { return }
      guard !bandwidths.isEmpty, bandwidths.count <= 1000,
        bandwidths.allSatisfy({ $0 > 0 && $0.isFinite })
      else {
        throw TensorError(
          .value, operation, argument: "bandwidths", expected: "1 to 1000 positive numbers",
          got: bandwidths.isEmpty ? "none" : "\(bandwidths.prefix(8))")
      }
    case .polynomial(let degree, let gamma, let coefficient):
      guard (1...64).contains(degree) else {
        throw TensorError(
          .value, operation, argument: "degree", expected: "1 to 64", got: "\(degree)")
      }
      if let gamma, !(gamma > 0 && gamma.isFinite) {
        throw TensorError(
          .value, operation, argument: "gamma", expected: "a positive number", got: "\(gamma)")
      }
      // A negative constant is no positive definite kernel.
      guard coefficient >= 0, coefficient.isFinite else {
        throw TensorError(
          .value, operation, argument: "coef", expected: "a number ≥ 0", got: "\(coefficient)")
      }
    }
  }
}

/// A kernel with its constants settled.
private struct Evaluation {
  let operation: String
  private enum Form {
    case gaussian([Double])
    case polynomial(Double, Double, Double)
  }
  private let form: Form

  init(
    _ kernel: MaximumMeanDiscrepancy.Kernel, _ x: Points, _ y: Points, _ operation: String
  ) throws {
    self.operation = operation
    switch kernel {
    case .gaussian(let bandwidths?): form = .gaussian(bandwidths)
    case .gaussian(nil):
      let median = try MaximumMeanDiscrepancy.medianDistance(x, y, operation)
      form = .gaussian([0.25, 0.5, 1, 2, 4].map { $0 * median })
    case .polynomial(let degree, let gamma, let coefficient):
      form = .polynomial(Double(degree), gamma ?? 1 / Double(x.dimension), coefficient)
    }
  }

  func meanBetween(_ x: Points, _ y: Points) throws -> Double {
    try sum(x, y) / (Double(x.count) * Double(y.count))
  }

  func meanWithin(_ points: Points, _ unbiased: Bool) throws -> Double {
    let n = Double(points.count)
    let total = try sum(points, points)
    return try unbiased ? (total - selfSum(points)) / (n * (n - 1)) : total / (n * n)
  }

  /// Σ k(x_i, y_j) over all pairs.
  private func sum(_ x: Points, _ y: Points) throws -> Double {
    var total = 0.0
    switch form {
    case .gaussian(let bandwidths):
      try x.forEachDistances(to: y, operation) { _, distances in
        let squares = try distances.square()
        for bandwidth in bandwidths {
          total += try squares.mul(-0.5 / (bandwidth * bandwidth)).exp().sum().item()
        }
      }
      return total / Double(bandwidths.count)
    case .polynomial(let degree, let gamma, let coefficient):
      try GradientMode.with(false) {
        let columns = try y.tensor.transpose(0, 1)
        for range in x.blocks(y.count) {
          try Interruption.check(operation)
          let products = try x.rows(range).matmul(columns)
          total += try products.mul(gamma).add(coefficient).pow(degree).sum().item()
        }
      }
      return total
    }
  }

  /// Σ k(x_i, x_i).
  private func selfSum(_ points: Points) throws -> Double {
    switch form {
    case .gaussian: return Double(points.count)
    case .polynomial(let degree, let gamma, let coefficient):
      return try GradientMode.with(false) {
        try points.tensor.square().sum([1]).mul(gamma).add(coefficient).pow(degree).sum().item()
      }
    }
  }
}

extension Points {
  /// The distances of all pairs i < j, for few points.
  fileprivate func ownDistances(_ operation: String) throws -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(count * (count - 1) / 2)
    try forEachDistances(to: self, operation) { range, block in
      let values = try block.doubles()
      for (row, index) in range.enumerated() {
        result += values[(row * count + index + 1)..<((row + 1) * count)]
      }
    }
    return result
  }
}
