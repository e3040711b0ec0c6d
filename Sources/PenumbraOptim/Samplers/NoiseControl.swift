/// What the covariance-controlled sampler injects: its own noise, or a control for the claim.

/// The covariance D_t of the noise √(2 ε T/N) D_t^{1/2} η that a step injects. D_t stands for I_t, or
/// for I_t/(√v̂ + ε) in the preconditioned form.
public enum NoiseControl: String, Sendable, CaseIterable {
  /// D_t as it is: the founding paper's noise.
  case covariance
  /// 1 in I_t's place, which gives SGLD and its preconditioned form.
  case identity
  /// Isotropic with the trace of D_t over all parameters: as strong, but blind to directions.
  case rmsMatched = "rms_matched"
  /// D_t's elements in another order within each parameter, drawn once: the same strengths in the
  /// wrong places.
  case shuffled
  /// No noise.
  case none

  var usesCovariance: Bool { self == .covariance || self == .rmsMatched || self == .shuffled }
}
