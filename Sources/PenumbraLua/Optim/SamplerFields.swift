/// What a script reads off a sampler: fields, `report`, `metrics`.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

enum SamplerFields {
  static let names = [
    "step_size", "friction", "integrator", "law", "kinetic_temperature",
    "configurational_temperature", "thermostat", "is_sampling",
  ]

  /// A field of a sampler; nil for an unknown name.
  static func value(_ name: String, _ sampler: StochasticSampler) -> LuaValue? {
    func number(_ value: Double?) -> LuaValue { value.map { .number($0) } ?? .nil }
    return switch name {
    case "step_size": .number(sampler.stepSize)
    case "friction": number(sampler.friction)
    case "integrator": .string(sampler.integrator.program)
    case "law": .string(sampler.preset.law)
    case "kinetic_temperature": number(sampler.kineticTemperature)
    case "configurational_temperature": number(sampler.configurationalTemperature)
    case "thermostat": number(sampler.thermostat)
    case "is_sampling": .boolean(sampler.isSampling)
    default: nil
    }
  }

  private static let this = OptimizerClass.this
  private static let sample =
    "local net = pn.nn.Linear(2, 1)\nlocal opt = pn.optim.BADODAB(net:parameters(), {lr = 1e-3})\n"
    + "opt:zero_grad()\nnet(pn.randn(8, 2)):square():mean():backward()\nopt:step()\n"

  static let entries = [
    Entry(
      "report",
      "Prints a sampler's temperatures with their χ² bands, thermostat, trace(I_t), noise-to-drift "
        + "ratios and an advised lr", this, returns: "nothing", example: sample + "opt:report()"
    ) { call, object in
      let text = try reporting(object, "report").report()
      // Lua's own print, which a host may have replaced.
      if case .reference(let print) = try call.frame.state.global("print") {
        _ = try print.call([.string(text)])
      }
      return NoResult()
    },
    Entry(
      "metrics", "The figures of `report` as a flat table, to log", this, returns: "table",
      example: sample + "print(opt:metrics().temperature_kinetic)"
    ) { _, object in
      LuaValue.table(
        try reporting(object, "metrics").figures().map { (key: $0.name, value: .number($0.value)) })
    },
    Entry(
      "restart_readings",
      "The means of temperatures and thermostat start afresh, say after a "
        + "burn-in", this, returns: "nothing", example: sample + "opt:restart_readings()"
    ) { _, object in
      try sampler(object, "restart_readings").restartReadings()
      return NoResult()
    },
  ]

  private static func reporting(_ object: OptimizerObject, _ operation: String) throws
    -> any SamplerReporting
  {
    guard let sampler = object.optimizer as? any SamplerReporting else {
      throw TensorError(
        .value, operation, expected: "a sampler that reports", got: object.optimizer.name)
    }
    return sampler
  }

  private static func sampler(_ object: OptimizerObject, _ operation: String) throws
    -> StochasticSampler
  {
    guard let sampler = object.optimizer as? StochasticSampler else {
      throw TensorError(
        .value, operation, expected: "a sampler of the family", got: object.optimizer.name)
    }
    return sampler
  }
}
