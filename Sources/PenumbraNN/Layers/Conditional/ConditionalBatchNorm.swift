/// Batch normalisation whose scale and shift depend on a label.

public import PenumbraTensor

/// y = (x − μ) / √(v + ε) · weight[c] + bias[c], with the class c of each example
///
/// (x, c) with x: [n, features, ...] as for `BatchNorm`, c: integer labels [n], or float rows
/// [n, classes] that weigh the classes, such as one-hot vectors or a code. Weight (1 at first) and bias
/// (0): [classes, features]. De Vries et al. (2017), Dumoulin, Shlens & Kudlur (2017).
public final class ConditionalBatchNorm: Module, NormalizationLayer {
  public let classes: Int
  /// The number that stands for the first class.
  public let firstIndex: Int
  private let norm: BatchNorm
  private let weight: Slot
  private let bias: Slot

  /// - Throws: `TensorError` for sizes below 1, a negative ε or a momentum outside [0, 1].
  public convenience init(
    _ features: Int, classes: Int, _ kind: BatchNorm.Kind, epsilon: Double = 1e-5,
    momentum: Double? = 0.1, tracksStatistics: Bool = true, firstIndex: Int = 0,
    dtype: DType = .float32
  ) throws {
    try requirePositive(classes, "Conditional" + kind.name, "classes")
    let norm = try BatchNorm(
      features, kind, epsilon: epsilon, momentum: momentum, affine: false,
      tracksStatistics: tracksStatistics, dtype: dtype)
    try self.init(
      norm, weight: .parameter(.ones([classes, features], dtype: dtype)),
      bias: .parameter(.zeros([classes, features], dtype: dtype)), classes, firstIndex)
  }

  private init(_ norm: BatchNorm, weight: Slot, bias: Slot, _ classes: Int, _ firstIndex: Int)
    throws
  {
    (self.norm, self.weight, self.bias) = (norm, weight, bias)
    (self.classes, self.firstIndex) = (classes, firstIndex)
    super.init()
    try register("weight", weight)
    try register("bias", bias)
    try register(child: "norm", norm)
  }

  public override var typeName: String { "Conditional" + norm.typeName }
  public override var configuration: String { "\(norm.features), classes=\(classes)" }

  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard inputs.count == 2 else {
      throw TensorError(
        .value, typeName, expected: "2 inputs, values and classes", got: "\(inputs.count)")
    }
    let (x, rows) = (try norm(inputs[0]), try classRows(inputs[1], examples: inputs[0].shape[0]))
    var shape = Shape(repeating: 1, rank: x.rank)
    (shape[0], shape[1]) = (x.shape[0], x.shape[1])
    func chosen(_ table: Slot) throws -> Tensor { try rows(table.tensor).reshape(shape) }
    return try x.mul(chosen(weight)).add(chosen(bias))
  }

  public override func forward(_ input: Tensor) throws -> Tensor { try forward([input]) }

  /// What takes the examples' rows [n, features] from a table [classes, features].
  private func classRows(_ labels: Tensor, examples: Int) throws -> (Tensor) throws -> Tensor {
    let isFloating = labels.dtype.isFloating
    guard labels.shape == (isFloating ? [examples, classes] : [examples]) else {
      throw TensorError(
        .shape, typeName, argument: "classes",
        expected: "integers [\(examples)] or floats [\(examples), \(classes)]",
        got: "\(labels.dtype) \(labels.shape)")
    }
    if isFloating { return { try labels.matmul($0) } }
    let places = try requireLabels(
      labels, from: firstIndex, count: classes, typeName, "classes")
    return { try places.embedding($0) }
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    let copy = try copier(norm)
    guard let norm = copy as? BatchNorm else { return copy }
    return try ConditionalBatchNorm(
      norm, weight: copier(weight), bias: copier(bias), classes, firstIndex)
  }
}
