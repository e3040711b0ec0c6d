/// Saving and restoring the covariance-controlled sampler.

internal import PenumbraTensor

extension CovarianceControlledSGLD {
  public func state() throws -> OptimizerState {
    var state = OptimizerState(
      optimizer: CovarianceControlledSGLD.name, generator: generator.state)
    scale.save(&state)
    try covariance?.save(&state)
    try moments?.save(&state)
    if noise == .shuffled {
      state.add("shuffled", orders.map { $0 == nil ? 0 : 1 })
      try state.add("order", orders)
    }
    return state
  }

  public func load(_ state: OptimizerState) throws {
    let name = CovarianceControlledSGLD.name
    var reader = try StateReader(state, of: name, list)
    let scale = try SamplerScale(&reader)
    let random = try StateReader.generator(state, "\(name):load")
    let adopt = try covariance?.read(&reader)
    let moments = try moments.map { try $0.loaded(&reader) }
    var orders = orders
    if noise == .shuffled {
      let drawn = try reader.counts("shuffled").map { $0 > 0 }
      orders = try reader.tensors("order", required: drawn) {
        (Shape($0.elementCount), .int64)
      }
    }
    try reader.finish()
    self.scale = scale
    self.moments = moments
    self.orders = orders
    adopt?()
    generator.state = random
  }
}
