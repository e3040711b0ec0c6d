/// Initialisers for whole networks.

public import PenumbraTensor

extension Initializer {
  /// Gives new values to the weights of a tree: every parameter called "weight" of at least two
  /// dimensions, normalisation layers' left out.
  ///
  /// - Returns: how many there were.
  @discardableResult
  public func fill(weightsOf module: Module, using generator: Generator) throws -> Int {
    var seen: Set<ObjectIdentifier> = []
    return try module.namedModules().reduce(0) { count, named in
      guard !(named.module is any NormalizationLayer), let slot = named.module.slot("weight"),
        slot.role == .parameter, slot.tensor.rank >= 2,
        seen.insert(ObjectIdentifier(slot)).inserted
      else { return count }
      try fill(slot.tensor, using: generator)
      return count + 1
    }
  }

  /// DCGAN's start: weights of affine layers and convolutions normal with mean 0, those of
  /// normalisation layers normal with mean 1, both with standard deviation 0.02; biases 0.
  ///
  /// Radford, Metz & Chintala (2016), section 4, and their code. Other layers keep their values.
  public static func dcgan(_ module: Module, std: Double = 0.02, using generator: Generator) throws
  {
    let weights = try normal(mean: 0, std: std)
    let scales = try normal(mean: 1, std: std)
    for (_, module) in module.namedModules() {
      let isNormalization = module is any NormalizationLayer
      let isAffine =
        module is Linear || module is Bilinear || module is Convolution
        || module is TransposedConvolution
      guard isNormalization || isAffine else { continue }
      if let slot = module.slot("weight") {
        try (isNormalization ? scales : weights).fill(slot.tensor, using: generator)
      }
      if let slot = module.slot("bias") { try constant(0).fill(slot.tensor, using: generator) }
    }
  }
}
