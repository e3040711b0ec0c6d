/// The options of samplers: one list for the whole family, of which each takes those that it knows.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

/// Options of the samplers in `SamplerPreset.all`.
enum SamplerOption {
  static let stepSize = Parameter<Schedulable?>.optional(
    "step_size", .schedulable, "h itself in lr's place; lr = n_data·h, or n_data·h² with momenta")
  static let friction = Parameter<Schedulable?>.optional(
    "friction", .schedulable, "γ, C or A; (1 − momentum)/h where it is left out")
  static func momentum(_ preset: SamplerPreset) -> Parameter<Double> {
    Parameter<Double>(
      "momentum", .probability, default: preset.momentum,
      "1 − h·friction, where no friction is given")
  }
  static let thermalMass = Parameter<Double?>.optional(
    "thermal_mass", .positive, "μ; the number of elements, or 1 for elements' own thermostats")
  static func integrator(_ preset: SamplerPreset) -> Parameter<String> {
    Parameter<String>(
      "integrator", .string, default: preset.program, shown: "\"\(preset.program)\"",
      "a row of sub-steps A, B, O, D, C, F, W, K")
  }
  static let prior = Parameter<Prior?>.optional(
    "prior", .prior,
    "beside the Gaussian one: {kind = \"laplace\", scale}, {kind = \"student_t\", "
      + "df, scale}, {kind = \"mixture\", weights, means, stds}, or a function of a parameter that gives "
      + "its log density")
  static let preconditioner = Parameter<String?>.optional(
    "preconditioner", .choice(["none", "rmsprop", "adam", "scale", "adaptive_drift"]),
    "none; rmsprop: 1/(√v + eps); adam: 1/(√v̂ + eps); scale: Springenberg's; adaptive_drift: Adam's, "
      + "unscaled noise")
  static let alpha = Parameter<Double>("alpha", .probability, default: 0.99, "of rmsprop")
  static let betas = Parameter<[Double]>(
    "betas", .list(of: .probability), default: [0.9, 0.999], shown: "{0.9, 0.999}", "of adam")
  static let eps = Parameter<Double?>.optional("eps", .nonNegative, "1e-5 for rmsprop, else 1e-8")
  static let bias = Parameter<Double>("bias", .nonNegative, default: 1, "a of adaptive_drift")
  static let burnIn = Parameter<Int?>.optional(
    "burn_in", .integer, "steps after which the preconditioner stays as it is")
  static let subtractsSquares = Parameter<Bool>(
    "noise_estimate", .boolean, default: true, "whether v's part is taken off the injected noise")
  static let covariance = Parameter<String?>.optional(
    "covariance", .choice(["none"] + CovarianceOption.kinds),
    "how the gradient noise's covariance is estimated")
  static let replacement = Parameter<Bool>(
    "replacement", .boolean, default: false, "whether batches are drawn with replacement")
  static let gradient = Parameter<VarianceReduction?>.optional(
    "gradient", .object("GradientEstimator", GradientEstimatorClass.definition),
    "optim.SVRG{...} or optim.ControlVariates{...}")
  static let curvature = Parameter<LuaReference?>.optional(
    "curvature", .callable,
    "gives the batch's mean loss once more, for Γ; without it Γ is left out")
  static let cycleSteps = Parameter<Int>("cycle_steps", .count, default: 1000, "K, of all cycles")
  static let cycles = Parameter<Int>("cycles", .count, default: 1, "M")
  static let exploration = Parameter<Double>(
    "exploration", .probability, default: 0.8, "the part of a cycle without noise")

  /// The options that a preset takes, besides those of every sampler.
  static func docs(_ preset: SamplerPreset) -> [ParameterDoc] {
    let integrator = try? Integrator(preset.program)
    var docs = [stepSize.doc, prior.doc]
    if preset.takesIntegrator { docs.append(self.integrator(preset).doc) }
    if integrator?.isOverdamped == false { docs += [friction.doc, momentum(preset).doc] }
    if integrator?.isThermostatted == true { docs.append(thermalMass.doc) }
    docs += [preconditioner.doc, alpha.doc, betas.doc, eps.doc, bias.doc, burnIn.doc]
    if preset.subtractsSquares { docs.append(subtractsSquares.doc) }
    if integrator?.isOverdamped == true { docs.append(curvature.doc) }
    docs += [covariance.doc] + CovarianceOption.docs + [replacement.doc, gradient.doc]
    if preset.isCyclic { docs += [cycleSteps.doc, cycles.doc, exploration.doc] }
    return docs
  }
}

