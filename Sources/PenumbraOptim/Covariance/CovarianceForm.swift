/// What each kind of covariance estimate brings: how V is measured, stored and applied.

internal import PenumbraTensor

/// What a step shows to an estimator.
struct CovarianceStep {
  /// The parameters' gradients ḡ; nil where there is none.
  let gradients: [Tensor?]
  let operation: String
  /// The per-example gradients of each parameter with a gradient.
  let examples: () throws -> [ParameterExamples?]
}

/// The running estimate I_t of one kind. `RunningCovariance` decides when and with which weights.
protocol CovarianceForm: AnyObject {
  /// Measures V_t, changing nothing, and returns what takes it in: I ← (1 − κ) I + κ V with a weight
  /// κ for each parameter; at κ = 1 the old I is not read.
  func measured(_ step: CovarianceStep) throws -> (_ weights: [Double]) throws -> Void
  /// Whether there is an estimate of this parameter's part.
  func isKnown(_ index: Int) -> Bool
  /// I's diagonal for one parameter, of its shape; nil before its first step. Live where
  /// `isElementwise`, not to be changed.
  func diagonal(_ index: Int) -> Tensor?
  /// Whether I is its own diagonal, so that elementwise kernels may use it.
  var isElementwise: Bool { get }
  /// f(I) v for vectors v given in parts, one for each parameter; nil parts stay nil. For `root` any
  /// matrix L with L Lᵀ = c I will do.
  func apply(_ function: SpectralFunction, to vectors: [Tensor?]) throws -> [Tensor?]
  func save(_ state: inout OptimizerState) throws
  /// Reads what `save` wrote, and returns what adopts it.
  func read(_ reader: inout StateReader) throws -> () -> Void
}

extension CovarianceKind {
  func form(_ list: ParameterList, _ options: CovarianceOptions) -> any CovarianceForm {
    switch self {
    case .diagonal: ElementwiseCovariance(list, .exact)
    case .ghost: ElementwiseCovariance(list, .ghost)
    case .halfBatch: ElementwiseCovariance(list, .halves)
    case .running: GradientVariance(list, batchSize: options.batchSize)
    case .layer:
      DenseCovariance(list, list.tensors.indices.map { [$0] }, limit: options.greatestBlock)
    case .full: DenseCovariance(list, [Array(list.tensors.indices)], limit: options.greatestBlock)
    case .kronecker: KroneckerCovariance(list, limit: options.greatestBlock)
    }
  }
}
