/// Steps with momenta: the integrator's row as passes over memory, with barriers where ξ changes.

internal import Glibc
internal import PenumbraTensor

extension StochasticSampler {
  func stepMomenta(
    _ gradients: [Tensor?], _ constants: StepConstants, _ operation: String
  ) throws {
    var run = MomentumRun(self, gradients, constants, operation)
    try run.prepare()
    for part in integrator.tail { try run.take(part) }
    run.readKineticEnergy()
    for part in integrator.head { try run.take(part) }
    try run.flush()
    readings.kinetic = run.kineticTemperature
    readings.noise = run.noiseSquares
    readings.drift = run.driftSquares
  }
}

/// The sub-steps of one call, gathered into as few passes over memory as ξ allows.
private struct MomentumRun {
  private typealias Step = LangevinUpdate.SubStep
  private let sampler: StochasticSampler
  private let gradients: [Tensor?]
  private let c: StepConstants
  private let operation: String
  private let active: [Int]
  /// d
  private let count: Double
  private var roots: [Tensor?]
  /// Sub-steps that wait, and for those whose noise is made beforehand its numbers.
  private var waiting: [(step: Step, numbers: [Tensor?]?)] = []
  /// Changes of ξ that wait for Σ p².
  private var pendingHeat: [(slot: Int, fraction: Double)] = []
  private var sums: [Double] = []
  private var kineticSlot = 0
  private(set) var noiseSquares: [Double?]
  private(set) var driftSquares: [Double?]

  init(
    _ sampler: StochasticSampler, _ gradients: [Tensor?], _ constants: StepConstants,
    _ operation: String
  ) {
    (self.sampler, self.gradients, c, self.operation) = (sampler, gradients, constants, operation)
    active = gradients.indices.filter { gradients[$0] != nil }
    count = active.reduce(0) { $0 + Double(sampler.parameters[$1].elementCount) }
    roots = Array(repeating: nil, count: gradients.count)
    noiseSquares = Array(repeating: nil, count: gradients.count)
    driftSquares = noiseSquares
  }

  /// Σ p²/d at the boundary between two steps.
  var kineticTemperature: Double? {
    sums.isEmpty || count == 0 ? nil : sums[kineticSlot] / count
  }

  private var isElementwise: Bool { sampler.isElementwise }
  /// What ξ is, for sub-steps that have one number for all elements.
  private var rate: Double {
    sampler.integrator.isThermostatted ? sampler.thermostat ?? c.friction : c.friction
  }
  private var sigma: Double { c.temperature > 0 ? c.sigma : 0 }
  /// Variance that the kicks of a whole step bring in, as a factor of I_t (or v).
  private var kickVariance: Double {
    if sampler.subtractsSquares { return c.h * c.h * c.dataCount * c.dataCount }
    return sampler.covarianceRole == .lessNoise ? c.h * c.h * sigma : 0
  }
  /// h/2 Σ/T as a factor of I_t
  private var covarianceFriction: Double {
    sampler.covarianceRole == .friction && sigma > 0 ? c.h / 2 * sigma / c.temperature : 0
  }
  private var mixesElements: Bool {
    sampler.covariance?.isElementwise == false && !sampler.subtractsSquares
  }
  /// The estimate where it mixes elements, in the coordinates of the momenta.
  private var coupled: ScaledCovariance? {
    sampler.covariance.map { ScaledCovariance(covariance: $0, roots: roots) }
  }
  private var activeMomenta: [Tensor?] {
    gradients.indices.map { gradients[$0] == nil ? nil : sampler.momenta[$0] }
  }

