/// Features that compare the examples of a batch, against mode collapse.

public import PenumbraTensor

/// y = [x, o], o_ib = Σ_{j ≠ i} exp(−‖M_ib − M_jb‖₁), M_i = x_i T
///
/// x: [n, in], T (weight): [in, out, kernel] → [n, in + out]. Each of the `out` new features says how
/// close the others of the batch are in one learned projection of `kernel` dimensions. The weight
/// starts uniform in ±1/√in. Gradient observers are told that the examples are coupled.
/// Salimans et al. (2016), section 3.2, whose sum has the constant term j = i, too. Memory and time:
/// O(n² · out · kernel).
public final class MinibatchDiscrimination: Module {
  public let inputs: Int
  public let outputs: Int
  public let kernel: Int
  private let weight: Slot

  /// - Throws: `TensorError` for sizes below 1, or when memory is short.
  public convenience init(
    _ input: Int, _ output: Int, kernel: Int = 5, dtype: DType = .float32,
    using generator: Generator
  ) throws {
    try requirePositive(input, "MinibatchDiscrimination", "in")
    try requirePositive(output, "MinibatchDiscrimination", "out")
    try requirePositive(kernel, "MinibatchDiscrimination", "kernel")
    let bound = 1 / Double(input).squareRoot()
    try self.init(
      weight: .parameter(
        generator.uniform([input, output, kernel], low: -bound, high: bound, dtype: dtype)))
  }

  private init(weight: Slot) throws {
    let shape = weight.tensor.shape
    (inputs, outputs, kernel, self.weight) = (shape[0], shape[1], shape[2], weight)
    super.init()
    try register("weight", weight)
  }

  public override var configuration: String { "in=\(inputs), out=\(outputs), kernel=\(kernel)" }

  public override func multiplyAdds(input: Shape, output: Shape) -> Double? {
    Double(input.elementCount) * Double(outputs) * Double(kernel)
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.rank == 2, input.shape[1] == inputs else {
      throw TensorError(
        .shape, "MinibatchDiscrimination", argument: "input", expected: "[n, \(inputs)]",
        got: "\(input.shape)")
    }
    let table = try weight.tensor.reshape([inputs, outputs * kernel])
    let projected = try input.couplingExamples("minibatch_discrimination").matmul(table)
      .reshape([input.shape[0], outputs, kernel]).transpose(0, 1)
    // [out, n, n]; an example's distance to itself is 0, and its term 1.
    let closeness = try projected.pairwiseDistances(to: projected, order: 1).negative().exp()
    let sums = try closeness.sum([2]).sub(1).transpose(0, 1)
    return try Tensor.cat([input, sums], 1)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try MinibatchDiscrimination(weight: copier(weight))
  }
}
