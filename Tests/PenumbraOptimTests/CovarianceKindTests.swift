/// Every covariance estimate against its definition, from explicit gradients of single examples.

import PenumbraOptim
import PenumbraTensor
import Testing

/// A model whose loss is the mean over the examples of a range.
struct ExampleModel: CustomTestStringConvertible {
  let name: String
  let parameters: [Tensor]
  let count: Int
  let loss: ([Tensor], Range<Int>) throws -> Tensor
  var axis = ExampleAxis.beforeFeatures

  var testDescription: String { name }

  /// Σ over one example of a smooth function of everything that the model computes.
  static func score(_ y: Tensor) throws -> Tensor { try y.mul(0.7).sin().add(y.square().mul(0.3)) }

  static func normal(_ shape: Shape, _ seed: UInt64) throws -> Tensor {
    try Generator(seed: seed).normal(shape, std: 0.8, dtype: .float64)
  }

  static func leaf(_ shape: Shape, _ seed: UInt64) throws -> Tensor {
    try normal(shape, seed).requiresGradient(true)
  }

  /// A model on one batch x: [n, ...] whose result is [n, ...].
  static func plain(
    _ name: String, _ x: Tensor, _ shapes: [Shape],
    _ body: @escaping (Tensor, [Tensor]) throws -> Tensor
  ) throws -> ExampleModel {
    let parameters = try shapes.enumerated().map { try leaf($1, UInt64(100 + $0)) }
    return ExampleModel(name: name, parameters: parameters, count: x.shape[0]) { leaves, range in
      let y = try body(x.narrow(0, start: range.lowerBound, count: range.count).clone(), leaves)
      return try score(y).sum().mul(1 / Double(range.count))
    }
  }

  static func all() throws -> [ExampleModel] {
    let image = try normal([5, 4, 6, 5], 1)
    let series = try normal([5, 4, 9], 2)
    let rows = try normal([5, 4], 3)
    let other = try normal([5, 4], 4)
    let labels = try Tensor([1, 0, 2, 1, 2, 0, 0, 1, 1, 2].map { Int64($0) }, [2, 5])
    var models = [
      try plain("linear", rows, [[3, 4], [3]]) { try $0.linear($1[0], $1[1]).tanh() },
      try plain("matmul", rows, [[4, 3]]) { try $0.matmul($1[0]).tanh() },
      try plain("conv1d", series, [[6, 4, 3], [6]]) {
        try $0.convolution(1, $1[0], $1[1], stride: [2], padding: .zeros([1]))
      },
      try plain("conv2d", image, [[6, 4, 3, 2], [6]]) {
        try $0.convolution(
          2, $1[0], $1[1], stride: [2, 1], padding: .zeros([1, 0]), dilation: [1, 2])
      },
      try plain("conv_transpose1d", series, [[4, 3, 3], [3]]) {
        try $0.transposedConvolution(1, $1[0], $1[1], stride: [2], padding: [1])
      },
      try plain("conv_transpose2d", image, [[4, 3, 3, 2], [3]]) {
        try $0.transposedConvolution(
          2, $1[0], $1[1], stride: [2, 1], padding: [1, 0], outputPadding: [1, 0])
      },
      try plain("layer_norm", image, [[6, 5], [6, 5]]) {
        // [positions, n, features] is the convention.
        let x = try $0.transpose(0, 1).reshape([4, $0.shape[0], 30]).reshape([4, $0.shape[0], 6, 5])
        return try x.layerNorm([6, 5], weight: $1[0], bias: $1[1]).transpose(0, 1)
      },
      try plain("group_norm", image, [[4], [4]]) {
        try $0.groupNorm(2, weight: $1[0], bias: $1[1])
      },
      try plain("instance_norm", image, [[4], [4]]) {
        try $0.instanceNorm(weight: $1[0], bias: $1[1])
      },
      try plain("channel scale", image, [[1, 4, 1, 1], [4, 1, 1], [4, 6, 1]]) {
        try $0.mul($1[0]).tanh().mul($1[1]).add($1[2])
      },
      try plain("matmul and broadcasting", rows, [[4, 4]]) {
        try $0.matmul($1[0]).tanh().unsqueeze(1).mul($1[0])
      },
      try plain("convolution twice", image, [[4, 4, 3, 3]]) {
        try $0.convolution(2, $1[0], padding: .same).tanh().convolution(2, $1[0], padding: .same)
      },
    ]
    let weight = try leaf([3, 4], 7)
    models.append(
      ExampleModel(name: "real and fake", parameters: [weight], count: 5) { leaves, range in
        func part(_ x: Tensor, _ sign: Double) throws -> Tensor {
          try x.narrow(0, start: range.lowerBound, count: range.count).clone()
            .linear(leaves[0]).mul(sign).softplus().sum().mul(1 / Double(range.count))
        }
        return try part(rows, 1).add(part(other, -1))
      })
    models.append(
      ExampleModel(
        name: "embedding", parameters: [try leaf([3, 4], 8)], count: 5
      ) { leaves, range in
        let own = try labels.narrow(1, start: range.lowerBound, count: range.count).clone()
        return try score(own.embedding(leaves[0]).tanh().sum([0])).sum()
          .mul(1 / Double(range.count))
      })
    let sequence = try normal([5, 3, 4], 9)
    var first = ExampleModel(
      name: "sequences, examples first",
      parameters: [
        try leaf([6, 4], 10), try leaf([6], 11), try leaf([6], 12), try leaf([3, 4], 13),
      ],
      count: 5
    ) { leaves, range in
      let x = try sequence.narrow(0, start: range.lowerBound, count: range.count).clone()
      let own = try labels.transpose(0, 1)
        .narrow(0, start: range.lowerBound, count: range.count).clone()
      let y = try x.linear(leaves[0], leaves[1]).layerNorm([6], weight: leaves[2])
      return try score(y).sum().add(score(own.embedding(leaves[3]).sum([1])).sum())
        .mul(1 / Double(range.count))
    }
    first.axis = .first
    models.append(first)
    return models
  }