  /// Momenta, thermostats and preconditioners for what has a gradient.
  mutating func prepare() throws {
    let spread = c.temperature.squareRoot()
    if sampler.integrator.isThermostatted, !isElementwise, sampler.thermostat == nil {
      sampler.thermostat = c.friction
    }
    for index in active {
      guard let gradient = gradients[index] else { continue }
      if sampler.momenta[index] == nil {
        sampler.momenta[index] =
          spread > 0
          ? try GradientMode.with(false) { try sampler.wholeNormals(index).mul(spread) }
          : try sampler.list.zeros(index)
      }
      if sampler.integrator.isThermostatted, isElementwise, sampler.thermostats[index] == nil {
        let parameter = sampler.parameters[index]
        sampler.thermostats[index] = try Tensor.full(
          parameter.shape, c.friction, dtype: parameter.dtype)
      }
      roots[index] = try sampler.preconditioner.root(
        index, gradient: gradient, decay: c.decay, sampler.list)
      let slope = FusedUpdate.slopeSquares(
        decay: c.decay, gradient: gradient, parameter: sampler.parameters[index])
      let push = c.h * c.dataCount
      driftSquares[index] = push * push * slope
      noiseSquares[index] = 0
    }
  }

  mutating func readKineticEnergy() {
    kineticSlot = measure()
  }

  private mutating func measure() -> Int {
    sums.append(0)
    waiting.append((.measure(slot: sums.count - 1), nil))
    return sums.count - 1
  }

  mutating func take(_ part: Integrator.Part) throws {
    let length = part.fraction * c.h
    switch part.subStep {
    case .drift: waiting.append((.drift(step: length), nil))
    case .kick: appendKick(length)
    case .eulerKick: try takeEulerKick(length, part.fraction)
    case .damping: try takeDamping(length)
    case .thermostat:
      if isElementwise {
        let step = length / (sampler.thermalMass ?? 1)
        waiting.append((.heat(step: step, temperature: c.temperature), nil))
      } else {
        pendingHeat.append((measure(), part.fraction))
      }
    case .friction:
      try settle()
      if isElementwise, sampler.integrator.isThermostatted {
        waiting.append((.thermostat(step: length, power: 0), nil))
      } else {
        try appendNoise(keep: exp(-rate * length), variance: 0, fraction: part.fraction)
      }
    case .whiteNoise:
      let variance = 2 * c.friction * c.temperature * length
      try appendNoise(keep: 1, variance: variance, fraction: part.fraction)
    case .ornsteinUhlenbeck: try takeOrnsteinUhlenbeck(length, part.fraction)
    case .descent, .positionNoise, .sharedPositionNoise: break
    }
  }

  private mutating func appendKick(
    _ length: Double, keep: Double = 1, damp: Double = 0, thermostat: Double = 0
  ) {
    waiting.append(
      (
        .kick(
          keep: keep, push: -length * c.dataCount, decay: c.decay, damp: damp,
          thermostat: thermostat), nil
      ))
  }

  /// p += −h∇U − hξp − h(h/2)(Σ/T)p + √(2ATh − h²Σ) R, everything on the right before the kick.
  private mutating func takeEulerKick(_ length: Double, _ fraction: Double) throws {
    try settle()
    let ownsThermostats = isElementwise && sampler.integrator.isThermostatted
    let damp = length * covarianceFriction
    let keep = ownsThermostats ? 1 : 1 - length * rate
    var taken: [Tensor?]?
    if damp > 0, mixesElements {
      try flush()
      taken = try coupled?.apply(.scaled(damp), to: activeMomenta)
    }
    appendKick(
      length, keep: keep, damp: mixesElements ? 0 : damp, thermostat: ownsThermostats ? length : 0)
    if let taken {
      try flush()
      try change { index, momentum in try taken[index].map { try momentum.sub($0) } }
    }
    let variance = 2 * c.friction * c.temperature * length
    try appendNoise(keep: 1, variance: variance, fraction: fraction)
  }

  /// p ← exp(−length (h/2) Σ/T) p
  private mutating func takeDamping(_ length: Double) throws {
    let rate = length * covarianceFriction
    guard rate > 0 else { return }
    guard mixesElements else { return waiting.append((.damp(rate: rate), nil)) }
    try flush()
    let damped = try coupled?.apply(.damping(rate), to: activeMomenta)
    try change { index, _ in damped?[index] }
  }

