/// Several discriminators as one, packs, conditions and classes, against closed forms.

import Glibc
import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct CommitteeTests {
  @Test func reductions() throws {
    let values = try Tensor([1.0, 8, 3, 2, 2, 5], [3, 2], dtype: .float64)
    func reduced(_ kind: Committee, _ weights: [Double]? = nil, _ temperature: Double = 1) throws
      -> [Double]
    {
      try kind.reduce(values, weights: weights, temperature: temperature).doubles()
    }
    expectClose(try reduced(.mean), [2, 5])
    #expect(try reduced(.min) == [1, 2])
    #expect(try reduced(.max) == [3, 8])
    expectClose(try reduced(.mean, [1, 0, 3]), [1.75, 5.75])
    #expect(try reduced(.max, [1, 0, 3]) == [2, 8])
    // p ∝ (e^1/T, e^3/T, e^2/T) on the first column.
    func soft(_ x: [Double], _ weights: [Double], _ rate: Double) -> Double {
      let parts = zip(x, weights).map { $1 * exp(rate * $0) }
      return zip(x, parts).reduce(0) { $0 + $1.0 * $1.1 } / parts.reduce(0, +)
    }
    let columns = [[1.0, 3, 2], [8.0, 2, 5]]
    expectClose(try reduced(.softmax), columns.map { soft($0, [1, 1, 1], 1) })
    expectClose(try reduced(.softmin, nil, 2), columns.map { soft($0, [1, 1, 1], -0.5) })
    expectClose(try reduced(.softmax, [1, 2, 0], 0.5), columns.map { soft($0, [1, 2, 0], 2) })
    // The limits are the extremes and the mean.
    expectClose(try reduced(.softmax, nil, 1e-3), [3, 8])
    expectClose(try reduced(.softmin, nil, 1e-3), [1, 2])
    expectClose(try reduced(.softmin, nil, 1e9), [2, 5], 1e-7)
    for kind in Committee.allCases {
      try expectDerivatives(at: [values]) {
        try kind.reduce($0[0], weights: [1, 2, 3]).sin().sum()
      }
    }
  }

  @Test func badValues() throws {
    let values = try Tensor([1.0, 2], [2], dtype: .float64)
    for weights in [[1.0], [-1, 2], [0, 0], [.nan, 1], [.infinity, 1]] {
      #expect(throws: TensorError.self) { try Committee.mean.reduce(values, weights: weights) }
    }
    for temperature in [0, -1, .nan, .infinity] {
      #expect(throws: TensorError.self) {
        try Committee.softmin.reduce(values, temperature: temperature)
      }
    }
    #expect(throws: TensorError.self) { try Committee.mean.reduce(.ones([0, 2])) }
    #expect(throws: TensorError.self) { try Committee.max.reduce(.ones([2], dtype: .int64)) }
  }

  @Test func samplesOfAPosterior() throws {
    let model = try Linear(2, 1, dtype: .float64, using: Generator(seed: 1))
    let own = try model.parameters.map { try $0.detached().doubles() }
    let samples = try (0..<3).map { index in
      (
        weight: Double(index + 1),
        values: [
          try sample([1, 2], seed: 10 + UInt64(index)), try sample([1], seed: UInt64(index)),
        ]
      )
    }
    let x = try sample([4, 2]).requiresGradient(true)
    let loss = try Committee.mean.average(over: samples, of: model) { try model(x).mean() }
    // The mean of linear maps is the linear map of the mean.
    let total = 6.0
    let weight = try samples.reduce(Tensor.zeros([1, 2], dtype: .float64)) {
      try $0.add($1.values[0].mul($1.weight / total))
    }
    let bias = try samples.reduce(0) { try $0 + $1.values[1].item() * $1.weight / total }
    expectClose(
      [try loss.item()], [try x.detached().mean([0]).mul(weight.reshape([2])).sum().item() + bias])
    try loss.backward()
    let gradient = try #require(x.gradient)
    expectClose(
      try gradient.doubles(), try weight.div(4).expand(to: [4, 2]).doubles())
    #expect(model.parameters.allSatisfy { $0.gradient == nil })
    #expect(try model.parameters.map { try $0.detached().doubles() } == own)
    #expect(throws: TensorError.self) { try Committee.mean.average(over: [], of: model) { x } }
    #expect(throws: TensorError.self) {
      try Committee.mean.average(over: [(1, [x])], of: model) { x }
    }
  }

  @Test func packs() throws {
    let rows = try Tensor((0..<12).map(Double.init), [6, 2])
    #expect(try Packing.pack(rows, 3).doubles() == rows.doubles())
    #expect(try Packing.pack(rows, 3).shape == [2, 6])
    // Channels of neighbouring images follow each other.
    let images = try sample([4, 2, 3, 3])
    let packed = try Packing.pack(images, 2)
    #expect(packed.shape == [2, 4, 3, 3])
    let first = try Tensor.cat([images.select(0, 2), images.select(0, 3)], 0)
    #expect(try packed.select(0, 1).isEqual(to: first))
    #expect(try Packing.pack(.ones([6]), 2).shape == [3, 2])
    #expect(throws: TensorError.self) { try Packing.pack(rows, 4) }
    #expect(throws: TensorError.self) { try Packing.pack(rows, 0) }
    #expect(throws: TensorError.self) { try Packing.pack(.scalar(1, dtype: .float32), 1) }
    #expect(throws: TensorError.self) { try Packing.pack(.zeros([0, .max / 4, 0]), 8) }
  }

  @Test func conditions() throws {
    let code = try Tensor([1.0, 0, 0, 1], [2, 2])
    #expect(
      try Conditioning.concatenate(.zeros([2, 1]), code).doubles() == [0, 1, 0, 0, 0, 1])
    let planes = try Conditioning.concatenate(.zeros([2, 1, 2, 2]), code)
    #expect(planes.shape == [2, 3, 2, 2])
    #expect(try planes.select(0, 0).doubles() == [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0])
    // The condition takes the input's type.
    #expect(
      try Conditioning.concatenate(.zeros([2, 1], dtype: .float64), code).dtype == .float64)
    #expect(throws: TensorError.self) { try Conditioning.concatenate(.zeros([3, 1]), code) }
    #expect(throws: TensorError.self) { try Conditioning.concatenate(.zeros([2]), code) }
    let (phi, e) = (try sample([3, 4]), try sample([3, 4], seed: 2))
    let output = try sample([3, 1], seed: 3)
    let inner = try phi.mul(e).doubles()
    expectClose(
      try Conditioning.project(output, features: phi, embedding: e).doubles(),
      try output.doubles().enumerated().map { row, y in
        y + inner[row * 4..<row * 4 + 4].reduce(0, +)
      })
    #expect(throws: TensorError.self) {
      try Conditioning.project(output, features: phi, embedding: .ones([3, 2]))
    }
    #expect(throws: TensorError.self) {
      try Conditioning.project(.ones([3]), features: phi, embedding: e)
    }
  }

  @Test func classes() throws {
    let labelled = try sample([4, 3])
    let labels = try Tensor([0, 2, 1, 1] as [Int64], [4])
    let (unlabelled, fake) = (try sample([5, 3], seed: 2), try sample([6, 3], seed: 3))
    // A softmax over K + 1 scores, the last one 0, gives the same probabilities.
    func probabilityOfReal(_ scores: Tensor) throws -> Tensor {
      let all = try Tensor.cat([scores, .zeros([scores.shape[0], 1], dtype: .float64)], 1)
      return try all.softmax(1).select(1, 3).subtracted(from: 1)
    }
    let supervised = try labelled.crossEntropy(labels)
    let real = try probabilityOfReal(unlabelled).log().mean().item()
    let generated = try probabilityOfReal(fake).subtracted(from: 1).log().mean().item()
    let expected = try supervised.item() - 2 * real - 2 * generated
    expectClose(
      [
        try Classification.semiSupervised(
          labelled, labels: labels, unlabelled: unlabelled, fake: fake, weight: 2
        ).item(),
        try Classification.auxiliary(labelled, labels: labels, weight: 3).item(),
      ], [expected, try 3 * supervised.item()])
    expectClose(
      try Classification.realLogit(fake).sigmoid().doubles(),
      try probabilityOfReal(fake).doubles())
    try expectDerivatives(at: [labelled, unlabelled, fake]) {
      try Classification.semiSupervised(
        $0[0], labels: labels, unlabelled: $0[1], fake: $0[2])
    }
    #expect(throws: TensorError.self) {
      try Classification.semiSupervised(
        labelled, labels: labels, unlabelled: .ones([5, 2]), fake: fake)
    }
    #expect(throws: TensorError.self) { try Classification.realLogit(.ones([3])) }
    #expect(throws: TensorError.self) { try Classification.realLogit(.ones([3, 0])) }
  }
}
