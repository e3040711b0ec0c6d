/// Diagonal preconditioners G of samplers, learnt from the gradients.

internal import Glibc
internal import PenumbraTensor

/// How a sampler scales its coordinates.
///
/// With momenta, the step is that of the coordinates θ̃ = G^{−1/2} θ: θ moves by h √G p and p by
/// −h √G ∇U. Without, θ moves by −h G ∇U + √(2hTG) R. Either samples the posterior for a G that stays;
/// while G moves with the gradients, the law is out by as much as G depends on θ (see `curvature`).
/// The squares are those of ∇(U/N), the prior included, so that T = 0 is the plain optimiser.
public enum Preconditioner: Sendable, Equatable {
  /// G = 1
  case none
  /// G = 1/(λ + √v), v ← α v + (1 − α) ∇². pSGLD's (Li et al. 2016): α = 0.99, λ = 10⁻⁵.
  case rmsprop(alpha: Double = 0.99, epsilon: Double = 1e-5)
  /// G = 1/(√v̂ + δ) of Adam; without momenta the drift is along m̂, as Adam's.
  case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
  /// G = 1/(√v + δ) with windows that each element chooses for itself: τ += 1 − τ ḡ²/v,
  /// ḡ += (∇ − ḡ)/τ, v += (∇² − v)/τ. Springenberg et al. 2016.
  case scale(epsilon: Double = 1e-8)
  /// No G, but a drift of its own: h(∇ + a m/√(v + λ)) with Adam's m and v, the noise as it was.
  /// Kim, Song & Liang 2020.
  case adaptiveDrift(
    bias: Double = 1, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)

  func check(_ operation: String) throws {
    switch self {
    case .none: break
    case .rmsprop(let alpha, let epsilon):
      try TensorError.check(fraction: alpha, "alpha", operation)
      try TensorError.check(epsilon, "eps", operation)
    case .adam(let beta1, let beta2, let epsilon):
      try TensorError.check(fraction: beta1, "betas[1]", operation)
      try TensorError.check(fraction: beta2, "betas[2]", operation)
      try TensorError.check(epsilon, "eps", operation)
    case .scale(let epsilon): try TensorError.check(epsilon, "eps", operation)
    case .adaptiveDrift(let bias, let beta1, let beta2, let epsilon):
      try TensorError.check(bias, "bias", operation)
      try TensorError.check(fraction: beta1, "betas[1]", operation)
      try TensorError.check(fraction: beta2, "betas[2]", operation)
      try TensorError.check(epsilon, "eps", operation)
    }
  }
}

/// A preconditioner's memory for a list of parameters.
struct PreconditionerState {
  let kind: Preconditioner
  /// Steps after which G stays as it is; nil: never.
  let burnIn: Int?
  var steps: [Int]
  var squares: [Tensor?]
  var means: [Tensor?]
  var memories: [Tensor?]
  /// √G, for samplers with momenta and frozen ones; made from the others.
  var roots: [Tensor?]

  init(_ kind: Preconditioner, burnIn: Int?, count: Int) {
    self.kind = kind
    self.burnIn = burnIn
    steps = Array(repeating: 0, count: count)
    squares = Array(repeating: nil, count: count)
    (means, memories, roots) = (squares, squares, squares)
  }

  /// Takes a parameter's gradient in, unless the burn-in is over, and gives √G; nil for G = 1.
  mutating func root(
    _ index: Int, gradient: Tensor, decay: Double, _ list: ParameterList
  ) throws -> Tensor? {
    guard isScaling else { return nil }
    let isNew = squares[index] == nil
    let square = try squares[index] ?? list.zeros(index)
    let root = try roots[index] ?? list.zeros(index)
    (squares[index], roots[index]) = (square, root)
    if let burnIn, steps[index] >= burnIn { return root }
    steps[index] += 1
    let parameter = list.tensors[index]
    switch kind {
    case .none, .adaptiveDrift: return nil
    case .rmsprop(let alpha, let epsilon):
      FusedUpdate.adaptRoot(
        alpha: alpha, correction: 1, epsilon: epsilon, decay: decay, gradient: gradient,
        parameter: parameter, square: square, root: root)
    case .adam(_, let beta2, let epsilon):
      FusedUpdate.adaptRoot(
        alpha: beta2, correction: 1 - pow(beta2, Double(steps[index])), epsilon: epsilon,
        decay: decay, gradient: gradient, parameter: parameter, square: square, root: root)
    case .scale(let epsilon):
      let mean = try means[index] ?? list.zeros(index)
      let memory = try memories[index] ?? list.zeros(index)
      (means[index], memories[index]) = (mean, memory)
      if isNew {
        for start in [square, memory] {
          try start.copy(from: Tensor.ones(start.shape, dtype: start.dtype))
        }
      }
      FusedUpdate.adaptScale(
        epsilon: epsilon, decay: decay, gradient: gradient, parameter: parameter, memory: memory,
        mean: mean, square: square, root: root)
    }
    return root
  }

  /// Whether coordinates are scaled at all.
  var isScaling: Bool {
    switch kind {
    case .none, .adaptiveDrift: false
    case .rmsprop, .adam, .scale: true
    }
  }

  /// Whether a parameter's G has its last value.
  func isFrozen(_ index: Int) -> Bool {
    guard let burnIn else { return false }
    return steps[index] >= burnIn && (squares[index] != nil || burnIn == 0)
  }

  /// G of a parameter without momenta, from its squares; a new tensor, nil for 1.
  func diagonal(_ index: Int) throws -> Tensor? {
    switch kind {
    case .none, .adaptiveDrift: return nil
    case .scale:
      return try GradientMode.with(false) { try roots[index]?.square() }
    case .rmsprop(_, let epsilon): return try scaled(index, correction: 1, epsilon)
    case .adam(_, let beta2, let epsilon):
      return try scaled(index, correction: 1 - pow(beta2, Double(max(steps[index], 1))), epsilon)
    }
  }

  private func scaled(_ index: Int, correction: Double, _ epsilon: Double) throws -> Tensor? {
    try squares[index].map {
      try FusedUpdate.preconditioned(
        diagonal: nil, square: $0, correction: correction, epsilon: epsilon)
    }
  }

  func save(_ state: inout OptimizerState) throws {
    guard kind != .none else { return }
    state.add("step", steps)
    try state.add(marked: "square", squares)
    try state.add(marked: "mean", means)
    try state.add(marked: "memory", memories)
    try state.add(marked: "root", roots)
  }

  func loaded(_ reader: inout StateReader) throws -> PreconditionerState {
    guard kind != .none else { return self }
    var result = self
    result.steps = try reader.counts("step")
    result.squares = try reader.tensors(marked: "square")
    result.means = try reader.tensors(marked: "mean")
    result.memories = try reader.tensors(marked: "memory")
    result.roots = try reader.tensors(marked: "root")
    return result
  }
}

extension OptimizerState {
  /// Adds copies of those tensors that exist, and for each parameter whether one does.
  mutating func add(marked name: String, _ values: [Tensor?]) throws {
    add("has_\(name)", values.map { $0 == nil ? 0 : 1 })
    try add(name, values)
  }
}

extension StateReader {
  /// What `add(marked:)` has added.
  mutating func tensors(marked name: String) throws -> [Tensor?] {
    try tensors(name, required: counts("has_\(name)").map { $0 > 0 })
  }
}
