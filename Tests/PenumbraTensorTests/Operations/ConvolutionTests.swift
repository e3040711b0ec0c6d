/// Convolutions in float32 against their definition, and what golden cases cannot show.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct ConvolutionTests {
  /// One two-dimensional convolution.
  struct Sizes: CustomTestStringConvertible {
    var batch = 2
    var inputs = 3
    var outputs = 5
    var size = (7, 6)
    var kernel = (3, 3)
    var stride = (1, 1)
    var padding = (0, 0)
    var dilation = (1, 1)
    var groups = 1

    var testDescription: String {
      "\(inputs) → \(outputs), \(size) by \(kernel), stride \(stride), padding \(padding), "
        + "dilation \(dilation), groups \(groups)"
    }

    var places: (Int, Int) {
      (
        (size.0 + 2 * padding.0 - dilation.0 * (kernel.0 - 1) - 1) / stride.0 + 1,
        (size.1 + 2 * padding.1 - dilation.1 * (kernel.1 - 1) - 1) / stride.1 + 1
      )
    }
  }

  /// Shapes for which oneDNN takes different ways: few channels, full blocks, groups, depthwise, GANs'.
  static let sizes: [Sizes] = [
    Sizes(),
    Sizes(inputs: 1, outputs: 64, size: (14, 14), kernel: (4, 4), stride: (2, 2), padding: (1, 1)),
    Sizes(inputs: 32, outputs: 16, size: (7, 7), kernel: (4, 4), stride: (2, 2), padding: (1, 1)),
    Sizes(inputs: 16, outputs: 1, padding: (1, 1)), Sizes(inputs: 17, outputs: 9, kernel: (1, 1)),
    Sizes(inputs: 8, outputs: 8, padding: (1, 1), groups: 2),
    Sizes(inputs: 16, outputs: 16, padding: (1, 1), groups: 16),
    Sizes(inputs: 4, outputs: 8, stride: (2, 1), groups: 4),
    Sizes(size: (9, 9), dilation: (2, 3)), Sizes(kernel: (7, 6)),
    Sizes(size: (3, 3), kernel: (2, 2), padding: (5, 4)),
    Sizes(size: (9, 8), kernel: (2, 2), stride: (5, 4)),
    Sizes(batch: 1, inputs: 1, outputs: 1, size: (1, 1), kernel: (1, 1)),
  ]

  private func random(_ shape: Shape, _ seed: UInt64) throws -> Tensor {
    try Generator(seed: seed).normal(shape)
  }

  /// Σ y(x, w) ⊙ c by the definition, in double precision, and its gradients.
  private func definition(_ s: Sizes, _ x: [Double], _ w: [Double], _ c: [Double]) -> (
    y: [Double], x: [Double], w: [Double]
  ) {
    var (y, gx) = ([Double](repeating: 0, count: c.count), [Double](repeating: 0, count: x.count))
    var gw = [Double](repeating: 0, count: w.count)
    let (inputs, outputs) = (s.inputs / s.groups, s.outputs / s.groups)
    for n in 0..<s.batch {
      for o in 0..<s.outputs {
        for i in 0..<s.places.0 {
          for j in 0..<s.places.1 {
            let at = ((n * s.outputs + o) * s.places.0 + i) * s.places.1 + j
            for k in 0..<inputs {
              for a in 0..<s.kernel.0 {
                for b in 0..<s.kernel.1 {
                  let row = i * s.stride.0 + a * s.dilation.0 - s.padding.0
                  let column = j * s.stride.1 + b * s.dilation.1 - s.padding.1
                  guard (0..<s.size.0).contains(row), (0..<s.size.1).contains(column) else {
                    continue
                  }
                  let channel = o / outputs * inputs + k
                  let p = ((n * s.inputs + channel) * s.size.0 + row) * s.size.1 + column
                  let q = ((o * inputs + k) * s.kernel.0 + a) * s.kernel.1 + b
                  y[at] += x[p] * w[q]
                  gx[p] += c[at] * w[q]
                  gw[q] += c[at] * x[p]
                }
              }
            }
          }
        }
      }
    }
    return (y, gx, gw)
  }

  private func expectClose(_ found: Tensor?, _ expected: [Double], _ what: String) throws {
    let values = try #require(found).doubles()
    let scale = expected.reduce(1) { max($0, abs($1)) }
    let worst = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(values.count == expected.count && worst <= 2e-6 * scale, "\(what): off by \(worst)")
  }

  @Test(arguments: sizes)
  func singlePrecisionFollowsTheDefinition(_ s: Sizes) throws {
    let x = try random([s.batch, s.inputs, s.size.0, s.size.1], 1).requiresGradient(true)
    let w = try random([s.outputs, s.inputs / s.groups, s.kernel.0, s.kernel.1], 2)
      .requiresGradient(true)
    let bias = try random([s.outputs], 3).requiresGradient(true)
    let c = try random([s.batch, s.outputs, s.places.0, s.places.1], 4)
    // Twice: the second time with the primitives of the first.
    for _ in 0..<2 {
      let y = try x.convolution(
        2, w, bias, stride: [s.stride.0, s.stride.1], padding: .zeros([s.padding.0, s.padding.1]),
        dilation: [s.dilation.0, s.dilation.1], groups: s.groups)
      let gradients = try Tensor.gradients(of: [y], withRespectTo: [x, w, bias], seeds: [c])
      let expected = definition(s, try x.doubles(), try w.doubles(), try c.doubles())
      try expectClose(
        try y.detached().sub(bias.detached().reshape([1, s.outputs, 1, 1])), expected.y, "value")
      try expectClose(gradients[0], expected.x, "input gradient")
      try expectClose(gradients[1], expected.w, "weight gradient")
      try expectClose(gradients[2], try c.to(.float64).sum([0, 2, 3]).doubles(), "bias gradient")
    }
  }

  @Test(arguments: sizes)
  func transposedIsTheAdjoint(_ s: Sizes) throws {
    let y = try random([s.batch, s.outputs, s.places.0, s.places.1], 5)
    let w = try random([s.outputs, s.inputs / s.groups, s.kernel.0, s.kernel.1], 6)
    func rest(_ size: Int, _ padding: Int, _ dilation: Int, _ kernel: Int, _ stride: Int) -> Int {
      (size + 2 * padding - dilation * (kernel - 1) - 1) % stride
    }
    let more: Dimensions = [
      rest(s.size.0, s.padding.0, s.dilation.0, s.kernel.0, s.stride.0),
      rest(s.size.1, s.padding.1, s.dilation.1, s.kernel.1, s.stride.1),
    ]
    let x = try y.transposedConvolution(
      2, w, stride: [s.stride.0, s.stride.1], padding: [s.padding.0, s.padding.1],
      outputPadding: more, dilation: [s.dilation.0, s.dilation.1], groups: s.groups)
    #expect(x.shape == [s.batch, s.inputs, s.size.0, s.size.1])
    let zeros = [Double](repeating: 0, count: x.elementCount)
    let expected = definition(s, zeros, try w.doubles(), try y.doubles())
    try expectClose(x, expected.x, "value")
  }

  @Test func lineAndVolumeAgreeWithDoublePrecision() throws {
    for (dimensions, x, w) in [
      (1, [2, 4, 9] as Shape, [8, 2, 3] as Shape), (3, [1, 4, 4, 5, 3], [2, 2, 2, 3, 2]),
    ] {
      let (input, weight) = (try random(x, 7), try random(w, 8))
      let single = try input.convolution(
        dimensions, weight, stride: [2], padding: .zeros([1]), groups: 2)
      let double = try input.to(.float64).convolution(
        dimensions, weight.to(.float64), stride: [2], padding: .zeros([1]), groups: 2)
      try expectClose(single, try double.doubles(), "\(dimensions) dimensions")
    }
  }

  @Test func noChannelsGiveTheBias() throws {
    for dtype in [DType.float32, .float64] {
      let y = try Tensor.zeros([2, 0, 3, 3], dtype: dtype).convolution(
        2, Tensor.zeros([1, 0, 2, 2], dtype: dtype), Tensor([3.5], [1], dtype: dtype))
      #expect(y.shape == [2, 1, 2, 2])
      #expect(try y.eq(3.5).all())
    }
  }

  @Test func anObserverSeesTheBiasOfEachExample() throws {
    final class Observer: GradientObserver {
      var rows: [Double] = []
      func observe(left: Tensor, right: Tensor) { Issue.record("factors") }
      func observe(rows: Tensor) { self.rows = (try? rows.doubles()) ?? [] }
      func observe(opaque operation: String) { Issue.record("opaque \(operation)") }
    }
    let (observer, bias) = (Observer(), try Tensor.zeros([1]).requiresGradient(true))
    bias.gradientObserver = observer
    let x = try Tensor([1, 2, 3, 4, 5, 6], [2, 1, 3])
    try x.convolution(1, Tensor.ones([1, 1, 1]), bias).mul(x).sum().backward()
    #expect(observer.rows == [6, 15])
  }

  @Test func aThirdDerivativeExists() throws {
    // y = (x ⋆ w)³ at one place: d³y/dx³ = 6 w³.
    let x = try Tensor([2], [1, 1, 1], dtype: .float64).requiresGradient(true)
    let w = try Tensor([3], [1, 1, 1], dtype: .float64)
    var value = try x.convolution(1, w).pow(3).sum()
    for _ in 0..<3 {
      let gradients = try Tensor.gradients(of: [value], withRespectTo: [x], createGraph: true)
      value = try #require(gradients[0]).sum()
    }
    #expect(try value.item() == 162)
  }
}
