/// Samplers by name, as data: what a step is made of, what is usual, and which law it keeps.

internal import PenumbraTensor

/// One row of the family table.
public struct SamplerPreset: Sendable {
  /// The name in scripts, errors and states.
  public let name: String
  /// One line for the reference: the step.
  public let summary: String
  /// The stationary law, as far as it is known.
  public let law: String
  /// The step, in `Integrator`'s letters.
  public let program: String
  /// Whether another integrator may be given.
  public var takesIntegrator = false
  /// What an estimate of the gradient noise's covariance is for, where one is given.
  public var covariance = CovarianceRole.lessNoise
  /// Whether it makes no sense without such an estimate.
  public var needsCovariance = false
  public var preconditioner = Preconditioner.none
  /// 1 − h·friction where no friction is given.
  public var momentum = 0.9
  /// h is this part of what the learning rate says; pSGLD's drift is (h/2) G ∇U.
  public var stepScale = 1.0
  /// Whether each element has a thermostat of its own.
  public var isElementwise = false
  /// Steps of adaptation before the preconditioner stays.
  public var burnIn: Int?
  /// Whether the preconditioner's mean squares are taken for the gradient noise's covariance.
  public var subtractsSquares = false
  /// Whether the step size goes in cycles.
  public var isCyclic = false
  public let source: String
}

/// How the covariance Σ of the gradient noise is made up for.
public enum CovarianceRole: String, Sendable {
  /// The kicks' own noise counts: so much less is injected, never below 0.
  case lessNoise = "less_noise"
  /// A friction hΣ/(2T) takes out what the noise brings in.
  case friction
}

extension SamplerPreset {
  /// The family.
  public static let all: [SamplerPreset] = [
    .sgld, .leimkuhlerMatthews, .psgld, .adamSGLD, .sghmc, .scaleAdaptedSGHMC, .sgnht, .msgnht,
    .badodab, .adaptiveLangevin, .ccadl, .symmetricCCAdL, .baoab, .baoa, .obabo, .langevin,
    .cyclicalSGLD, .cyclicalSGHMC,
  ]

  /// The preset of this name.
  public static func named(_ name: String) -> SamplerPreset? { all.first { $0.name == name } }

  public static let sgld = SamplerPreset(
    name: "SGLD", summary: "θ −= h∇U, θ += √(2hT) R",
    law: "exp(−U/T) as h → 0; on U = q²/2 with gradient noise s² the variance is "
      + "(2T + h s²)/(2 − h)", program: "GN", source: "Welling & Teh 2011")

  public static let leimkuhlerMatthews = SamplerPreset(
    name: "LM", summary: "θ −= h∇U, θ += √(hT/2) (R_t + R_{t+1})",
    law: "exp(−U/T) to second order in h, and exactly on quadratic U with the full gradient",
    program: "GL", source: "Leimkuhler & Matthews 2013")

  public static let psgld = SamplerPreset(
    name: "pSGLD", summary: "θ −= (h/2)G∇U, θ += (h/2)TΓ + √(hTG) R, G = 1/(eps + √v)",
    law: "exp(−U/T) as h → 0 for a G that stays; a G that moves with θ biases it, by what Γ leaves",
    program: "GN", preconditioner: .rmsprop(), stepScale: 0.5, source: "Li et al. 2016")

  public static let adamSGLD = SamplerPreset(
    name: "AdamSGLD", summary: "θ −= h(∇U + a m/√(v + eps)), θ += √(2hT) R",
    law: "near exp(−U/T) for a small bias a, and no closed law beyond", program: "GN",
    preconditioner: .adaptiveDrift(), source: "Kim, Song & Liang 2020")

  public static let sghmc = SamplerPreset(
    name: "SGHMC", summary: "p += −h∇U − hCp + √(h(2CT − hΣ)) R, θ += hp",
    law: "exp(−U/T) as h → 0; without Σ gradient noise s² heats it by about h s²/(2C)",
    program: "KA", source: "Chen, Fox & Guestrin 2014")

  public static let scaleAdaptedSGHMC = SamplerPreset(
    name: "ScaleAdaptedSGHMC",
    summary: "SGHMC in coordinates scaled by √G = v^−¼; τ, ḡ and v adapt in the burn-in only",
    law: "exp(−U/T) as h → 0 after the burn-in, as far as v is the gradient noise's variance",
    program: "KA", preconditioner: .scale(), momentum: 0.95, burnIn: 1000, subtractsSquares: true,
    source: "Springenberg et al. 2016")

  public static let sgnht = SamplerPreset(
    name: "SGNHT", summary: "θ += hp, p += −h∇U − hξp + √(2ATh) R, ξ += h(p·p/d − T)",
    law: "exp(−U/T) N(p; 0, T) N(ξ; A + hs²/(2T), T/d) as h → 0, for gradient noise s² that is the "
      + "same in all directions and places", program: "AKD", source: "Ding et al. 2014")

