/// Spectral normalisation of a layer's weight.

public import PenumbraTensor

/// Runs a layer with W/σ(W) in the place of its weight W, σ being the greatest singular value.
///
/// W is taken as a matrix, with dimension `dimension` as its rows. σ = uᵀWv with unit vectors u and v,
/// which every run in training improves by power iterations (v ← Wᵀu, u ← Wv) outside the graph: in
/// derivatives they are constants. They start from 15 iterations, and are buffers. The layer's own
/// parameter stays W, "module.weight". A weight of one dimension is divided by its norm.
/// Miyato et al. (2018); PyTorch's `parametrizations.spectral_norm`.
public final class SpectralNorm: Module {
  public let module: Module
  /// The parameter's name.
  public let parameter: String
  /// Counted from 0.
  public let dimension: Int
  public let iterations: Int
  public let epsilon: Double
  private let weight: Slot
  private let vectors: (u: Slot, v: Slot)?

  /// - Parameters:
  ///   - parameter: the weight's name in `module` itself.
  ///   - dimension: counted from 0; nil for the output channels, 1 in transposed convolutions, else 0.
  ///   - iterations: power iterations for each run in training.
  /// - Throws: `TensorError` for a module without that parameter or with an empty one, or numbers
  ///   below 1.
  public convenience init(
    _ module: Module, parameter: String = "weight", dimension: Int? = nil, iterations: Int = 1,
    epsilon: Double = 1e-12, using generator: Generator
  ) throws {
    let weight = try weightSlot(of: module, parameter, "SpectralNorm")
    try requirePositive(iterations, "SpectralNorm", "n_power_iterations")
    try requireNonNegative(epsilon, "SpectralNorm", "eps")
    let rank = weight.tensor.rank
    let axis =
      rank > 1
      ? try weight.tensor.dimension(
        dimension ?? (module is TransposedConvolution ? 1 : 0), "SpectralNorm") : 0
    var vectors: (Slot, Slot)?
    if rank > 1 {
      func start(_ count: Int) throws -> Slot {
        let values = try generator.normal([count], dtype: weight.tensor.dtype)
        return Slot(try values.normalize(0, epsilon: epsilon), role: .buffer)
      }
      let rows = weight.tensor.shape[axis]
      vectors = (try start(rows), try start(weight.tensor.elementCount / rows))
    }
    try self.init(module, parameter, axis, iterations, epsilon, vectors: vectors)
    if rank > 1 { try improve(matrix(weight.tensor), 15) }
  }

  private init(
    _ module: Module, _ parameter: String, _ dimension: Int, _ iterations: Int, _ epsilon: Double,
    vectors: (Slot, Slot)?
  ) throws {
    weight = try weightSlot(of: module, parameter, "SpectralNorm")
    (self.module, self.parameter, self.dimension) = (module, parameter, dimension)
    (self.iterations, self.epsilon, self.vectors) = (iterations, epsilon, vectors)
    super.init()
    if let vectors {
      try register("u", vectors.0)
      try register("v", vectors.1)
    }
    try register(child: "module", module)
  }

  public override var configuration: String {
    "\(parameter), dim=\(dimension + 1)" + (iterations == 1 ? "" : ", iterations=\(iterations)")
  }

  /// W/σ, after power iterations in training.
  public func normalizedWeight() throws -> Tensor {
    let value = weight.tensor
    guard let vectors else { return try value.normalize(0, epsilon: epsilon) }
    let matrix = try matrix(value)
    if isTraining { try improve(matrix, iterations) }
    // Copies, because the next run changes the buffers, which this one's derivatives need.
    let (u, v) = try GradientMode.with(false) {
      (try vectors.u.tensor.clone(), try vectors.v.tensor.clone())
    }
    return try value.div(matrix.matmul(v).mul(u).sum())
  }

  /// [rows, ...] with the chosen dimension first.
  private func matrix(_ value: Tensor) throws -> Tensor {
    let rows = value.shape[dimension]
    let ordered =
      dimension == 0
      ? value
      : try value.permute([dimension] + (0..<value.rank).filter { $0 != dimension })
    return try ordered.reshape([rows, value.elementCount / rows])
  }

  private func improve(_ matrix: Tensor, _ count: Int) throws {
    guard let vectors else { return }
    try GradientMode.with(false) {
      let matrix = matrix.detached()
      for _ in 0..<count {
        try Interruption.check("SpectralNorm")
        let u = try matrix.matmul(vectors.v.tensor).normalize(0, epsilon: epsilon)
        _ = try vectors.u.tensor.copy(from: u)
        let v = try matrix.transpose(0, 1).matmul(u).normalize(0, epsilon: epsilon)
        _ = try vectors.v.tensor.copy(from: v)
      }
    }
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try weight.holding(normalizedWeight()) { try module(input) }
  }

  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    try weight.holding(normalizedWeight()) { try module(inputs) }
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try SpectralNorm(
      copier(module), parameter, dimension, iterations, epsilon,
      vectors: vectors.map { (try copier($0.u), try copier($0.v)) })
  }
}
