/// Adam's running means of a gradient and its square, shared by Adam and the preconditioned sampler.

internal import Glibc
internal import PenumbraTensor

struct AdamMoments {
  let beta1: Double
  let beta2: Double
  let epsilon: Double
  /// For each parameter: steps taken, m and v (nil before the first).
  private(set) var steps: [Int]
  private(set) var means: [Tensor?]
  private(set) var squares: [Tensor?]

  /// - Throws: `TensorError` (value) for options out of range.
  init(beta1: Double, beta2: Double, epsilon: Double, count: Int, _ operation: String) throws {
    try TensorError.check(fraction: beta1, "betas[1]", operation)
    try TensorError.check(fraction: beta2, "betas[2]", operation)
    try TensorError.check(epsilon, "eps", operation)
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    steps = Array(repeating: 0, count: count)
    means = Array(repeating: nil, count: count)
    squares = Array(repeating: nil, count: count)
  }

  /// 1 − β1^t and 1 − β2^t for a parameter's last step t.
  func corrections(_ index: Int) -> (mean: Double, square: Double) {
    let t = Double(steps[index])
    return (1 - pow(beta1, t), 1 - pow(beta2, t))
  }

  /// θ ← θ − lr m̂ / (√v̂ + ε)
  mutating func step(
    _ index: Int, rate: Double, decay: Double, gradient: Tensor, _ list: ParameterList
  ) throws {
    let mean = try means[index] ?? list.zeros(index)
    let square = try squares[index] ?? list.zeros(index)
    means[index] = mean
    squares[index] = square
    steps[index] += 1
    let constants = FusedUpdate.Moments(
      rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay,
      corrections: corrections(index))
    FusedUpdate.adam(
      constants, gradient: gradient, mean: mean, square: square, parameter: list.tensors[index])
  }

  func save(_ state: inout OptimizerState) throws {
    state.add("step", steps)
    try state.add("mean", means)
    try state.add("square", squares)
  }

  /// These moments with the state's values.
  func loaded(_ reader: inout StateReader) throws -> AdamMoments {
    var result = self
    result.steps = try reader.counts("step")
    let started = result.steps.map { $0 > 0 }
    result.means = try reader.tensors("mean", required: started)
    result.squares = try reader.tensors("square", required: started)
    return result
  }
}
