/// How exactly products of float32 matrices and convolutions are computed.

internal import Synchronization

/// The precision of the factors of float32 products; sums are float32 in any case.
public enum MatmulPrecision: String, CaseIterable, Sendable {
  /// All 24 bits of float32.
  case highest
  /// Factors may be rounded to bfloat16's 8 bits, where the processor multiplies those faster;
  /// elsewhere this changes no more than the order of summation.
  case bfloat16

  private static let isReduced = Atomic<Bool>(false)

  /// What products use from now on; `highest` unless set. What is set inside a tenant is the tenant's.
  public static var current: MatmulPrecision {
    get {
      if let own = Tenant.current?.precision { return own }
      return isReduced.load(ordering: .relaxed) ? .bfloat16 : .highest
    }
    set {
      if let tenant = Tenant.current {
        tenant.precision = newValue
      } else {
        isReduced.store(newValue == .bfloat16, ordering: .relaxed)
      }
    }
  }
}
