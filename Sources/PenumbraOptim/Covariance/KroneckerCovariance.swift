/// Kronecker-factored covariances: two small matrices for each weight.

internal import PenumbraTensor

/// I_t ≈ L ⊗ R for each parameter seen as a matrix [p, q]; see `CovarianceKind.kronecker`.
///
/// A parameter without factors is a column, and R = 1. O(p³ + q³) a step for each.
final class KroneckerCovariance: CovarianceForm {
  private struct Factors {
    let left: SymmetricMatrix
    let right: SymmetricMatrix
    let diagonal: Tensor
  }

  private let list: ParameterList
  private let limit: Int
  private var factors: [Factors?]

  init(_ list: ParameterList, limit: Int) {
    (self.list, self.limit) = (list, limit)
    factors = Array(repeating: nil, count: list.tensors.count)
  }

  let isElementwise = false

  func isKnown(_ index: Int) -> Bool { factors[index] != nil }

  func diagonal(_ index: Int) -> Tensor? { factors[index]?.diagonal }

  func measured(_ step: CovarianceStep) throws -> ([Double]) throws -> Void {
    let measured = try GradientMode.with(false) {
      try step.examples().enumerated().map { index, examples in
        try examples.map { try measure($0, index, step.operation) }
      }
    }
    return { [self] weights in
      for (index, new) in measured.enumerated() {
        guard let new else { continue }
        let old = factors[index]
        factors[index] = try made(
          Tensor.blended(old?.left.values, new.left, weights[index]),
          Tensor.blended(old?.right.values, new.right, weights[index]), index)
      }
    }
  }

  private func measure(_ examples: ParameterExamples, _ index: Int, _ operation: String) throws
    -> (left: Tensor, right: Tensor)
  {
    let uses = try examples.groups.joined().map { try $0.outerFactors() }
    let found = uses.compactMap { $0 }
    guard found.count == uses.count else {
      try checkSide(examples.shape.elementCount, index, operation)
      return (
        try Tensor.covariance(examples.rows()), try Tensor.ones(Shape(1, 1), dtype: .float64)
      )
    }
    try checkSide(found[0].left.shape[2], index, operation)
    try checkSide(found[0].right.shape[2], index, operation)
    func moment(_ parts: [Tensor]) throws -> Tensor {
      let squares = try parts.map { part in
        let rows = try part.to(.float64)
          .reshape(Shape(part.shape[0] * part.shape[1], part.shape[2]))
        return try rows.transpose(0, 1).matmul(rows)
      }
      return try squares.dropFirst().reduce(squares[0]) { try $0.add($1) }
    }
    // Places and examples together: n K.
    let terms = found.reduce(0) { $0 + $1.left.shape[0] * $1.left.shape[1] }
    return (
      try moment(found.map(\.left)).mul(Double(examples.count)),
      try moment(found.map(\.right)).mul(1 / Double(terms))
    )
  }

  private func checkSide(_ side: Int, _ index: Int, _ operation: String) throws {
    guard side > limit else { return }
    throw TensorError(
      .memory, operation, argument: ParameterList.label(index, list.tensors[index]),
      expected: "at most \(limit) rows in one covariance matrix",
      got: "\(side); use covariance = \"diagonal\"")
  }

  private func made(_ left: Tensor, _ right: Tensor, _ index: Int) throws -> Factors {
    let parameter = list.tensors[index]
    let diagonal = try GradientMode.with(false) {
      try left.diagonal().unsqueeze(1).mul(right.diagonal())
        .reshape(parameter.shape).to(parameter.dtype).contiguous()
    }
    return Factors(
      left: SymmetricMatrix(left), right: SymmetricMatrix(right), diagonal: diagonal)
  }

  func apply(_ function: SpectralFunction, to vectors: [Tensor?]) throws -> [Tensor?] {
    try GradientMode.with(false) {
      try vectors.enumerated().map { index, vector in
        guard let vector, let factors = factors[index] else { return nil }
        let (p, q) = (factors.left.values.shape[0], factors.right.values.shape[0])
        let matrix = try vector.to(.float64).reshape(Shape(p, q))
        return try apply(function, factors, matrix).reshape(vector.shape).to(vector.dtype)
      }
    }
  }

  /// (L ⊗ R) m = L m R for m: [p, q]; other functions by both factors' eigenvectors.
  private func apply(_ function: SpectralFunction, _ factors: Factors, _ m: Tensor) throws -> Tensor
  {
    let (left, right) = (factors.left, factors.right)
    switch function {
    case .scaled(let c): return try left.values.matmul(m).matmul(right.values).mul(c)
    case .root(let c):
      let half = try left.apply(.root(c), to: m)
      return try right.apply(.root(1), to: half.transpose(0, 1)).transpose(0, 1)
    case .damping, .remainder:
      let ((a, u), (b, w)) = (try left.eigen(), try right.eigen())
      let values = a.flatMap { x in b.map { function(max(x, 0) * max($0, 0)) } }
      let scales = try Tensor(values, Shape(a.count, b.count), dtype: .float64)
      let inner = try u.transpose(0, 1).matmul(m).matmul(w).mul(scales)
      return try u.matmul(inner).matmul(w.transpose(0, 1))
    }
  }

  func save(_ state: inout OptimizerState) throws {
    for (index, factors) in factors.enumerated() {
      let side = factors.map { Double($0.left.values.shape[0]) } ?? 0
      state.add("side.\(index + 1)", side)
      guard let factors else { continue }
      state.tensors.append(("left.\(index + 1)", try factors.left.values.clone()))
      state.tensors.append(("right.\(index + 1)", try factors.right.values.clone()))
    }
  }

  func read(_ reader: inout StateReader) throws -> () -> Void {
    var loaded: [Factors?] = []
    for (index, parameter) in list.tensors.enumerated() {
      let side = try reader.count("side.\(index + 1)")
      guard side > 0 else {
        loaded.append(nil)
        continue
      }
      let other = parameter.elementCount / side
      loaded.append(
        try made(
          reader.tensor("left.\(index + 1)", Shape(side, side), .float64),
          reader.tensor("right.\(index + 1)", Shape(other, other), .float64), index))
    }
    return { [loaded] in self.factors = loaded }
  }
}
