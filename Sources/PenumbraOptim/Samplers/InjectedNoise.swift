/// Any plain optimiser with noise injected after each of its steps.

public import PenumbraTensor

/// A plain optimiser and white noise: its step, then θ += √(2 ε T/N) R, ε being each group's own.
///
/// At T = 0 it is that optimiser bit for bit, whatever its options. Stationary law: with plain gradient
/// descent SGLD's, exp(−U/T) as ε → 0; with momentum β the noise is that of a step ε, and the
/// descent that of ε/(1 − β), so that the law is exp(−U/(T(1 − β))) as ε → 0; with Adam or RMSprop
/// there is no closed law, as the noise is not scaled as the drift is (see `Preconditioner`).
public final class InjectedNoise: Sampler {
  public static let name = "InjectedNoise"
  /// The optimiser that makes the drift.
  public let base: any Optimizer
  public var name: String { "Noisy\(base.name)" }
  public var parameters: [Tensor] { base.parameters }
  public var learningRate: Double {
    get { base.learningRate }
    set { base.learningRate = newValue }
  }
  public var temperature: Double
  public var dataCount: Double
  /// λ of a Gaussian prior, beside the optimiser's own weight decay.
  public var priorPrecision: Double
  public let generator: Generator
  private var moves: [MoveSquares?]

  /// - Throws: `TensorError` (value) for options out of range.
  public init(
    _ base: any Optimizer, temperature: Double = 1, dataCount: Double = 1,
    priorPrecision: Double = 0, generator: Generator
  ) throws {
    self.base = base
    self.temperature = temperature
    self.dataCount = dataCount
    self.priorPrecision = priorPrecision
    self.generator = generator
    moves = Array(repeating: nil, count: base.parameters.count)
    try scale.check(name)
  }

  private var scale: SamplerScale {
    SamplerScale(
      learningRate: learningRate, temperature: temperature, dataCount: dataCount,
      priorPrecision: priorPrecision)
  }

  public func step() throws {
    let scale = scale
    try scale.check("\(name):step")
    let moving = parameters.indices.filter { parameters[$0].gradient != nil }
    let gradients = moving.map { parameters[$0].gradient }
    let before = try moving.map { try parameters[$0].detached().copied() }
    if scale.decay > 0 {
      try GradientMode.with(false) {
        for index in moving {
          guard let gradient = parameters[index].gradient else { continue }
          let prior = try parameters[index].detached().mul(scale.decay)
          parameters[index].gradient = try gradient.detached().add(prior)
        }
      }
    }
    defer {
      for (place, index) in moving.enumerated() { parameters[index].gradient = gradients[place] }
    }
    try base.step()
    moves = Array(repeating: nil, count: parameters.count)
    let levels = noiseLevels(scale)
    for (place, index) in moving.enumerated() {
      let (parameter, level) = (parameters[index], levels[index])
      var move = MoveSquares(
        drift: FusedUpdate.slopeSquares(
          decay: -1, gradient: before[place], parameter: parameter))
      if level > 0 {
        move.noise = FusedUpdate.noise(
          scale: level, diagonal: nil,
          normals: try generator.normal(parameter.shape, dtype: parameter.dtype),
          parameter: parameter)
      }
      moves[index] = move
    }
  }

  /// √(2 ε T/N) of each parameter.
  private func noiseLevels(_ scale: SamplerScale) -> [Double] {
    (0..<groupCount).flatMap { group in
      var own = scale
      own.learningRate = values(of: "lr", inGroup: group)?.first ?? scale.learningRate
      return Array(repeating: own.noise, count: parameters(inGroup: group).count)
    }
  }

  public var groupCount: Int { base.groupCount }

  public func parameters(inGroup index: Int) -> [Tensor] { base.parameters(inGroup: index) }

  public var settingNames: [(name: String, form: SettingForm)] { base.settingNames }

  public func values(of name: String, inGroup index: Int) -> [Double]? {
    base.values(of: name, inGroup: index)
  }

  public func set(_ name: String, to values: [Double], inGroup index: Int) throws {
    try base.set(name, to: values, inGroup: index)
  }

  public func addGroup(_ parameters: [Tensor], _ values: [(name: String, values: [Double])]) throws
  {
    try base.addGroup(parameters, values)
  }

  public func noiseRatios() -> [Double?] { moves.map { $0?.ratio } }

  public func noiseRatio() -> Double? { moves.total?.ratio }

  public func zeroGradients() { base.zeroGradients() }

  public func state() throws -> OptimizerState {
    var state = try base.state()
    state.optimizer = name
    state.add("noise_temperature", temperature)
    state.add("noise_n_data", dataCount)
    state.add("noise_prior", priorPrecision)
    state.generator = generator.state
    return state
  }

  public func load(_ state: OptimizerState) throws {
    guard state.optimizer == name else {
      throw TensorError(
        .value, "\(name):load", expected: "a state of \(name)", got: "one of \(state.optimizer)")
    }
    let random = try StateReader.generator(state, "\(name):load")
    var inner = state
    inner.optimizer = base.name
    inner.generator = nil
    func take(_ key: String) throws -> Double {
      guard let place = inner.numbers.firstIndex(where: { $0.name == key }) else {
        throw TensorError(.value, "\(name):load", argument: key, "is missing from the state")
      }
      return inner.numbers.remove(at: place).value
    }
    let numbers = try ["noise_temperature", "noise_n_data", "noise_prior"].map(take)
    try base.load(inner)
    (temperature, dataCount, priorPrecision) = (numbers[0], numbers[1], numbers[2])
    generator.state = random
  }
}