extension Options {
  /// The numbers of a sampler, those that may change over time excepted.
  func samplerOptions(_ preset: SamplerPreset) throws -> SamplerOptions {
    typealias O = SamplerOption
    let known = Set(O.docs(preset).map(\.name))
    func given<Value>(_ option: Parameter<Value>) throws -> Value? {
      known.contains(option.doc.name) ? try self[option] : nil
    }
    var result = SamplerOptions()
    result.prior = try self[O.prior]
    if try known.contains("momentum") && has(O.momentum(preset)) {
      result.momentum = try self[O.momentum(preset)]
    }
    result.thermalMass = try given(O.thermalMass) ?? nil
    result.integrator = try given(O.integrator(preset))
    result.preconditioner = try preconditioner()
    result.burnIn = try self[O.burnIn]
    result.subtractsSquares = try given(O.subtractsSquares)
    result.covariance = try covarianceOptions()
    result.batchSize = try self[CovarianceOption.batchSize]
    result.withReplacement = try self[O.replacement]
    result.varianceReduction = try self[O.gradient]
    if let function = try given(O.curvature) ?? nil {
      result.curvature = { try function.loss("curvature") }
    }
    if preset.isCyclic {
      result.cycle = try StepCycle(
        steps: self[O.cycleSteps], count: self[O.cycles], exploration: self[O.exploration],
        operation)
    }
    return result
  }

  private func preconditioner() throws -> Preconditioner? {
    typealias O = SamplerOption
    let kind = try self[O.preconditioner] ?? defaultPreconditioner
    let betas = try self[O.betas]
    guard betas.count == 2 else {
      throw TensorError(
        .value, operation, argument: "betas", expected: "{beta1, beta2}",
        got: "\(betas.count) numbers")
    }
    let eps = try self[O.eps]
    return switch kind {
    case "none": Preconditioner.none
    case "rmsprop": .rmsprop(alpha: try self[O.alpha], epsilon: eps ?? 1e-5)
    case "adam": .adam(beta1: betas[0], beta2: betas[1], epsilon: eps ?? 1e-8)
    case "scale": .scale(epsilon: eps ?? 1e-8)
    case "adaptive_drift":
      .adaptiveDrift(
        bias: try self[O.bias], beta1: betas[0], beta2: betas[1], epsilon: eps ?? 1e-8)
    default: nil
    }
  }

  /// The preset's own, by its name here.
  private var defaultPreconditioner: String? {
    switch SamplerPreset.named(operation)?.preconditioner {
    case .rmsprop?: "rmsprop"
    case .adam?: "adam"
    case .scale?: "scale"
    case .adaptiveDrift?: "adaptive_drift"
    case nil, Preconditioner.none?: nil
    }
  }

  private func covarianceOptions() throws -> CovarianceOptions? {
    typealias O = SamplerOption
    let name = try self[O.covariance]
    let needed = SamplerPreset.named(operation)?.needsCovariance == true
    if name == "none", needed {
      throw TensorError(
        .value, operation, argument: "covariance", expected: "an estimate", got: "\"none\"")
    }
    guard let kind = name.flatMap(CovarianceKind.init(rawValue:)) ?? (needed ? .diagonal : nil)
    else { return nil }
    return try covariance(kind)
  }
}

extension LuaReference {
  /// Calls a function that gives a loss.
  func loss(_ operation: String) throws -> Tensor {
    guard let loss = try call([]).first?.tensor else {
      throw TensorError(
        .value, operation, argument: "result", expected: "a Tensor, the mean loss",
        got: "something else")
    }
    return loss
  }
}

extension ParameterType where Value == Prior {
  static let prior = ParameterType("table or function") { frame, index in
    if let function = try ParameterType<LuaReference>.function.decode(frame, index) {
      return .logDensity { parameter in
        guard let value = try function.call([parameter.luaValue]).first?.tensor else {
          throw TensorError(
            .value, "prior", argument: "result", expected: "a Tensor, the log density",
            got: "something else")
        }
        return value
      }
    }
    guard frame.type(at: index) == .table else { return nil }
    let kind = try frame.withField("kind", ofTableAt: index) { frame.string(at: $0) ?? "" }
    let keys = [
      "gaussian": ["precision"], "laplace": ["scale"], "student_t": ["df", "scale"],
      "mixture": ["weights", "means", "stds"],
    ]
    guard let known = keys[kind] else {
      throw BadValue(
        expected: "a prior whose kind is \"gaussian\", \"laplace\", \"student_t\" or \"mixture\"")
    }
    try frame.forEachField(ofTableAt: index) { key, _ in
      let name = frame.string(at: key) ?? frame.describe(at: key)
      guard name == "kind" || known.contains(name) else {
        throw BadValue(
          expected: "a \(kind) prior with \(known.joined(separator: ", ")), got '\(name)'")
      }
    }
    func number(_ name: String, _ standard: Double?) throws -> Double {
      try frame.withField(name, ofTableAt: index) { slot in
        if let value = frame.number(at: slot) { return value }
        guard let standard, frame.isNoneOrNil(at: slot) else {
          throw BadValue(expected: "a number for '\(name)'")
        }
        return standard
      }
    }
    func numbers(_ name: String) throws -> [Double] {
      try frame.withField(name, ofTableAt: index) { slot in
        guard frame.type(at: slot) == .table, let values = frame.numbers(inTableAt: slot) else {
          throw BadValue(expected: "a table of numbers for '\(name)'")
        }
        return values
      }
    }
    switch kind {
    case "gaussian": return .gaussian(precision: try number("precision", nil))
    case "laplace": return .laplace(scale: try number("scale", 1))
    case "student_t":
      return .studentT(degreesOfFreedom: try number("df", nil), scale: try number("scale", 1))
    default:
      return .mixture(
        weights: try numbers("weights"), means: try numbers("means"),
        deviations: try numbers("stds"))
    }
  }
}
