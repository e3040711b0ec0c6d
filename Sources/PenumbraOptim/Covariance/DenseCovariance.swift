/// Full covariance matrices of parameters, one by one or of all together.

internal import PenumbraTensor

/// I_t as a symmetric matrix for each block of parameters, in float64.
///
/// Noise comes from Cholesky's factor where the matrix has one and from the eigenvectors otherwise: V of
/// n examples has rank n − 1 at most. Other functions take the eigenvectors. O(p³) a step.
final class DenseCovariance: CovarianceForm {
  private let list: ParameterList
  /// The parameters whose elements stand one after the other in each matrix.
  private let blocks: [[Int]]
  private let limit: Int
  private var matrices: [SymmetricMatrix?]
  private var diagonals: [Tensor?]

  init(_ list: ParameterList, _ blocks: [[Int]], limit: Int) {
    (self.list, self.blocks, self.limit) = (list, blocks, limit)
    matrices = Array(repeating: nil, count: blocks.count)
    diagonals = Array(repeating: nil, count: list.tensors.count)
  }

  let isElementwise = false

  func isKnown(_ index: Int) -> Bool { diagonals[index] != nil }

  func diagonal(_ index: Int) -> Tensor? { diagonals[index] }

  func measured(_ step: CovarianceStep) throws -> ([Double]) throws -> Void {
    try checkSizes(step)
    let examples = try step.examples()
    let measured = try GradientMode.with(false) {
      try blocks.map { block -> Tensor? in
        let parts = block.compactMap { examples[$0] }
        guard !parts.isEmpty else { return nil }
        if let missing = block.first(where: { examples[$0] == nil }) {
          throw TensorError(
            .graph, step.operation,
            argument: ParameterList.label(missing, list.tensors[missing]),
            "has no gradient, and a full covariance needs those of all parameters")
        }
        return try Tensor.covariance(Tensor.cat(parts.map { try $0.rows() }, 1))
      }
    }
    return { [self] weights in
      for (place, matrix) in measured.enumerated() {
        guard let matrix else { continue }
        try adopt(
          Tensor.blended(matrices[place]?.values, matrix, weights[blocks[place][0]]), place)
      }
    }
  }

  private func checkSizes(_ step: CovarianceStep) throws {
    for block in blocks where block.contains(where: { step.gradients[$0] != nil }) {
      let size = block.reduce(0) { $0 + list.tensors[$1].elementCount }
      guard size > limit else { continue }
      throw TensorError(
        .memory, step.operation,
        argument: block.count == 1 ? ParameterList.label(block[0], list.tensors[block[0]]) : nil,
        expected: "at most \(limit) elements in one covariance matrix",
        got: "\(size); use covariance = \"kronecker\" or \"diagonal\"")
    }
  }

  private func adopt(_ values: Tensor, _ place: Int) throws {
    matrices[place] = SymmetricMatrix(values)
    let parts = try split(values.diagonal(), blocks[place])
    for (index, part) in zip(blocks[place], parts) { diagonals[index] = part }
  }

  func apply(_ function: SpectralFunction, to vectors: [Tensor?]) throws -> [Tensor?] {
    try GradientMode.with(false) {
      var result: [Tensor?] = vectors.map { _ in nil }
      for (place, block) in blocks.enumerated() {
        guard let matrix = matrices[place], block.contains(where: { vectors[$0] != nil }) else {
          continue
        }
        let parts = try block.map { index in
          try (vectors[index] ?? list.zeros(index)).to(.float64)
            .reshape(Shape(list.tensors[index].elementCount))
        }
        let product = try matrix.apply(function, to: Tensor.cat(parts).unsqueeze(1)).squeeze(1)
        for (index, part) in zip(block, try split(product, block)) where vectors[index] != nil {
          result[index] = part
        }
      }
      return result
    }
  }

  /// The parts of a block's vector, of the parameters' shapes and types.
  private func split(_ vector: Tensor, _ block: [Int]) throws -> [Tensor] {
    var first = 0
    return try block.map { index in
      let parameter = list.tensors[index]
      defer { first += parameter.elementCount }
      return try vector.narrow(0, start: first, count: parameter.elementCount)
        .reshape(parameter.shape).to(parameter.dtype).contiguous()
    }
  }

  func save(_ state: inout OptimizerState) throws {
    for (place, matrix) in matrices.enumerated() {
      state.add("block.\(place + 1)", matrix == nil ? 0.0 : 1.0)
      if let matrix { state.tensors.append(("covariance.\(place + 1)", try matrix.values.clone())) }
    }
  }

  func read(_ reader: inout StateReader) throws -> () -> Void {
    var loaded: [(Tensor, Int)] = []
    for (place, block) in blocks.enumerated() where try reader.count("block.\(place + 1)") > 0 {
      let size = block.reduce(0) { $0 + list.tensors[$1].elementCount }
      loaded.append(
        (try reader.tensor("covariance.\(place + 1)", Shape(size, size), .float64), place))
    }
    let (matrices, diagonals) = (self.matrices, self.diagonals)
    defer { (self.matrices, self.diagonals) = (matrices, diagonals) }
    self.matrices = matrices.map { _ in nil }
    self.diagonals = diagonals.map { _ in nil }
    for (values, place) in loaded { try adopt(values, place) }
    let (newMatrices, newDiagonals) = (self.matrices, self.diagonals)
    return { (self.matrices, self.diagonals) = (newMatrices, newDiagonals) }
  }
}

extension Tensor {
  /// n²/(n − 1) Σ (s_i − s̄)(s_i − s̄)ᵀ of rows s_i = parts of a mean: V of the gradients n s_i.
  static func covariance(_ rows: Tensor) throws -> Tensor {
    let n = Double(rows.shape[0])
    let centred = try rows.sub(rows.mean([0], keepDimensions: true))
    return try centred.transpose(0, 1).matmul(centred).mul(n * n / (n - 1))
  }
}
