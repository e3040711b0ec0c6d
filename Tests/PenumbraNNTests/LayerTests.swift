/// Layers against closed forms and finite differences.

import Glibc
import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct LayerTests {
  let generator = Generator(seed: 5)

  @Test func linearIsAffine() throws {
    let weight = try Tensor([1.0, 2, 3, 4, 5, 6], [3, 2], dtype: .float64)
    let bias = try Tensor([10.0, 20, 30], [3], dtype: .float64)
    let layer = try Linear(weight: .parameter(weight), bias: .parameter(bias))
    let x = try Tensor([1, -1, 0.5, 2], [2, 2], dtype: .float64)
    expectClose(try layer(x).doubles(), [9, 19, 29, 14.5, 29.5, 44.5])
    try expectDerivatives(at: [x, weight.detached(), bias.detached()]) { inputs in
      try layer.withParameters(["weight": inputs[1], "bias": inputs[2]]) {
        try layer(inputs[0]).square().mul(0.5).tanh().sum()
      }
    }
  }

  @Test func `Sequential computes what its layers compute one by one, bit for bit`() throws {
    let layers: [Module] = try [
      Linear(3, 7, using: generator), Activation.leakyReLU(slope: 0.2),
      Linear(7, 5, bias: false, using: generator), Activation.relu(),
      Linear(5, 6, using: generator), Activation.tanh(), Linear(6, 4, using: generator),
      Activation.gelu(), Linear(4, 2, using: generator), Activation.sigmoid(),
    ]
    let network = try Sequential(layers)
    let x = try generator.normal([9, 3]).requiresGradient(true)
    let leaves = [x] + network.parameters
    func results(_ y: Tensor) throws -> [[Double]] {
      let gradients = try Tensor.gradients(
        of: [y.square().sum()], withRespectTo: leaves)
      return try ([y] + gradients.compactMap { $0 }).map { try $0.doubles() }
    }
    let apart = try layers.reduce(x) { try $1(try $0.mul(1)) }
    #expect(try results(network(x)) == results(apart))
    #expect(try results(network(x)).count == leaves.count + 1)
  }

  @Test func linearStartsUniform() throws {
    let layer = try Linear(100, 400, using: generator)
    let values = try layer.weight.tensor.doubles()
    #expect(values.allSatisfy { abs($0) <= 0.1 })
    // The variance of U(±0.1) is 0.01/3; over 40,000 draws its estimate has 0.45 % of error.
    let variance = values.reduce(0) { $0 + $1 * $1 } / 40_000
    #expect(abs(variance / (0.01 / 3) - 1) < 0.03)
    #expect(try layer.bias?.tensor.doubles().allSatisfy { abs($0) <= 0.1 } == true)
    #expect(throws: TensorError.self) { try Linear(0, 3, using: generator) }
    #expect(throws: TensorError.self) {
      try Linear(weight: .parameter(.ones([2, 3])), bias: .parameter(.ones([3])))
    }
  }

  @Test func activations() throws {
    let formulas: [(Double) -> Double] = [
      { max($0, 0) }, { $0 > 0 ? $0 : 0.2 * $0 }, { tanh($0) }, { 1 / (1 + exp(-$0)) },
      { log(1 + exp($0)) }, { $0 > 0 ? $0 : 1.5 * (exp($0) - 1) },
      { $0 * 0.5 * (1 + erf($0 / 2.0.squareRoot())) }, { $0 / (1 + exp(-$0)) },
    ]
    let layers: [Activation] = [
      .relu(), .leakyReLU(slope: 0.2), .tanh(), .sigmoid(), .softplus(), .elu(alpha: 1.5), .gelu(),
      .silu(),
    ]
    let names = ["ReLU", "LeakyReLU", "Tanh", "Sigmoid", "Softplus", "ELU", "GELU", "SiLU"]
    #expect(layers.map(\.typeName) == names)
    let x = try sample([3, 4])
    for (layer, formula) in zip(layers, formulas) {
      expectClose(try layer(x).doubles(), try x.doubles().map(formula), 1e-14)
      try expectDerivatives(at: [x]) { try layer($0[0]).square().sum() }
    }
  }

  @Test func maxoutTakesTheGreatestOfNeighbours() throws {
    let layer = try Maxout(pieces: 3)
    let x = try Tensor([1, 5, 2, -1, -3, -2, 0, 0.5, 0.25, 9, 8, 7], [2, 6], dtype: .float64)
    let y = try layer(x)
    #expect(y.shape == [2, 2])
    #expect(try y.doubles() == [5, -1, 0.5, 9])
    try expectDerivatives(at: [x]) { try layer($0[0]).square().sum() }
    #expect(throws: TensorError.self) { try layer(.ones([2, 5])) }
    #expect(throws: TensorError.self) { try Maxout(pieces: 0) }
  }

  @Test func layerNormStandardisesEachExample() throws {
    let layer = try LayerNorm([2, 3], epsilon: 0.25, dtype: .float64)
    let weight = try sample([2, 3], seed: 2)
    let bias = try sample([2, 3], seed: 3)
    let x = try sample([4, 2, 3])
    let (values, w, b) = (try x.doubles(), try weight.doubles(), try bias.doubles())
    var expected: [Double] = []
    for example in 0..<4 {
      let row = Array(values[example * 6..<example * 6 + 6])
      let mean = row.reduce(0, +) / 6
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 6
      expected += (0..<6).map { (row[$0] - mean) / (variance + 0.25).squareRoot() * w[$0] + b[$0] }
    }
    let y = try layer.withParameters(["weight": weight, "bias": bias]) { try layer(x) }
    expectClose(try y.doubles(), expected)
    try expectDerivatives(at: [x, weight, bias]) { inputs in
      try layer.withParameters(["weight": inputs[1], "bias": inputs[2]]) {
        try layer(inputs[0]).square().mul(0.1).exp().sum()
      }
    }
    #expect(throws: TensorError.self) { try layer(.ones([4, 3, 2])) }
    #expect(throws: TensorError.self) { try LayerNorm([]) }
  }

  @Test func dropoutKeepsTheMean() throws {
    let layer = try Dropout(0.3, using: generator)
    let y = try layer(.ones([100_000])).doubles()
    #expect(Set(y) == [0, Double(Float(1 / 0.7))])
    // 70,000 ± 145 are kept.
    #expect(abs(y.filter { $0 != 0 }.count - 70_000) < 700)
    #expect(try layer(.ones([100_000])).doubles() != y)
    layer.evaluate()
    let x = try Tensor.ones([3])
    #expect(try layer(x) === x)
    #expect(try Dropout(1, using: generator)(x).doubles() == [0, 0, 0])
    #expect(throws: TensorError.self) { try Dropout(1.5, using: generator) }
    #expect(throws: TensorError.self) { try Dropout(.nan, using: generator) }
  }

  @Test func dropoutsGradientIsItsMask() throws {
    let layer = try Dropout(0.5, using: generator)
    let x = try Tensor.full([64], 3).requiresGradient(true)
    let y = try layer(x)
    try y.sum().backward()
    #expect(try x.gradient?.mul(3).doubles() == y.doubles())
  }

  @Test func shapesChange() throws {
    let x = try Tensor.arange(0, 24).reshape([2, 3, 4])
    #expect(try Flatten()(x).shape == [2, 12])
    #expect(try Flatten(first: 0, last: 1)(x).shape == [6, 4])
    #expect(try Flatten()(.ones([5])).shape == [5, 1])
    #expect(try Reshape([4, -1])(x).shape == [2, 4, 3])
    #expect(try Reshape([4, 3])(x).doubles() == x.doubles())
    #expect(try Unflatten(-1, [2, -1])(x).shape == [2, 3, 2, 2])
    #expect(try Unflatten(1, [3, 1])(x).shape == [2, 3, 1, 4])
    for layer in [Reshape([5]), Unflatten(1, [2, 2]), Unflatten(7, [1])] as [Module] {
      #expect(throws: TensorError.self) { try layer(x) }
    }
    #expect(throws: TensorError.self) { try Unflatten(1, [-1, 0])(x) }
    #expect(throws: TensorError.self) { try Unflatten(1, [-1, -1])(x) }
  }

  @Test func embeddingPicksRows() throws {
    let layer = try Embedding(3, 2, firstIndex: 1, dtype: .float64, using: generator)
    let table = try Tensor([1.0, 2, 3, 4, 5, 6], [3, 2], dtype: .float64)
    let labels = try Tensor([3, 1, 1, 2] as [Int64], [2, 2])
    try layer.withParameters(["weight": table]) {
      let y = try layer(labels)
      #expect(y.shape == [2, 2, 2])
      #expect(try y.doubles() == [5, 6, 1, 2, 1, 2, 3, 4])
    }
    try expectDerivatives(at: [table]) { inputs in
      try layer.withParameters(["weight": inputs[0]]) { try layer(labels).square().sum() }
    }
    for bad: [Int64] in [[0], [4], [-1], [.min], [.max]] {
      #expect(throws: TensorError.self) { try layer(Tensor(bad, [1])) }
    }
    #expect(throws: TensorError.self) { try layer(.ones([2])) }
    #expect(try layer(.zeros([0], dtype: .int64)).shape == [0, 2])
  }
}