  private mutating func takeOrnsteinUhlenbeck(_ length: Double, _ fraction: Double) throws {
    try settle()
    let power = 2 * c.friction * c.temperature
    if isElementwise, sampler.integrator.isThermostatted {
      // The kicks' own variance is taken off an Euler noise; exact noise where there is none.
      let isExact = kickVariance == 0
      waiting.append((.thermostat(step: length, power: isExact ? power : 0), nil))
      if !isExact { try appendNoise(keep: 1, variance: power * length, fraction: fraction) }
      return
    }
    let variance = power * MomentumRun.damped(length, rate: rate)
    try appendNoise(keep: exp(-rate * length), variance: variance, fraction: fraction)
  }

  /// ∫₀^s e^{−2ξu} du = (1 − e^{−2ξs})/(2ξ), s itself at ξ = 0.
  private static func damped(_ length: Double, rate: Double) -> Double {
    let twice = 2 * rate * length
    return abs(twice) < 1e-8 ? length : -expm1(-twice) / (2 * rate)
  }

  /// p ← keep p + √max(variance − Σ's part, 0) R
  private mutating func appendNoise(keep: Double, variance: Double, fraction: Double) throws {
    guard keep != 1 || variance > 0 else { return }
    let less = variance > 0 ? kickVariance * fraction : 0
    for index in active where variance > 0 {
      noiseSquares[index]? += variance * Double(sampler.parameters[index].elementCount)
    }
    guard less > 0, mixesElements, let coupled else {
      return waiting.append((.relax(keep: keep, variance: variance, less: less), nil))
    }
    var normals: [Tensor?] = Array(repeating: nil, count: gradients.count)
    for index in active { normals[index] = try sampler.wholeNormals(index) }
    let numbers = try coupled.apply(.remainder(of: variance, less: less), to: normals)
    waiting.append((.relax(keep: keep, variance: 1, less: 0), numbers))
  }

  /// Brings ξ up to date where a sub-step is about to use it.
  private mutating func settle() throws {
    if !pendingHeat.isEmpty { try flush() }
  }

  /// Takes all waiting sub-steps, then the thermostat's.
  mutating func flush() throws {
    if !waiting.isEmpty {
      let steps = waiting.map(\.step)
      for index in active { try pass(index, steps) }
      waiting.removeAll(keepingCapacity: true)
    }
    for (slot, fraction) in pendingHeat {
      let mass = sampler.thermalMass ?? count
      let heat = (sums[slot] - count * c.temperature) / mass
      sampler.thermostat = (sampler.thermostat ?? c.friction) + fraction * c.h * heat
    }
    pendingHeat.removeAll(keepingCapacity: true)
    try check()
  }

  private mutating func pass(_ index: Int, _ steps: [Step]) throws {
    guard let momentum = sampler.momenta[index], let gradient = gradients[index] else { return }
    let diagonal =
      sampler.subtractsSquares
      ? sampler.preconditioner.squares[index] : sampler.covariance?.elementwise(index)
    let sources = try waiting.filter(\.step.isNoisy).map { entry in
      try entry.numbers?[index].map(NormalSource.tensor) ?? sampler.normalSource(index)
    }
    LangevinUpdate(
      parameter: sampler.parameters[index], momentum: momentum, gradient: gradient,
      root: roots[index], diagonal: diagonal, thermostat: sampler.thermostats[index]
    ).run(steps, normals: sources, sums: &sums)
  }

  private func change(_ body: (Int, Tensor) throws -> Tensor?) throws {
    try GradientMode.with(false) {
      for index in active {
        guard let momentum = sampler.momenta[index] else { continue }
        if let changed = try body(index, momentum) { try momentum.copy(from: changed) }
      }
    }
  }

  /// A thermostat that would make the next step overflow is an error, not NaN in the parameters.
  private func check() throws {
    let energies = sums.allSatisfy(\.isFinite)
    let xi = sampler.thermostat ?? 0
    guard energies, xi.isFinite, -xi * c.h < 80 else {
      throw TensorError(
        .value, operation,
        "the run has diverged: the thermostat is \(xi) and the momenta's squares add up to "
          + "\(sums.last ?? 0); start again from a checkpoint with a smaller lr")
    }
  }
}
