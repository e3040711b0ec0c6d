/// Saving and restoring a sampler: everything that its next steps depend on.

internal import PenumbraTensor

extension StochasticSampler {
  public func state() throws -> OptimizerState {
    var state = OptimizerState(optimizer: name, generator: generator.state)
    scale.save(&state)
    state.add("steps", Double(stepCount))
    state.add("has_friction", friction == nil ? 0 : 1)
    state.add("friction", friction ?? 0)
    state.add("has_thermostat", thermostat == nil ? 0 : 1)
    state.add("thermostat", thermostat ?? 0)
    try state.add(marked: "momentum", momenta)
    try state.add(marked: "element_thermostat", thermostats)
    try state.add(marked: "normals", sharedNormals)
    try preconditioner.save(&state)
    try covariance?.save(&state)
    try varianceReduction?.save(&state, parameters.count)
    readings.save(&state)
    return state
  }

  public func load(_ state: OptimizerState) throws {
    var reader = try StateReader(state, of: name, list)
    let scale = try SamplerScale(&reader)
    let random = try StateReader.generator(state, "\(name):load")
    let steps = try reader.count("steps")
    func optional(_ name: String) throws -> Double? {
      let isThere = try reader.count("has_\(name)") > 0
      let value = try reader.number(name)
      return isThere ? value : nil
    }
    let friction = try optional("friction")
    let thermostat = try optional("thermostat")
    let momenta = try reader.tensors(marked: "momentum")
    let thermostats = try reader.tensors(marked: "element_thermostat")
    let normals = try reader.tensors(marked: "normals")
    let preconditioner = try preconditioner.loaded(&reader)
    let adoptCovariance = try covariance?.read(&reader)
    let adoptReference = try varianceReduction?.read(&reader)
    let readings = try readings.loaded(&reader)
    try reader.finish()
    self.scale = scale
    stepCount = steps
    (self.friction, self.thermostat) = (friction, thermostat)
    (self.momenta, self.thermostats, sharedNormals) = (momenta, thermostats, normals)
    self.preconditioner = preconditioner
    self.readings = readings
    adoptCovariance?()
    adoptReference?()
    generator.state = random
  }
}
