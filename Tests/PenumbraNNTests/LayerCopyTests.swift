/// Every layer: its copy prints the same, computes the same, shares nothing; observers and modes.

import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct LayerCopyTests {
  let generator = Generator(seed: 5)

  private func layers() throws -> [(Module, [Tensor], String)] {
    let (rows, labels) = (try sample([4, 6]), try Tensor([0, 2, 1, 2] as [Int64], [4]))
    let image = try sample([4, 6, 4, 4])
    func linear() throws -> Linear { try Linear(6, 6, dtype: .float64, using: generator) }
    return [
      (
        try Bilinear(6, 6, 2, dtype: .float64, using: generator), [rows, rows],
        "Bilinear(in1=6, in2=6, out=2)"
      ),
      (try GroupNorm(2, 6, dtype: .float64), [image], "GroupNorm(2, 6, eps=1e-05)"),
      (
        try InstanceNorm(2, 6, affine: true, tracksStatistics: true, dtype: .float64), [image],
        "InstanceNorm2d(6, eps=1e-05, momentum=0.1, track_running_stats=true, affine=true)"
      ),
      (try RMSNorm([6], epsilon: 0.1, dtype: .float64), [rows], "RMSNorm([6], eps=0.1)"),
      (
        try ConditionalBatchNorm(6, classes: 3, .two, dtype: .float64), [image, labels],
        """
        ConditionalBatchNorm2d(6, classes=3
          (norm): BatchNorm2d(6, eps=1e-05, momentum=0.1, affine=false)
        )
        """
      ),
      (
        try ProjectionHead(6, classes: 3, spectral: true, dtype: .float64, using: generator),
        [rows, labels],
        """
        ProjectionHead(
          (linear): SpectralNorm(weight, dim=1
            (module): Linear(in=6, out=1)
          )
          (embed): SpectralNorm(weight, dim=1
            (module): Embedding(3, 6)
          )
        )
        """
      ),
      (
        try WeightNorm(linear(), dimension: nil), [rows],
        "WeightNorm(weight\n  (module): Linear(in=6, out=6)\n)"
      ),
      (
        try MinibatchDiscrimination(6, 2, dtype: .float64, using: generator), [rows],
        "MinibatchDiscrimination(in=6, out=2, kernel=5)"
      ),
      (
        try MinibatchStdDev(group: nil, channels: 2), [image],
        "MinibatchStdDev(group=batch, channels=2)"
      ),
      (try GradientReversal(scale: 0.5), [rows], "GradientReversal(scale=0.5)"),
      (try PReLU(6, dtype: .float64), [rows], "PReLU(6)"),
      (Activation.glu(1), [rows], "GLU(dim=2)"),
      (try Activation.hardtanh(low: -2), [rows], "Hardtanh(min=-2, max=1)"),
      (Activation.softplus(beta: 2, threshold: 5), [rows], "Softplus(beta=2, threshold=5)"),
      (try AdaptivePool(.average, 2, size: [2, 3]), [image], "AdaptiveAvgPool2d(size=[2, 3])"),
      (GlobalPool(.sum), [image], "GlobalSumPool()"),
      (
        try Upsample(.size([8]), mode: .bilinear, alignsCorners: true), [image],
        "Upsample(size=8, mode=bilinear, align_corners=true)"
      ),
      (try PixelShuffle(2, inverse: true), [image], "PixelUnshuffle(2)"),
      (
        try Padding(2, [1, 2, 0, 0], mode: .reflect), [image], "ReflectionPad2d([1, 2, 0, 0])"
      ),
      (
        try Residual(linear(), shortcut: linear(), scale: 0.5), [rows],
        """
        Residual(scale=0.5
          (block): Linear(in=6, out=6)
          (shortcut): Linear(in=6, out=6)
        )
        """
      ),
      (
        try Concat([linear(), Identity()], dimension: -1), [rows],
        "Concat(dim=-1\n  (1): Linear(in=6, out=6)\n  (2): Identity()\n)"
      ),
    ]
  }

  @Test func copiesComputeTheSameAndShareNothing() throws {
    for (layer, inputs, text) in try layers() {
      layer.evaluate()
      #expect(layer.tree == text)
      let copy = try layer.copy()
      #expect(copy.tree == text)
      #expect(try copy(inputs).doubles() == layer(inputs).doubles())
      #expect(copy.stateDictionary().map(\.name) == layer.stateDictionary().map(\.name))
      for (a, b) in zip(layer.stateDictionary(), copy.stateDictionary()) {
        #expect(a.tensor !== b.tensor)
      }
    }
  }

  @Test func modulesThatAreHeldCopyToo() throws {
    let list = try ModuleList([Identity(), Linear(2, 2, using: generator)])
    let dict = try ModuleDict([("b", list), ("a", Identity())])
    #expect(try dict.copy().tree == dict.tree)
    #expect(dict.namedParameters().map(\.name) == ["b.2.weight", "b.2.bias"])
    #expect(throws: TensorError.self) { try list(Tensor.ones([1])) }
    try dict.replace(child: "b", with: Identity())
    #expect(dict.children.map(\.name) == ["b", "a"])
    #expect(dict.parameters.isEmpty)
    #expect(throws: TensorError.self) { try dict.replace(child: "b", with: dict) }
    #expect(dict.children.map(\.name) == ["b", "a"])
  }

  /// Records which operations could not tell examples apart.
  private final class Recorder: GradientObserver {
    var opaque: [String] = []
    func observe(left: Tensor, right: Tensor) {}
    func observe(rows: Tensor) {}
    func observe(opaque operation: String) { opaque.append(operation) }
  }

  @Test func layersThatCompareExamplesSaySo() throws {
    let mixing: [(Module, String)] = [
      (
        try MinibatchDiscrimination(3, 2, using: generator), "minibatch_discrimination"
      ), (try MinibatchStdDev(), "minibatch_std_dev"),
    ]
    for (layer, name) in mixing {
      let first = try Linear(2, 3, using: generator)
      let recorder = Recorder()
      first.weight.tensor.gradientObserver = recorder
      try layer(first(generator.normal([4, 2]))).square().sum().backward()
      #expect(recorder.opaque == [name])
      first.weight.tensor.gradientObserver = nil
    }
  }

  @Test func spectralNormTracksTheGreatestSingularValue() throws {
    // Singular values 3, 2, 1: after many iterations the weight is divided by 3.
    let diagonal = try Tensor([3.0, 0, 0, 0, 2, 0, 0, 0, 1], [3, 3], dtype: .float64)
    let inner = try Linear(weight: .parameter(diagonal), bias: nil)
    let layer = try SpectralNorm(inner, iterations: 40, using: generator)
    expectClose(
      try layer.normalizedWeight().doubles(), try diagonal.div(3).doubles(), 1e-10)
    // One dimension: the norm.
    let slopes = try SpectralNorm(PReLU(4, start: 2, dtype: .float64), using: generator)
    expectClose(try slopes.normalizedWeight().doubles(), [0.5, 0.5, 0.5, 0.5])
    #expect(slopes.namedBuffers().isEmpty)
  }

  @Test func freezingByName() throws {
    let model = try Sequential([Linear(2, 2, using: generator), Linear(2, 1, using: generator)])
    #expect(try model.requiresGradient(false) { $0.hasSuffix("bias") } == 2)
    #expect(model.parameters.map(\.requiresGradient) == [true, false, true, false])
    var seen: [String] = []
    model.apply { seen.append($0.typeName) }
    #expect(seen == ["Linear", "Linear", "Sequential"])
  }

  @Test func summariesLeaveNoTrace() throws {
    let model = try Sequential([
      Linear(2, 8, using: generator), Activation.relu(), Linear(8, 1, using: generator),
    ])
    #expect(
      try model.summary([.ones([4, 2])]) == """
        layer                     output  parameters  multiply-adds
        Sequential                [4, 1]
          1: Linear(in=2, out=8)  [4, 8]          24             64
          2: ReLU                 [4, 8]
          3: Linear(in=8, out=1)  [4, 1]           9             32
        33 parameters, 132 bytes; 96 multiply-adds
        """)
    #expect(model.isTraining)
    #expect(throws: TensorError.self) { try model.summary([.ones([4, 3])]) }
    #expect(model.isTraining)
  }
}