  /// Each example's gradient of its own loss: [example][parameter][element].
  func gradients() throws -> [[[Double]]] {
    try (0..<count).map { index in
      let leaves = try parameters.map { try $0.detached().clone().requiresGradient(true) }
      let found = try Tensor.gradients(
        of: [loss(leaves, index..<(index + 1))], withRespectTo: leaves)
      return try found.map { try #require($0).doubles() }
    }
  }

  /// The estimate of one step.
  func measured(_ kind: CovarianceKind, _ change: (inout CovarianceOptions) -> Void = { _ in })
    throws
    -> RunningCovariance
  {
    var options = CovarianceOptions(kind)
    options.axis = axis
    change(&options)
    let covariance = try RunningCovariance(parameters, options)
    for parameter in parameters { parameter.gradient = nil }
    try loss(parameters, 0..<count).backward()
    try covariance.follow(parameters.map(\.gradient), "test")
    return covariance
  }
}

/// 1/(n−1) Σ (s_i − s̄)(s_i − s̄)ᵀ
private func covarianceMatrix(_ s: [[Double]]) -> [[Double]] {
  let n = Double(s.count)
  let mean = s[0].indices.map { e in s.reduce(0) { $0 + $1[e] } / n }
  return mean.indices.map { a in
    mean.indices.map { b in
      s.reduce(0) { $0 + ($1[a] - mean[a]) * ($1[b] - mean[b]) } / (n - 1)
    }
  }
}

private func product(_ a: [[Double]], _ v: [Double]) -> [Double] {
  a.map { row in zip(row, v).reduce(0) { $0 + $1.0 * $1.1 } }
}

struct CovarianceKindTests {
  private func vectors(_ model: ExampleModel, _ seed: UInt64) throws -> [Tensor?] {
    try model.parameters.enumerated().map {
      try Generator(seed: seed + UInt64($0)).normal($1.shape, dtype: .float64)
    }
  }

