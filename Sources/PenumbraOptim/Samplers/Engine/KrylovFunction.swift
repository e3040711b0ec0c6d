/// Functions of a symmetric matrix that is known by its products alone, by Lanczos' method.

package import PenumbraTensor

/// f(A) v in the space of v, A v, A² v, ...: with an orthonormal basis Q of it and T = QᵀAQ,
/// f(A) v ≈ |v| Q f(T) e₁, exact once the space is closed.
///
/// The basis is held orthogonal to rounding by doing it twice. Sources: Lanczos 1950; Saad 1992.
package enum KrylovFunction {
  /// How large the basis may become; for f smooth on A's spectrum far fewer vectors do.
  package static let limit = 60

  /// - Parameters:
  ///   - vector: parts of one vector, of any shapes.
  ///   - product: A times such a vector.
  package static func apply(
    _ function: (Double) -> Double, to vector: [Tensor], product: ([Tensor]) throws -> [Tensor]
  ) throws -> [Tensor] {
    try GradientMode.with(false) {
      let length = try dot(vector, vector).squareRoot()
      guard length > 0 else { return vector }
      var basis = [try vector.map { try $0.div(length) }]
      var (diagonal, side): ([Double], [Double]) = ([], [])
      let size = min(limit, vector.reduce(0) { $0 + $1.elementCount })
      var last: [Double] = []
      while true {
        var next = try product(basis[basis.count - 1])
        let norm = try dot(next, next).squareRoot()
        diagonal.append(try dot(next, basis[basis.count - 1]))
        for _ in 0..<2 {
          for old in basis {
            let part = try dot(next, old)
            next = try zip(next, old).map { try $0.sub($1.mul(part)) }
          }
        }
        let rest = try dot(next, next).squareRoot()
        let column = try firstColumn(function, diagonal, side)
        let change = zip(column, last + [0]).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let isClosed = basis.count == size || rest <= 1e-13 * norm
        if isClosed || (!last.isEmpty && change <= 1e-26 * column.reduce(0) { $0 + $1 * $1 }) {
          return try combination(basis, column.map { $0 * length })
        }
        last = column
        side.append(rest)
        basis.append(try next.map { try $0.div(rest) })
      }
    }
  }

  private static func dot(_ a: [Tensor], _ b: [Tensor]) throws -> Double {
    try zip(a, b).reduce(0) { try $0 + $1.0.to(.float64).mul($1.1.to(.float64)).sum().item() }
  }

  /// Σ_k c_k q_k
  private static func combination(_ basis: [[Tensor]], _ c: [Double]) throws -> [Tensor] {
    var sum = try basis[0].map { try $0.mul(c[0]) }
    for (vector, factor) in zip(basis, c).dropFirst() {
      sum = try zip(sum, vector).map { try $0.add($1.mul(factor)) }
    }
    return sum
  }

  /// f(T) e₁ of the tridiagonal T.
  private static func firstColumn(
    _ function: (Double) -> Double, _ diagonal: [Double], _ side: [Double]
  ) throws -> [Double] {
    let m = diagonal.count
    var values = [Double](repeating: 0, count: m * m)
    for i in 0..<m {
      values[i * m + i] = diagonal[i]
      if i + 1 < m {
        values[i * m + i + 1] = side[i]
        values[(i + 1) * m + i] = side[i]
      }
    }
    let (eigenvalues, vectors) = try Tensor(values, Shape(m, m), dtype: .float64).symmetricEigen()
    let (lambda, q) = (try eigenvalues.doubles(), try vectors.doubles())
    return (0..<m).map { i in
      (0..<m).reduce(0.0) { $0 + q[i * m + $1] * function(lambda[$1]) * q[$1] }
    }
  }
}

/// The gradient covariance in a sampler's own coordinates, w Σ w.
struct ScaledCovariance {
  let covariance: RunningCovariance
  /// w for each parameter; nil is 1.
  let roots: [Tensor?]

  /// f(w I_t w) v for vectors in parts; parts that are nil, or not known, are nil.
  func apply(_ function: SpectralFunction, to vectors: [Tensor?]) throws -> [Tensor?] {
    guard roots.contains(where: { $0 != nil }) else {
      return try covariance.apply(function, to: vectors)
    }
    let places = vectors.indices.filter { vectors[$0] != nil }
    func product(_ parts: [Tensor]) throws -> [Tensor] {
      var whole: [Tensor?] = Array(repeating: nil, count: vectors.count)
      for (part, place) in zip(parts, places) { whole[place] = try scaled(part, place) }
      let image = try covariance.apply(.scaled(1), to: whole)
      return try zip(parts, places).map { part, place in
        try image[place].map { try scaled($0, place) } ?? part.mul(0)
      }
    }
    let parts = try GradientMode.with(false) {
      let given = places.compactMap { vectors[$0] }
      if case .scaled(let c) = function { return try product(given).map { try $0.mul(c) } }
      return try KrylovFunction.apply({ function($0) }, to: given, product: product)
    }
    var result: [Tensor?] = Array(repeating: nil, count: vectors.count)
    for (part, place) in zip(parts, places) { result[place] = part }
    return result
  }

  private func scaled(_ vector: Tensor, _ place: Int) throws -> Tensor {
    try roots[place].map { try vector.mul($0) } ?? vector
  }
}
