/// The three maps of a convolution: oneDNN for float32, columns and matrix products for the rest.

/// Which of x, w and y a call computes from the other two.
enum ConvolutionTarget: Hashable {
  case output, input, weight
}

extension Backend {
  /// Writes y = C(x, w) + bias, x = Cᵀ(y, w) + bias or w = W(x, y); all contiguous, of one dtype.
  static func convolution(
    _ target: ConvolutionTarget, x: Tensor, w: Tensor, y: Tensor, bias: Tensor?,
    _ geometry: ConvolutionGeometry
  ) throws {
    let examples = examplesAtOnce(w, y, geometry)
    if examples < geometry.batch {
      return try partedConvolution(target, x: x, w: w, y: y, bias: bias, geometry, examples)
    }
    try Interruption.check("conv")
    let result = target == .output ? y : target == .input ? x : w
    if result.elementCount == 0 { return }
    if x.elementCount == 0 || w.elementCount == 0 || y.elementCount == 0 {
      fill(result, 0)
    } else if x.dtype == .float32,
      let plan = try ConvolutionPlan.borrowed(target, hasBias: bias != nil, geometry)
    {
      defer { plan.giveBack() }
      let taps = geometry.inChannels / geometry.groups * geometry.window.kernel.elementCount
      Profiler.count(flops: 2 * Double(y.elementCount) * Double(taps))
      try plan.run(x: x, w: w, y: y, bias: bias)
      if target == .output { return }
    } else {
      try columnsConvolution(target, x: x, w: w, y: y, geometry)
    }
    if let bias { addChannelBias(bias, to: result) }
  }

  /// A convolution that takes longer is computed for some examples at a time, between which it can be
  /// interrupted; where the cuts lie depends on the shapes only.
  private static let flopsAtOnce = 0x1p33

  private static func examplesAtOnce(_ w: Tensor, _ y: Tensor, _ geometry: ConvolutionGeometry)
    -> Int
  {
    let batch = max(geometry.batch, 1)
    let taps = Double(w.elementCount) / Double(max(geometry.outChannels, 1))
    let flops = 2 * Double(y.elementCount) / Double(batch) * taps
    guard flops * Double(batch) > 2 * flopsAtOnce else { return batch }
    return max(1, Int(flopsAtOnce / flops))
  }

  private static func partedConvolution(
    _ target: ConvolutionTarget, x: Tensor, w: Tensor, y: Tensor, bias: Tensor?,
    _ geometry: ConvolutionGeometry, _ examples: Int
  ) throws {
    let part = target == .weight ? try Tensor(uninitialized: w.shape, w.dtype, "conv") : w
    if target == .weight { fill(w, 0) }
    for first in stride(from: 0, to: geometry.batch, by: examples) {
      var some = geometry
      some.batch = min(examples, geometry.batch - first)
      try GradientMode.with(false) {
        try convolution(
          target, x: x.narrow(0, start: first, count: some.batch), w: part,
          y: y.narrow(0, start: first, count: some.batch),
          bias: bias, some)
      }
      if target == .weight { add(part, to: w) }
    }
  }

  /// sum += part, of weights.
  private static func add(_ part: Tensor, to sum: Tensor) {
    switch sum.dtype {
    case .float32: for index in 0..<sum.elementCount { sum.floats[index] += part.floats[index] }
    default:
      for index in 0..<sum.elementCount {
        sum.doublesPointer[index] += part.doublesPointer[index]
      }
    }
  }

  /// y[n, c, ...] += bias[c]
  static func addChannelBias(_ bias: Tensor, to y: Tensor) {
    let channels = y.shape[1]
    guard y.elementCount > 0 else { return }
    let (planes, size) = (y.shape[0] * channels, y.elementCount / (y.shape[0] * channels))
    switch y.dtype {
    case .float32: addToRows(bias.floats, channels, y.floats, planes, size)
    default: addToRows(bias.doublesPointer, channels, y.doublesPointer, planes, size)
    }
  }

  @inline(__always)
  private static func addToRows<Element: BinaryFloatingPoint>(
    _ bias: UnsafePointer<Element>, _ channels: Int, _ y: UnsafeMutablePointer<Element>,
    _ planes: Int, _ size: Int
  ) {
    for plane in 0..<planes {
      let (value, row) = (bias[plane % channels], y + plane * size)
      for index in 0..<size { row[index] += value }
    }
  }

  /// By columns: with X the columns of an example's group, y = w X, X = wᵀ y, w = Σ y Xᵀ.
  private static func columnsConvolution(
    _ target: ConvolutionTarget, x: Tensor, w: Tensor, y: Tensor, _ geometry: ConvolutionGeometry
  ) throws {
    let (groups, window) = (geometry.groups, geometry.window)
    let (inputs, outputs) = (geometry.inChannels / groups, geometry.outChannels / groups)
    let places = window.output.elementCount
    let taps = inputs * window.kernel.elementCount
    let columns = try Tensor(uninitialized: Shape(taps, places), x.dtype, "conv")
    let left = MatrixOperand(contiguous: w, columns: taps)
    let leftTransposed = MatrixOperand(transposedContiguous: w, columns: taps)
    let right = MatrixOperand(contiguous: columns, columns: places)
    let rightTransposed = MatrixOperand(transposedContiguous: columns, columns: places)
    let result = MatrixOperand(contiguous: y, columns: places)
    let image = inputs * window.input.elementCount
    if target == .input { fill(x, 0) }
    for block in 0..<(geometry.batch * groups) {
      try Interruption.check("conv")
      let weights = block % groups * outputs * taps
      let values = block * outputs * places
      if target != .input { unfold(window, inputs, x, block * image, into: columns, 0) }
      switch target {
      case .output:
        try matrixProduct(
          left, right, into: y, offsets: (weights, 0, values), m: outputs, n: places, k: taps)
      case .input:
        try matrixProduct(
          leftTransposed, result, into: columns, offsets: (weights, values, 0), m: taps, n: places,
          k: outputs)
        fold(window, inputs, columns, 0, into: x, block * image)
      case .weight:
        try matrixProduct(
          result, rightTransposed, into: w, offsets: (values, 0, weights), m: outputs, n: taps,
          k: places, beta: block < groups ? 0 : 1)
      }
    }
  }
}

extension MatrixOperand {
  /// Rows of `columns` contiguous elements, read as they stand.
  fileprivate init(contiguous tensor: Tensor, columns: Int) {
    self.init(tensor: tensor, isTransposed: false, leading: columns)
  }

  /// The transpose of rows of `columns` contiguous elements.
  fileprivate init(transposedContiguous tensor: Tensor, columns: Int) {
    self.init(tensor: tensor, isTransposed: true, leading: columns)
  }
}
