/// Stochastic-gradient Langevin dynamics.

public import PenumbraTensor

/// Stochastic-gradient Langevin dynamics.
///
///     θ ← θ − ε ∇(U/N) + √(2 ε T/N) R,   R ~ N(0, 1)
///     ∇(U/N) = ∇(mean loss) + (λ/N) θ
///
/// Stationary law: exp(−U/T) as ε → 0. At a finite step with h = ε/N, U = q²/2, T = 1 and gradient
/// noise of variance s² it is normal with variance (2 + h s²)/(2 − h): too wide by h/2 from the
/// step and by h s²/2 from the minibatch. Source: Welling & Teh 2011.
public final class SGLD: Sampler {
  public static let name = "SGLD"
  public var parameters: [Tensor] { list.tensors }
  public var learningRate: Double {
    get { scale.learningRate }
    set { scale.learningRate = newValue }
  }
  public var temperature: Double {
    get { scale.temperature }
    set { scale.temperature = newValue }
  }
  public var dataCount: Double {
    get { scale.dataCount }
    set { scale.dataCount = newValue }
  }
  public var priorPrecision: Double {
    get { scale.priorPrecision }
    set { scale.priorPrecision = newValue }
  }
  public let generator: Generator

  private let list: ParameterList
  private var scale: SamplerScale
  private var moves: [MoveSquares?]

  /// - Parameters:
  ///   - learningRate: ε, in units of the mean loss.
  ///   - temperature: T ≥ 0.
  ///   - dataCount: N > 0.
  ///   - priorPrecision: λ ≥ 0 of a Gaussian prior.
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public init(
    _ parameters: [Tensor], learningRate: Double, temperature: Double = 1, dataCount: Double = 1,
    priorPrecision: Double = 0, generator: Generator
  ) throws {
    list = try ParameterList(parameters, SGLD.name)
    scale = SamplerScale(
      learningRate: learningRate, temperature: temperature, dataCount: dataCount,
      priorPrecision: priorPrecision)
    try scale.check(SGLD.name)
    self.generator = generator
    moves = Array(repeating: nil, count: parameters.count)
  }

  public func step() throws {
    try scale.check(SGLD.stepName)
    let gradients = try list.gradients(SGLD.stepName)
    let drift = FusedUpdate.Momentum(rate: scale.learningRate, decay: scale.decay)
    for (index, parameter) in parameters.enumerated() {
      moves[index] = nil
      guard let gradient = gradients[index] else { continue }
      let slope = FusedUpdate.slopeSquares(
        decay: scale.decay, gradient: gradient, parameter: parameter)
      var move = MoveSquares(drift: scale.learningRate * scale.learningRate * slope)
      FusedUpdate.sgd(drift, gradient: gradient, parameter: parameter)
      if scale.noise > 0 {
        let normals = try generator.normal(parameter.shape, dtype: parameter.dtype)
        move.noise = FusedUpdate.noise(
          scale: scale.noise, diagonal: nil, normals: normals, parameter: parameter)
      }
      moves[index] = move
    }
  }

  public func noiseRatios() -> [Double?] { moves.map { $0?.ratio } }

  public func noiseRatio() -> Double? { moves.total?.ratio }

  public func state() throws -> OptimizerState {
    var state = OptimizerState(optimizer: SGLD.name, generator: generator.state)
    scale.save(&state)
    return state
  }

  public func load(_ state: OptimizerState) throws {
    var reader = try StateReader(state, of: SGLD.name, list)
    let scale = try SamplerScale(&reader)
    let random = try StateReader.generator(state, "\(SGLD.name):load")
    try reader.finish()
    self.scale = scale
    generator.state = random
  }
}