  public static let msgnht = SamplerPreset(
    name: "mSGNHT",
    summary: "θ += hp/2, ξ += (h/2)(p∘p − T), p *= e^{−ξh/2}, p += −h∇U + √(2ATh) R, and back",
    law:
      "as SGNHT's, a thermostat for each element: the gradient noise may differ between elements",
    program: "ADFBWFDA", isElementwise: true, source: "Ding et al. 2014; Chen et al. 2015")

  public static let badodab = SamplerPreset(
    name: "BADODAB",
    summary: "adaptive Langevin: B p −= h∇U/2, A θ += hp/2, D ξ += (h/2)(p·p − dT)/μ, "
      + "O p ← e^{−ξh}p + √(2ATφ) R, and back",
    law: "exp(−U/T) N(p; 0, T) N(ξ; A + hs²/(2T), T/μ) to second order in h, for gradient noise s² "
      + "that is the same in all directions and places", program: "BADODAB",
    source: "Leimkuhler & Shang 2016")

  public static let adaptiveLangevin = SamplerPreset(
    name: "AdaptiveLangevin",
    summary: "Langevin dynamics with a thermostat, by the sub-steps of `integrator`",
    law: "BADODAB's for BADODAB: exp(−U/T) N(p; 0, T) N(ξ; A + hs²/(2T), T/μ) to second order in h",
    program: "BADODAB", takesIntegrator: true, source: "Leimkuhler & Shang 2016")

  public static let ccadl = SamplerPreset(
    name: "CCAdL",
    summary: "θ += hp, p += −h∇U − h(h/2)(Σ/T)p − hξp + √(2ATh) R, ξ += h(p·p/d − T)",
    law: "exp(−U/T) N(p; 0, T) N(ξ; A, T/d) as h → 0, for gradient noise of any covariance Σ that "
      + "the estimate meets", program: "AKD", covariance: .friction, needsCovariance: true,
    source: "Shang, Zhu, Leimkuhler & Storkey 2015")

  public static let symmetricCCAdL = SamplerPreset(
    name: "SymmetricCCAdL",
    summary: "BADODAB with C p ← exp(−(h/2)(h/2)Σ/T) p on either side of its middle",
    law: "as CCAdL's, with a step that is symmetric but for the noise", program: "BACDODCAB",
    takesIntegrator: true, covariance: .friction, needsCovariance: true,
    source: "Shang, Zhu, Leimkuhler & Storkey 2015; Leimkuhler & Shang 2016")

  public static let baoab = langevin(
    "BAOAB", "B p −= h∇U/2, A θ += hp/2, O p ← cp + √(T(1 − c²)) R, A, B; c = e^{−γh}",
    law:
      "exp(−U/T) to second order in h and to fourth at high friction; on U = q²/2 the variance of "
      + "q is T exactly, that of p T(1 − h²/4)")

  public static let baoa = langevin(
    "BAOA", "B p −= h∇U, A θ += hp/2, O p ← cp + √(T(1 − c²)) R, A; c = e^{−γh}",
    law: "BAOAB's law of θ; on U = q²/2 the variances of q and p are T exactly")

  public static let obabo = langevin(
    "OBABO", "O p ← cp + √(T(1 − c²)) R, B p −= h∇U/2, A θ += hp, B, O; c = e^{−γh/2}",
    law:
      "exp(−U/T) to second order in h; on U = q²/2 the variance of q is T/(1 − h²/4), that of p T")

  private static func langevin(_ program: String, _ summary: String, law: String) -> SamplerPreset {
    SamplerPreset(
      name: program, summary: "Langevin dynamics: " + summary, law: law, program: program,
      source: "Leimkuhler & Matthews 2013")
  }

  public static let langevin = SamplerPreset(
    name: "Langevin", summary: "Langevin dynamics by the sub-steps of `integrator`",
    law:
      "exp(−U/T) to second order in h for rows that read the same backwards; BAOAB's is the best",
    program: "BAOAB", takesIntegrator: true, source: "Leimkuhler & Matthews 2013")

  public static let cyclicalSGLD = SamplerPreset(
    name: "CyclicalSGLD",
    summary:
      "SGLD with h_k = (h/2)(1 + cos(π mod(k−1, m)/m)), m = ⌈steps/cycles⌉: without noise in "
      + "each cycle's first part, then with it",
    law: "SGLD's near the end of each cycle, around several modes", program: "GN", isCyclic: true,
    source: "Zhang et al. 2020")

  public static let cyclicalSGHMC = SamplerPreset(
    name: "CyclicalSGHMC",
    summary:
      "SGHMC with lr_k = (lr/2)(1 + cos(π mod(k−1, m)/m)), m = ⌈steps/cycles⌉: without noise "
      + "in each cycle's first part, then with it",
    law: "SGHMC's near the end of each cycle, around several modes", program: "KA", isCyclic: true,
    source: "Zhang et al. 2020")
}
