/// Activations that are smooth, or smooth but for one point.

internal import PenumbraTensor

extension Activation {
  /// log(1 + e^βx)/β; x itself where βx exceeds a threshold, if one is given
  public static func softplus(beta: Double = 1, threshold: Double = .infinity) -> Activation {
    let isPlain = beta == 1 && threshold == .infinity
    let options =
      (beta == 1 ? [] : ["beta=\(text(beta))"])
      + (threshold == .infinity ? [] : ["threshold=\(text(threshold))"])
    return Activation("Softplus", options.joined(separator: ", ")) {
      isPlain ? try $0.softplus() : try $0.softplus(beta: beta, threshold: threshold)
    }
  }

  /// x where x > 0, α (eˣ − 1) elsewhere. Clevert, Unterthiner & Hochreiter (2016).
  public static func elu(alpha: Double = 1) -> Activation {
    Activation("ELU", "alpha=\(text(alpha))") { try $0.elu(alpha: alpha) }
  }

  /// λ x where x > 0, λ α (eˣ − 1) elsewhere. Klambauer et al. (2017).
  public static func selu() -> Activation { Activation("SELU") { try $0.selu() } }

  /// x where x > 0, α (e^{x/α} − 1) elsewhere. Barron (2017).
  public static func celu(alpha: Double = 1) -> Activation {
    Activation("CELU", "alpha=\(text(alpha))") { try $0.celu(alpha: alpha) }
  }

  /// x Φ(x), or its approximation by tanh. Hendrycks & Gimpel (2016).
  public static func gelu(approximate: Bool = false) -> Activation {
    Activation("GELU", approximate ? "approximate=tanh" : "") {
      approximate ? try $0.geluTanh() : try $0.gelu()
    }
  }

  /// x σ(x)
  public static func silu() -> Activation { Activation("SiLU") { try $0.silu() } }

  /// x tanh log(1 + eˣ). Misra (2019).
  public static func mish() -> Activation { Activation("Mish") { try $0.mish() } }

  /// x / (1 + |x|)
  public static func softsign() -> Activation { Activation("Softsign") { try $0.softSign() } }

  /// log σ(x)
  public static func logSigmoid() -> Activation {
    Activation("LogSigmoid") { try $0.logSigmoid() }
  }

  /// x − tanh x
  public static func tanhshrink() -> Activation {
    Activation("Tanhshrink") { try $0.tanhShrink() }
  }

  /// sin ωx, as in networks for coordinates. Sitzmann et al. (2020).
  public static func sine(frequency: Double = 1) -> Activation {
    Activation("Sine", "frequency=\(text(frequency))") {
      try (frequency == 1 ? $0 : $0.mul(frequency)).sin()
    }
  }
}
