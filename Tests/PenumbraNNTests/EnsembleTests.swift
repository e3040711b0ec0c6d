/// Batched copies of networks: values, gradients, states, and the way back.

import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct EnsembleTests {
  let generator = Generator(seed: 11)

  private func perceptron() throws -> Sequential {
    try Sequential([
      Linear(3, 4, dtype: .float64, using: generator), Activation.tanh(),
      Linear(4, 2, bias: false, dtype: .float64, using: generator), Activation.softmax(),
    ])
  }

  private func convolutional() throws -> Sequential {
    try Sequential([
      Convolution(2, 2, 4, kernel: [3], padding: .same, dtype: .float64, using: generator),
      BatchNorm(4, .two, dtype: .float64), Activation.leakyReLU(), Upsample(.scale([2])),
      Residual(
        SpectralNorm(
          Convolution(2, 4, 4, kernel: [1], dtype: .float64, using: generator), using: generator)),
      Concat([GlobalPool(.average), GlobalPool(.greatest)]),
      Linear(8, 1, dtype: .float64, using: generator),
    ])
  }

  /// Each network's own output and gradients are those of its part of the ensemble.
  private func check(_ networks: [Sequential], _ shape: Shape, tolerance: Double) throws {
    let ensemble = try Ensemble(networks)
    let x = try sample(shape)
    let y = try ensemble(x)
    try y.square().sum().backward()
    for (k, network) in networks.enumerated() {
      let own = try network(x.select(0, k))
      expectClose(try y.select(0, k).doubles(), try own.doubles(), tolerance)
      try own.square().sum().backward()
      #expect(ensemble.parameters.count == network.parameters.count)
      for (stacked, single) in zip(ensemble.parameters, network.parameters) {
        let (a, b) = (try #require(stacked.gradient), try #require(single.gradient))
        expectClose(try a.select(0, k).doubles(), try b.doubles(), tolerance * 100)
      }
      for (stacked, single) in zip(ensemble.namedBuffers(), network.namedBuffers()) {
        #expect(stacked.name == "member." + single.name)
        expectClose(
          try stacked.tensor.select(0, k).doubles(), try single.tensor.doubles(), tolerance)
      }
    }
  }

  @Test func affineNetworksAreOneProduct() throws {
    try check([perceptron(), perceptron(), perceptron()], [3, 5, 3], tolerance: 1e-13)
  }

  @Test func otherLayersRunCopyByCopy() throws {
    try check([convolutional(), convolutional()], [2, 3, 2, 4, 4], tolerance: 1e-12)
  }

  @Test func derivativesAreThoseOfFiniteDifferences() throws {
    let ensemble = try Ensemble([perceptron(), perceptron()], shared: true)
    let start = ensemble.parameters.map { $0.detached() }
    let names = ensemble.namedParameters().map(\.name)
    try expectDerivatives(at: [sample([3, 3])] + start) { inputs in
      let own = Dictionary(uniqueKeysWithValues: zip(names, inputs.dropFirst()))
      return try ensemble.withParameters(own) { try ensemble(inputs[0]).square().sum() }
    }
  }

  @Test func copiesOfOneNetworkAndBack() throws {
    let network = try perceptron()
    try network.parameters[0].requiresGradient(false)
    let ensemble = try Ensemble(copies: 4, of: network, shared: true)
    #expect(ensemble.parameterCount == 4 * network.parameterCount)
    #expect(
      ensemble.parameters.map(\.requiresGradient) == network.parameters.map(\.requiresGradient))
    let x = try sample([2, 3])
    let (y, own) = (try ensemble(x), try network(x))
    #expect(y.shape == [4, 2, 2])
    for k in 0..<4 { expectClose(try y.select(0, k).doubles(), try own.doubles(), 1e-14) }
    for single in try ensemble.networks() {
      #expect(single.tree == network.tree)
      #expect(try single(x).doubles() == own.doubles())
      #expect(single.parameters.map(\.requiresGradient) == [false, true, true])
    }
    #expect(ensemble.parameters[0].shape == [4, 4, 3])
    let copy = try ensemble.copy()
    #expect(try copy(x).doubles() == y.doubles())
  }

  @Test func badInput() throws {
    let network = try perceptron()
    #expect(throws: TensorError.self) { try Ensemble([]) }
    #expect(throws: TensorError.self) { try Ensemble(copies: 0, of: network) }
    #expect(throws: TensorError.self) { try Ensemble(copies: 1 << 40, of: network) }
    #expect(throws: TensorError.self) { try Ensemble([network, Linear(3, 2, using: generator)]) }
    #expect(throws: TensorError.self) {
      try Ensemble([network, network.copy()])(sample([3, 2, 3]))
    }
    #expect(throws: TensorError.self) { try Ensemble([network])(Tensor.scalar(1, dtype: .float64)) }
    // After an error inside, the slots hold the stacked values again.
    let ensemble = try Ensemble([convolutional(), convolutional()])
    #expect(throws: TensorError.self) { try ensemble(sample([2, 3, 5, 4, 4])) }
    #expect(ensemble.parameters[0].shape == [2, 4, 2, 3, 3])
    #expect(try ensemble(sample([2, 1, 2, 4, 4])).shape == [2, 1, 1])
  }
}
