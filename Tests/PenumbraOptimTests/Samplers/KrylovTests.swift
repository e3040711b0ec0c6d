/// Covariances that mix elements beside preconditioners: Lanczos' functions of w I w.

import Glibc
import PenumbraOptim
import PenumbraTensor
import Testing

@Suite struct KrylovTests {
  /// A A ᵀ of a random A: [n, n]
  static func matrix(_ n: Int, seed: UInt64) throws -> Tensor {
    let a = try Generator(seed: seed).normal(Shape(n, n), dtype: .float64)
    return try a.matmul(a.transpose(0, 1)).div(Double(n))
  }

  @Test(arguments: [1, 2, 7, 40])
  func agreesWithTheEigenvectors(_ n: Int) throws {
    let a = try KrylovTests.matrix(n, seed: 8)
    let v = try Generator(seed: 9).normal(Shape(n, 1), dtype: .float64)
    let (values, q) = try a.symmetricEigen()
    for f in [{ exp(-0.7 * $0) }, { max(2 - $0, 0).squareRoot() }, { $0.squareRoot() }]
      as [(Double) -> Double]
    {
      let scaled = try Tensor(values.doubles().map { f(max($0, 0)) }, Shape(n, 1), dtype: .float64)
      let exact = try q.matmul(scaled.mul(q.transpose(0, 1).matmul(v))).doubles()
      // In two parts, as parameters are.
      let parts =
        try n > 1 ? [v.narrow(0, start: 0, count: 1), v.narrow(0, start: 1, count: n - 1)] : [v]
      func product(_ parts: [Tensor]) throws -> [Tensor] {
        let image = try a.matmul(Tensor.cat(parts, 0))
        guard n > 1 else { return [image] }
        return [
          try image.narrow(0, start: 0, count: 1), try image.narrow(0, start: 1, count: n - 1),
        ]
      }
      let found = try KrylovFunction.apply({ f(max($0, 0)) }, to: parts, product: product)
      #expect(distance(try found.flatMap { try $0.clone().doubles() }, exact) < 1e-10)
    }
  }

  @Test func nothingStaysNothing() throws {
    let zero = try KrylovFunction.apply(exp, to: [Tensor.zeros(Shape(3))], product: { $0 })
    #expect(try zero[0].doubles() == [0, 0, 0])
  }
}
