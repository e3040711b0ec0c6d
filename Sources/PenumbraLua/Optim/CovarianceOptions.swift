/// The options of every sampler that estimates a gradient covariance.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

enum CovarianceOption {
  static let kappa = Parameter<String>(
    "kappa", .choice(["1/t", "power", "ema", "instantaneous"]), default: "1/t", shown: "\"1/t\"",
    "the averaging weight κ_t")
  static let kappaValue = Parameter<Double>(
    "kappa_value", .nonNegative, default: 0.9, "the power of t^−α, or β of the moving average")
  static let interval = Parameter<Int>(
    "interval", .count, default: 1, "steps between measurements of the covariance")
  static let pairing = Parameter<String>(
    "pairing", .choice(ExamplePairing.allCases.map(\.rawValue)), default: "summed",
    shown: "\"summed\"", "whether real i and fake i are one example (summed) or two (separate)")
  static let examples = Parameter<String>(
    "examples", .choice(ExampleAxis.allCases.map(\.rawValue)), default: "before_features",
    shown: "\"before_features\"",
    "where activations have their examples: [positions..., n, features], or first")
  static let batchSize = Parameter<Int?>.optional(
    "batch_size", .count, "n, for covariances that do not see it")
  static let greatestBlock = Parameter<Int>(
    "max_block", .count, default: 4096, "the largest side of a covariance matrix")

  /// What "covariance" may be.
  static let kinds = CovarianceKind.allCases.map(\.rawValue)

  /// Besides the kind.
  static let docs = [
    kappa.doc, kappaValue.doc, interval.doc, pairing.doc, examples.doc, batchSize.doc,
    greatestBlock.doc,
  ]
}

extension Options {
  /// The settings of an estimate of this kind.
  func covariance(_ kind: CovarianceKind) throws -> CovarianceOptions {
    typealias O = CovarianceOption
    var options = CovarianceOptions(kind)
    let value = try self[O.kappaValue]
    options.averaging =
      switch try self[O.kappa] {
      case "power": .power(value)
      case "ema": .exponential(value)
      case "instantaneous": .instantaneous
      default: .inverseTime
      }
    options.interval = try self[O.interval]
    options.pairing = ExamplePairing(rawValue: try self[O.pairing]) ?? .summed
    options.axis = ExampleAxis(rawValue: try self[O.examples]) ?? .beforeFeatures
    options.batchSize = try self[O.batchSize]
    options.greatestBlock = try self[O.greatestBlock]
    return options
  }
}
