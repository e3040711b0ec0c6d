/// What the elementwise functions, diagonals, triangles and grids refuse, and how they say so.

import PenumbraTensor
import Testing

@Suite struct PointwiseBadInputTests {
  private static let extremes = [
    Int.min, Int.min + 1, -1 << 40, -1000, 1000, 1 << 40, Int.max - 1, Int.max,
  ]

  /// `body` throws an error of the operation, of that kind and about that argument.
  private func refuses(
    _ operation: String, _ kind: TensorError.Kind? = nil, argument: String? = nil,
    _ location: SourceLocation = #_sourceLocation, _ body: () throws -> Tensor
  ) {
    do {
      let result = try body()
      Issue.record("\(operation) gave \(result)", sourceLocation: location)
    } catch let error as TensorError {
      #expect(error.operation == operation && !error.reason.isEmpty, sourceLocation: location)
      if let kind { #expect(error.kind == kind, sourceLocation: location) }
      if let argument { #expect(error.argument == argument, sourceLocation: location) }
    } catch {
      Issue.record("\(operation) threw \(error)", sourceLocation: location)
    }
  }

  @Test func shapesThatDoNotBroadcast() throws {
    let (a, b) = (try Tensor.ones([2, 3]), try Tensor.ones([2]))
    let pairs: [(String, (Tensor, Tensor) throws -> Tensor)] = [
      ("fmod", { try $0.fmod($1) }), ("fmax", { try $0.fmax($1) }), ("fmin", { try $0.fmin($1) }),
      ("hypot", { try $0.hypot($1) }), ("logaddexp", { try $0.logAddExp($1) }),
      ("logaddexp2", { try $0.logAddExp2($1) }), ("xlogy", { try $0.xlogy($1) }),
      ("copysign", { try $0.copySign($1) }),
    ]
    for (name, body) in pairs {
      refuses(name, .shape) { try body(a, b) }
      refuses(name, .shape) { try body(b, a) }
    }
    let (i, j) = (try a.to(.int64), try b.to(.int64))
    refuses("bitwise_and", .shape) { try i.bitwiseAnd(j) }
    refuses("bitwise_left_shift", .shape) { try i.bitwiseLeftShift(j) }
    for body in [
      { try a.heaviside(b) }, { try a.lerp(b, weight: 0.5) }, { try a.lerp(a, weights: b) },
      { try a.addcmul(a, b) }, { try a.addcdiv(b, a) }, { try a.clamp(from: b, through: nil) },
      { try a.clamp(from: nil, through: b) }, { try a.isClose(to: b) },
    ] as [() throws -> Tensor] {
      #expect(throws: TensorError.self) { try body() }
    }
  }

  @Test func typesThatHaveNoSuchOperation() throws {
    let (x, n) = (try Tensor.ones([2]), try Tensor.ones([2], dtype: .int64))
    let masks = try n.to(.bool)
    refuses("bitwise_and", .dtype) { try x.bitwiseAnd(n) }
    refuses("bitwise_or", .dtype) { try n.bitwiseOr(x) }
    refuses("bitwise_not", .dtype) { try x.bitwiseNot() }
    refuses("bitwise_left_shift", .dtype) { try masks.bitwiseLeftShift(masks) }
    refuses("bitwise_right_shift", .dtype) { try x.bitwiseRightShift(n) }
    refuses("lerp", .dtype) { try n.lerp(n, weight: 0.5) }
    refuses("prelu", .dtype) { try n.prelu(Tensor.ones([1], dtype: .int64)) }
    refuses("prelu", .dtype) { try x.prelu(Tensor.ones([1], dtype: .float64)) }
    refuses("glu", .dtype) { try n.glu() }
    refuses("remainder", .value) { try n.fmod(Tensor.zeros([2], dtype: .int64)) }
  }

  @Test func numbersOutOfRange() throws {
    let x = try Tensor.ones([2])
    for margin in [-0.1, 0.6, .nan, .infinity] {
      refuses("logit", argument: "eps") { try x.logit(margin: margin) }
    }
    for (low, high) in [(1.0, 1.0), (2, 1), (.nan, 1), (0, .nan)] {
      refuses("hardtanh", .value) { try x.hardTanh(low, high) }
    }
    for lambda in [-1, .nan, -Double.infinity] {
      refuses("softshrink", argument: "lambda") { try x.softShrink(lambda) }
      refuses("hardshrink", argument: "lambda") { try x.hardShrink(lambda) }
    }
    for alpha in [0, Double.nan] { refuses("celu") { try x.celu(alpha: alpha) } }
    for beta in [0, .nan, Double.infinity] {
      refuses("softplus", argument: "beta") { try x.softplus(beta: beta) }
    }
    for tolerance in [-1, Double.nan] {
      refuses("isclose", argument: "rtol") { try x.isClose(to: x, rtol: tolerance) }
      refuses("isclose", argument: "atol") { try x.isClose(to: x, atol: tolerance) }
    }
    for order in [Int.min, -1, 171, Int.max] {
      refuses("polygamma", argument: "n") { try x.polygamma(order) }
    }
    refuses("clamp", .value) { try x.clamp(from: nil, through: nil) }
  }

  @Test func theHighestOrdersAreFinite() throws {
    let x = try Tensor([0.5, 3, -1.5], [3], dtype: .float64)
    for order in [100, 170] { #expect(try x.polygamma(order).isNaN().any() == false) }
  }

  @Test func shapesThatAnOperationCannotTake() throws {
    let (scalar, vector) = (try Tensor.ones([]), try Tensor.ones([3]))
    let (matrix, cube) = (try Tensor.ones([2, 3]), try Tensor.ones([2, 2, 2]))
    for x in [scalar, vector] {
      refuses("tril", .shape) { try x.tril() }
      refuses("triu", .shape) { try x.triu() }
    }
    for x in [scalar, cube] { refuses("diag", .shape) { try x.diag() } }
    refuses("diagonal", .index) { try vector.diagonal() }
    refuses("diagonal", .index) { try matrix.diagonal(0, 1, -1) }
    refuses("diag_embed", .shape) { try scalar.diagEmbed() }
    refuses("diag_embed", .index) { try vector.diagEmbed(0, 1, -1) }
    refuses("diag_embed", .shape) { try Tensor.ones([1, 1, 1, 1, 1, 1, 1, 1]).diagEmbed() }
    for x in [scalar, matrix] { refuses("vander", .shape) { try x.vander() } }
    refuses("glu", .shape) { try vector.glu() }
    refuses("glu", .index) { try scalar.glu() }
    refuses("prelu", argument: "weight") { try matrix.prelu(Tensor.ones([2])) }
    refuses("prelu", argument: "weight") { try matrix.prelu(Tensor.ones([1, 1])) }
    refuses("prelu", argument: "weight") { try vector.prelu(Tensor.ones([0])) }
    refuses("meshgrid", .value) { try Tensor.meshgrid([])[0] }
    refuses("meshgrid", .shape) { try Tensor.meshgrid([matrix])[0] }
    refuses("meshgrid") { try Tensor.meshgrid([vector, vector.to(.int64)])[0] }
    let nine = Array(repeating: vector, count: 9)
    refuses("meshgrid", .value) { try Tensor.meshgrid(nine)[0] }
  }

  @Test(arguments: extremes) func enormousNumbers(_ n: Int) throws {
    let (vector, matrix) = (try Tensor.ones([3]), try Tensor.ones([2, 3]))
    refuses("diag_embed") { try vector.diagEmbed(n * (n.magnitude > 1000 ? 1 : 1 << 30)) }
    #expect(try matrix.diagonal(n).elementCount == 0)
    #expect(try matrix.diag(n).elementCount == 0)
    #expect(try matrix.tril(n).sum().item() == (n > 0 ? 6 : 0))
    #expect(try matrix.triu(n).sum().item() == (n > 0 ? 0 : 6))
    #expect(try Tensor.trilIndices(2, 3, diagonal: n).shape[1] == (n > 0 ? 6 : 0))
    #expect(try Tensor.triuIndices(2, 3, diagonal: n).shape[1] == (n > 0 ? 0 : 6))
    for axis in [n, ~n] {
      refuses("diagonal", .index) { try matrix.diagonal(0, axis, 0) }
      refuses("diag_embed", .index) { try vector.diagEmbed(0, 0, axis) }
      refuses("glu", .index) { try matrix.glu(axis) }
    }
    if n < 0 || n > 1000 {
      refuses("vander") { try vector.vander(n) }
      refuses("tril_indices") { try Tensor.trilIndices(n, n) }
      refuses("triu_indices") { try Tensor.triuIndices(1, n) }
      #expect(throws: TensorError.self) { try Tensor.logspace(0, 1, count: n) }
    }
  }

  @Test func gridsTooLargeForMemoryAreViewsOrErrors() throws {
    let row = try Tensor.ones([1 << 20])
    let grid = try Tensor.meshgrid([row, row])
    #expect(grid[0].shape == [1 << 20, 1 << 20])
    #expect(throws: TensorError.self) { try grid[0].add(grid[1]) }
    #expect(throws: TensorError.self) { try Tensor.meshgrid([row, row, row, row]) }
    refuses("diag_embed", .memory) { try row.diagEmbed() }
  }

  @Test func inPlaceChangesAreCaught() throws {
    let x = try Tensor([0.3, 0.4], [2]).requiresGradient(true)
    let y = try x.add(0)
    let (weights, z) = (try Tensor.ones([2]), try Tensor.ones([2]))
    let results = [try y.lerp(z, weights: weights), try y.hypot(z), try z.xlogy(y), try y.asinh()]
    try GradientMode.with(false) {
      _ = try z.fill(3)
      _ = try weights.fill(3)
      _ = try y.fill(3)
    }
    for result in results {
      #expect(throws: TensorError.self) { try result.sum().backward(retainGraph: true) }
    }
  }
}