  private func expect(
    _ found: [Tensor?], _ wanted: [[Double]], _ name: String, within tolerance: Double = 1e-10
  ) throws {
    for (index, pair) in zip(found, wanted).enumerated() {
      let values = try #require(pair.0).doubles()
      let size = pair.1.reduce(0) { max($0, abs($1)) }
      #expect(size > 1e-9, "\(name), parameter \(index + 1) is idle")
      #expect(values.count == pair.1.count)
      let error = zip(values, pair.1).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(error <= tolerance * size, "\(name), parameter \(index + 1): \(error / size)")
    }
  }

  @Test func diagonal() throws {
    for model in try ExampleModel.all() {
      let s = try model.gradients()
      let wanted = model.parameters.indices.map { p in variance(s.map { $0[p] }) }
      try expect(model.measured(.diagonal).diagonals, wanted, model.name)
    }
  }

  @Test func theSlowPathAgrees() throws {
    for model in try ExampleModel.all() {
      let wanted = try model.measured(.diagonal).diagonals.map { try #require($0).doubles() }
      let covariance = try RunningCovariance(model.parameters, CovarianceOptions())
      try covariance.measure(model.count, "test") {
        try model.loss(model.parameters, $0..<($0 + 1))
      }
      try covariance.follow(model.parameters.map(\.gradient), "test")
      try expect(covariance.diagonals, wanted, model.name)
    }
  }

  @Test func layer() throws {
    for model in try ExampleModel.all() {
      let s = try model.gradients()
      let v = try vectors(model, 30)
      let wanted = try model.parameters.indices.map { p in
        product(covarianceMatrix(s.map { $0[p] }), try #require(v[p]).doubles())
      }
      try expect(model.measured(.layer).product(v), wanted, model.name)
    }
  }

  @Test func full() throws {
    for model in try ExampleModel.all() {
      let s = try model.gradients().map { Array($0.joined()) }
      let v = try vectors(model, 30)
      let all = try v.flatMap { try #require($0).doubles() }
      let wanted = product(covarianceMatrix(s), all)
      let found = try model.measured(.full).product(v)
      let joined = try found.flatMap { try #require($0).doubles() }
      #expect(distance(joined, wanted) < 1e-10, "\(model.name)")
    }
  }

  @Test func ghost() throws {
    for model in try ExampleModel.all() {
      let s = try model.gradients()
      let wanted = model.parameters.indices.map { p in
        let v = variance(s.map { $0[p] })
        return Array(repeating: v.reduce(0, +) / Double(v.count), count: v.count)
      }
      try expect(model.measured(.ghost).diagonals, wanted, model.name)
    }
  }

  @Test func halfBatch() throws {
    for model in try ExampleModel.all() {
      let s = try model.gradients()
      let half = model.count / 2
      let (a, b) = (Double(half), Double(model.count - half))
      let wanted = model.parameters.indices.map { p in
        s[0][p].indices.map { e in
          let left = s[..<half].reduce(0) { $0 + $1[p][e] } / a
          let right = s[half...].reduce(0) { $0 + $1[p][e] } / b
          return (left - right) * (left - right) / (1 / a + 1 / b)
        }
      }
      try expect(model.measured(.halfBatch).diagonals, wanted, model.name)
    }
  }

  /// A linear layer's factors from the layer's own inputs and output gradients.
  @Test func kronecker() throws {
    let x = try ExampleModel.normal([5, 4], 3)
    let model = try ExampleModel.plain("linear", x, [[3, 4]]) { try $0.linear($1[0]).tanh() }
    let y = try x.linear(model.parameters[0].detached()).requiresGradient(true)
    try ExampleModel.score(y.tanh()).sum().backward()
    let (g, a) = (try #require(y.gradient).doubles(), try x.doubles())
    func second(_ rows: [Double], _ width: Int) -> [[Double]] {
      func element(_ j: Int, _ k: Int) -> Double {
        var sum = 0.0
        for i in 0..<5 { sum += rows[i * width + j] * rows[i * width + k] }
        return sum / 5
      }
      return (0..<width).map { j in (0..<width).map { element(j, $0) } }
    }
    let (left, right) = (second(g, 3), second(a, 4))
    func element(_ r: Int, _ c: Int) -> Double { left[r / 4][c / 4] * right[r % 4][c % 4] }
    let matrix = (0..<12).map { r in (0..<12).map { element(r, $0) } }
    let v = try vectors(model, 31)
    let covariance = try model.measured(.kronecker)
    try expect(
      covariance.product(v), [product(matrix, try #require(v[0]).doubles())], model.name)
    try expect(covariance.diagonals, [(0..<12).map { matrix[$0][$0] }], model.name)
  }

  /// One place only: the patches of a convolution with a kernel as large as the image are its rows.
  @Test func kroneckerOfAConvolution() throws {
    let image = try ExampleModel.normal([5, 2, 2, 3], 5)
    let convolution = try ExampleModel.plain("conv", image, [[3, 2, 2, 3]]) {
      try $0.convolution(2, $1[0]).tanh()
    }
    let linear = try ExampleModel.plain("linear", image, [[3, 12]]) {
      try $0.reshape([$0.shape[0], 12]).linear($1[0]).tanh()
    }
    let v = try vectors(linear, 31)
    let wanted = try linear.measured(.kronecker).product(v).map { try #require($0).doubles() }
    let shaped = try v.map { try $0?.reshape([3, 2, 2, 3]) }
    try expect(convolution.measured(.kronecker).product(shaped), wanted, "conv")
  }

  /// L Lᵀ = c I for the noise, and exp(−c I) exp(c I/2)² by products of series.
  @Test(arguments: [CovarianceKind.diagonal, .layer, .full, .kronecker, .ghost, .halfBatch])
  func functions(_ kind: CovarianceKind) throws {
    let rows = try ExampleModel.normal([5, 4], 3)
    let model = try ExampleModel.plain("linear", rows, [[3, 4], [3]]) {
      try $0.linear($1[0], $1[1]).tanh()
    }
    let covariance = try model.measured(kind)
    func matrix(_ body: ([Tensor?]) throws -> [Tensor?]) throws -> [[Double]] {
      // Columns: the images of unit vectors.
      try (0..<15).map { unit in
        var elements = Array(repeating: 0.0, count: 15)
        elements[unit] = 1
        let parts: [Tensor?] = [
          try Tensor(Array(elements[..<12]), [3, 4], dtype: .float64),
          try Tensor(Array(elements[12...]), [3], dtype: .float64),
        ]
        return try body(parts).flatMap { try #require($0).doubles() }
      }
    }
    let v = try matrix { try covariance.product($0) }
    let size = v.joined().reduce(0) { max($0, abs($1)) }
    #expect(size > 1e-3)
    let root = try matrix { try covariance.rootProduct($0, scale: 2) }
    for (a, b) in [(0, 0), (1, 7), (3, 11), (14, 2)] {
      let square = root.reduce(0) { $0 + $1[a] * $1[b] }
      #expect(abs(square - 2 * v[a][b]) < 1e-10 * size)
    }
    // exp(−c I) x by its series.
    let c = 0.3 / size
    let start = (0..<15).map { Double($0) * 0.1 - 0.6 }
    let parts: [Tensor?] = [
      try Tensor(Array(start[..<12]), [3, 4], dtype: .float64),
      try Tensor(Array(start[12...]), [3], dtype: .float64),
    ]
    let damped = try covariance.damped(parts, by: c).flatMap { try #require($0).doubles() }
    var (sum, term) = (start, start)
    for order in 1...60 {
      term = product(v, term).map { -c * $0 / Double(order) }
      sum = zip(sum, term).map { $0 + $1 }
    }
    #expect(distance(damped, sum) < 1e-11)
  }

  /// n times the sample variance of the gradients seen, and its exponential form.
  @Test func running() throws {
    let gradients = [[1.0, 4], [3, 0], [-2, 0.5], [0.25, 1]]
    let leaf = try Tensor.leaf([0, 0], [2])
    for averaging in [AveragingWeight.inverseTime, .exponential(0.75)] {
      var options = CovarianceOptions(.running)
      options.batchSize = 8
      options.averaging = averaging
      let covariance = try RunningCovariance([leaf], options)
      for gradient in gradients {
        try covariance.follow([Tensor(gradient, [2], dtype: .float64)], "test")
      }
      // Weights of the observations in the mean, newest last.
      var weights: [Double] = []
      for t in 1...gradients.count {
        let kappa = averaging.weight(at: t)
        weights = weights.map { $0 * (1 - kappa) } + [kappa]
      }
      let bias = 1 - weights.reduce(0) { $0 + $1 * $1 }
      let wanted = (0..<2).map { (e: Int) -> Double in
        let values = gradients.map { $0[e] }
        let mean = zip(weights, values).map { $0 * $1 }.reduce(0, +)
        let squares = values.map { ($0 - mean) * ($0 - mean) }
        return 8 / bias * zip(weights, squares).map { $0 * $1 }.reduce(0, +)
      }
      try expect(covariance.diagonals, [wanted], "\(averaging)", within: 1e-13)
    }
  }

  @Test func refusals() throws {
    let rows = try ExampleModel.normal([5, 4], 3)
    let model = try ExampleModel.plain("linear", rows, [[3, 4]]) { try $0.linear($1[0]).tanh() }
    for kind in [CovarianceKind.layer, .full, .kronecker] {
      let error = tensorError { _ = try model.measured(kind) { $0.greatestBlock = 2 } }
      #expect("\(error.map { "\($0)" } ?? "")".contains("at most 2"))
    }
    #expect(tensorError { _ = try model.measured(.halfBatch) { $0.pairing = .separate } } != nil)
    #expect(
      tensorError { _ = try model.measured(.running) { $0.averaging = .instantaneous } } != nil)
    let covariance = try RunningCovariance(model.parameters, CovarianceOptions())
    #expect(tensorError { try covariance.measure(1, "test") { _ in try rows.sum() } } != nil)
  }

  /// A run that is saved and resumed goes on bit for bit, whatever the estimate.
  @Test(arguments: CovarianceKind.allCases)
  func resume(_ kind: CovarianceKind) throws {
    let x = try ExampleModel.normal([5, 4], 3)
    func sampler() throws -> CovarianceControlledSGLD {
      let leaf = try ExampleModel.leaf([3, 4], 5)
      var options = CovarianceControlledSGLD.Options()
      options.covariance = CovarianceOptions(kind)
      options.temperature = 0.01
      return try CovarianceControlledSGLD(
        [leaf], learningRate: 0.01, options: options, generator: Generator(seed: 4))
    }
    func train(_ sampler: CovarianceControlledSGLD, _ steps: Range<Int>) throws {
      for step in steps {
        sampler.zeroGradients()
        try x.mul(1 + Double(step)).linear(sampler.parameters[0]).tanh().sum([1]).mean().backward()
        try sampler.step()
      }
    }
    let whole = try sampler()
    try train(whole, 0..<6)
    let first = try sampler()
    try train(first, 0..<3)
    let second = try sampler()
    try second.load(first.state())
    try GradientMode.with(false) {
      _ = try second.parameters[0].copy(from: first.parameters[0].detached())
    }
    try train(second, 3..<6)
    #expect(try second.parameters[0].doubles() == whole.parameters[0].doubles())
    #expect(try whole.parameters[0].doubles().allSatisfy(\.isFinite))
  }
}
