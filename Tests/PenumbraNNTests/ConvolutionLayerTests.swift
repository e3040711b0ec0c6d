/// Convolution and pooling layers against PyTorch's, in whole numbers, so that results are exact.

import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct ConvolutionLayerTests {
  let generator = Generator(seed: 5)

  /// (7 k mod modulus) − offset for k = 0, 1, ...
  private func ramp(_ shape: Shape, _ modulus: Int, _ offset: Int) throws -> Tensor {
    try Tensor(
      (0..<shape.elementCount).map { Double($0 * 7 % modulus - offset) }, shape, dtype: .float64)
  }

  /// The layer's output for a ramp, its weight and bias being ramps, too.
  private func output(_ layer: Module, _ shape: Shape) throws -> Tensor {
    for (name, tensor) in layer.stateDictionary() {
      let values = try ramp(tensor.shape, name == "weight" ? 5 : 3, name == "weight" ? 2 : 1)
      try GradientMode.with(false) { _ = try tensor.copy(from: values) }
    }
    return try layer(ramp(shape, 11, 5))
  }

  @Test func convolutionsAreThoseOfPyTorch() throws {
    let one = try output(
      Convolution(
        1, 2, 3, kernel: [3], stride: [2], padding: .zeros([1]), dtype: .float64, using: generator),
      [2, 2, 5])
    #expect(one.shape == [2, 3, 3])
    #expect(
      try one.doubles() == [
        -8, 9, -4, -6, -5, -8, 16, -4, 18, -4, 12, -1, 1, -5, 18, -9, -7, -8,
      ])
    let two = try output(
      Convolution(
        2, 2, 4, kernel: [3, 2], stride: [2, 1], padding: .zeros([1, 0]), dilation: [1, 2],
        groups: 2, dtype: .float64, using: generator), [1, 2, 4, 5])
    #expect(two.shape == [1, 4, 2, 3])
    #expect(
      try two.doubles() == [
        -12, 10, -12, -6, -20, 10, 9, -5, 3, 1, 1, 1, 8, 4, 0, 14, 6, -2, 6, -1, 3, -6, 9, 2,
      ])
    let same = try output(
      Convolution(
        2, 1, 2, kernel: [4], padding: .same, bias: false, dtype: .float64, using: generator),
      [1, 1, 3, 3])
    #expect(
      try same.doubles() == [
        13, -3, 6, -6, 13, -1, -11, -12, 6, -6, 13, -1, -25, -6, 2, 10, -11, -6,
      ])
    let three = try output(
      Convolution(3, 1, 2, kernel: [2], dtype: .float64, using: generator), [1, 1, 2, 3, 2])
    #expect(three.shape == [1, 2, 1, 2, 1])
    #expect(try three.doubles() == [10, -12, 9, 3])
  }

  @Test func transposedConvolutionsAreThoseOfPyTorch() throws {
    let one = try output(
      TransposedConvolution(
        1, 2, 3, kernel: [3], stride: [2], padding: [1], outputPadding: [1], dtype: .float64,
        using: generator), [1, 2, 3])
    #expect(one.shape == [1, 3, 6])
    #expect(
      try one.doubles() == [
        -11, -14, -3, 4, 5, -5, -10, 15, 1, -7, 1, 1, -9, 14, 5, 7, -3, -3,
      ])
    let two = try output(
      TransposedConvolution(
        2, 4, 2, kernel: [3, 2], stride: [2, 1], padding: [1, 0], outputPadding: [1, 0],
        dilation: [1, 2], groups: 2, dtype: .float64, using: generator), [1, 4, 2, 2])
    #expect(two.shape == [1, 2, 4, 4])
    #expect(
      try two.doubles() == [
        -12, 6, 5, -6, -4, -3, 17, -5, -9, 9, 5, -6, -11, 4, 3, -11, -8, 7, 8, -6, -3, -15, -4, 14,
        -11, -7, 2, 10, 10, 2, -7, -11,
      ])
    let three = try output(
      TransposedConvolution(3, 1, 2, kernel: [2], bias: false, dtype: .float64, using: generator),
      [1, 1, 1, 2, 2])
    #expect(
      try three.doubles() == [
        10, -4, 0, -6, -1, -2, -4, 12, -5, -5, 12, -4, -2, -1, -6, 0, -4, 10, 5, -7, 2, 12, -11, 5,
        4, -10, 0, -10, 9, -2, -9, 24, -9, -2, 9, -10,
      ])
  }

  @Test func poolingIsThatOfPyTorch() throws {
    let x = try ramp([1, 1, 4, 5], 11, 5)
    #expect(try MaxPool(2, kernel: [2])(x).doubles() == [4, 5, 1, 4])
    let wide = try MaxPool(2, kernel: [3, 2], stride: [1], padding: [1], ceilMode: true)
    #expect(try wide(x).shape == [1, 1, 4, 6])
    let mean = try AveragePool(2, kernel: [2], ceilMode: true)
    #expect(try mean(x).doubles() == [-0.5, -0.25, 2, -2, 1, 0.5])
    let inside = try AveragePool(2, kernel: [2], padding: [1], countsPadding: false)
    #expect(try inside(x).doubles() == [-5, 0, 3, -2, 0.25, 0.5, 1, 0.5, -2])
  }

  @Test func parametersLearn() throws {
    let layers: [Module] = [
      try Convolution(2, 2, 3, kernel: [2], stride: [2], dtype: .float64, using: generator),
      try TransposedConvolution(
        2, 2, 3, kernel: [2], stride: [2], dtype: .float64, using: generator),
    ]
    for layer in layers {
      let start = layer.stateDictionary().map { $0.tensor.detached() }
      #expect(layer.parameters.count == 2)
      try expectDerivatives(at: [sample([2, 2, 4, 4])] + start) { inputs in
        try layer.withParameters(["weight": inputs[1], "bias": inputs[2]]) {
          try layer(inputs[0]).tanh().square().sum()
        }
      }
    }
  }

  /// Kaiming's uniform start for slope √5: ±1/√fan.
  @Test(arguments: [false, true]) func parametersStartUniform(_ isTransposed: Bool) throws {
    let layer: Module =
      try isTransposed
      ? TransposedConvolution(2, 40, 80, kernel: [5], groups: 2, using: generator)
      : Convolution(2, 80, 40, kernel: [5], groups: 2, using: generator)
    let state = layer.stateDictionary()
    #expect(state.map(\.name) == ["weight", "bias"])
    #expect(state[0].tensor.shape == [40, 40, 5, 5])
    #expect(state[1].tensor.shape == [isTransposed ? 80 : 40])
    let bound = 1 / (40.0 * 25).squareRoot()
    let values = try state[0].tensor.doubles()
    #expect(values.allSatisfy { abs($0) <= bound * (1 + 1e-6) })
    // The variance of U(±b) is b²/3; over 40,000 draws its estimate has 0.45 % of error.
    let variance = values.reduce(0) { $0 + $1 * $1 } / 40_000
    #expect(abs(variance / (bound * bound / 3) - 1) < 0.03)
    let biases = try state[1].tensor.doubles()
    #expect(biases.allSatisfy { abs($0) <= bound * (1 + 1e-6) })
    #expect(biases.contains { abs($0) > bound / 2 })
  }

  @Test func layersPrintAndCopy() throws {
    let layers: [(Module, String)] = [
      (
        try Convolution(2, 1, 64, kernel: [4], stride: [2], padding: .zeros([1]), using: generator),
        "Conv2d(in=1, out=64, kernel=4, stride=2, padding=1)"
      ),
      (
        try Convolution(
          1, 2, 4, kernel: [3], padding: .same, dilation: [2], groups: 2, bias: false,
          using: generator),
        "Conv1d(in=2, out=4, kernel=3, padding=same, dilation=2, groups=2, bias=false)"
      ),
      (
        try TransposedConvolution(
          2, 4, 2, kernel: [3, 5], stride: [2], padding: [1, 2], outputPadding: [1],
          dilation: [1, 2], groups: 2, bias: false, using: generator),
        "ConvTranspose2d(in=4, out=2, kernel=[3, 5], stride=2, padding=[1, 2], output_padding=1, "
          + "dilation=[1, 2], groups=2, bias=false)"
      ),
      (
        try MaxPool(2, kernel: [2], padding: [1], dilation: [2], ceilMode: true),
        "MaxPool2d(kernel=2, stride=2, padding=1, dilation=2, ceil_mode=true)"
      ),
      (
        try AveragePool(1, kernel: [3], stride: [1], padding: [1], countsPadding: false),
        "AvgPool1d(kernel=3, stride=1, padding=1, count_include_pad=false)"
      ),
    ]
    for (layer, text) in layers {
      #expect(layer.tree == text)
      let copy = try layer.copy()
      #expect(copy.tree == text)
      for (a, b) in zip(layer.stateDictionary(), copy.stateDictionary()) {
        #expect(a.tensor !== b.tensor)
        #expect(try a.tensor.doubles() == b.tensor.doubles())
      }
    }
  }

  @Test func errorsNameTheLayerAndTheArgument() throws {
    func message(_ body: () throws -> Void) -> String? {
      #expect(throws: TensorError.self) { try body() }?.description
    }
    func conv(
      _ input: Int = 4, _ output: Int = 4, kernel: Dimensions = [3], stride: Dimensions = [1],
      padding: ConvolutionPadding = .valid, dilation: Dimensions = [1], groups: Int = 1,
      dtype: DType = .float32
    ) throws -> Convolution {
      try Convolution(
        2, input, output, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
        groups: groups, dtype: dtype, using: generator)
    }
    #expect(message { _ = try conv(0) } == "Conv2d: in: expected at least 1, got 0")
    #expect(message { _ = try conv(1, -2) } == "Conv2d: out: expected at least 1, got -2")
    #expect(message { _ = try conv(kernel: [0]) } == "Conv2d: kernel: expected at least 1, got 0")
    #expect(
      message { _ = try conv(kernel: [1, 2, 3]) }
        == "Conv2d: kernel: expected one number or 2, got 3")
    #expect(
      message { _ = try conv(kernel: []) } == "Conv2d: kernel: expected one number or 2, got 0")
    #expect(message { _ = try conv(stride: [0]) } == "Conv2d: stride: expected at least 1, got 0")
    #expect(
      message { _ = try conv(padding: .zeros([0, -1])) }
        == "Conv2d: padding: expected at least 0, got -1")
    #expect(
      message { _ = try conv(dilation: [.min]) }
        == "Conv2d: dilation: expected at least 1, got \(Int.min)")
    #expect(
      message { _ = try conv(groups: 3) }
        == "Conv2d: groups: expected a divisor of the input channels (4), got 3")
    #expect(
      message { _ = try conv(4, 6, groups: 4) }
        == "Conv2d: groups: expected a divisor of the output channels (6), got 4")
    #expect(message { _ = try conv(groups: 0) } == "Conv2d: groups: expected at least 1, got 0")
    #expect(
      message { _ = try conv(stride: [1, 2], padding: .same) }
        == "Conv2d: stride: expected 1 with padding \"same\", got [1, 2]")
    #expect(throws: TensorError.self) { try conv(.max, .max) }
    #expect(throws: TensorError.self) { try conv(kernel: [.max]) }
    #expect(throws: TensorError.self) { try conv(dtype: .int64) }
    #expect(throws: TensorError.self) {
      try conv(stride: [.max], padding: .zeros([.max]))(.ones([1, 4, 5, 5]))
    }
    #expect(
      message { _ = try conv()(.ones([2, 3, 5, 5])) }
        == "Conv2d: input: expected [n, 4, height, width] or [4, height, width], got [2, 3, 5, 5]")
    #expect(throws: TensorError.self) { try conv()(.ones([4])) }
    #expect(throws: TensorError.self) { try conv()(.scalar(1)) }
    #expect(throws: TensorError.self) { try conv()(.ones([1, 4, 2, 2])) }
    #expect(throws: TensorError.self) {
      try Convolution(4, 1, 1, kernel: [1], using: generator)
    }
    #expect(throws: TensorError.self) {
      try Convolution(weight: .parameter(.ones([2, 2])), bias: nil)
    }
    #expect(
      message {
        _ = try TransposedConvolution(
          weight: .parameter(.ones([2, 3, 1])), bias: .parameter(.ones([3])), groups: 2)
      } == "ConvTranspose1d: bias: expected [6], got [3]")
    #expect(throws: TensorError.self) {
      try Convolution(weight: .parameter(.ones([0, 2, 1])), bias: nil, groups: .max)
    }
    #expect(
      message {
        _ = try TransposedConvolution(
          1, 1, 1, kernel: [3], stride: [2], outputPadding: [2], using: generator)
      }
        == "ConvTranspose1d: output_padding: expected less than the stride or the dilation (2), got 2"
    )
    #expect(
      message { _ = try MaxPool(2, kernel: [2], stride: [0]) }
        == "MaxPool2d: stride: expected at least 1, got 0")
    #expect(
      message { _ = try AveragePool(1, kernel: [2, 2]) }
        == "AvgPool1d: kernel: expected one number, got 2")
  }
}
