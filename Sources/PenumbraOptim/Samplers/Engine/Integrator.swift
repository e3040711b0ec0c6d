/// A sampler's step as a string of exact sub-steps, "BADODAB", and where a gradient enters it.

internal import PenumbraTensor

/// One step of length h as a row of letters. A letter that stands k times in it goes h/k each time.
///
/// With momenta p, potential U, friction or thermostat ξ, noise level A and preconditioner G = w²:
///
///     A   θ += h w p                              C   p ← exp(−h (h/2) wΣw/T) p
///     B   p −= h w ∇U                             D   ξ += h (p·p − d T)/μ, or each element's own
///     O   p ← e^{−ξh} p + √(2AT φ) R, φ = (1 − e^{−2ξh})/(2ξ)
///     F   p ← e^{−ξh} p                           W   p += √(2ATh) R
///     K   B, F, W and C at once, by Euler's rule: p += −h w∇U − hξp − h(h/2) wΣw/T p + √(2ATh) R
///
/// and without momenta
///
///     G   θ −= h G ∇U     N   θ += √(2hTG) R     L   θ += √(hTG/2) (R_t + R_{t+1})
///
/// Each is exact by itself, K excepted. A step costs one gradient: all of its Bs (or Ks, or Gs) must
/// see the same position. Sources: Leimkuhler & Matthews 2013; Leimkuhler & Shang 2016.
public struct Integrator: Sendable, Equatable {
  public enum SubStep: Character, Sendable, CaseIterable {
    case drift = "A"
    case kick = "B"
    case damping = "C"
    case thermostat = "D"
    case friction = "F"
    case eulerKick = "K"
    case ornsteinUhlenbeck = "O"
    case whiteNoise = "W"
    case descent = "G"
    case positionNoise = "N"
    case sharedPositionNoise = "L"

    var needsGradient: Bool { self == .kick || self == .eulerKick || self == .descent }
    /// Whether it works without momenta.
    var isOverdamped: Bool {
      self == .descent || self == .positionNoise || self == .sharedPositionNoise
    }
  }

  /// A sub-step and the part of h that it goes.
  struct Part: Equatable {
    let subStep: SubStep
    let fraction: Double
  }

  /// As written.
  public let program: String
  /// What follows the gradient in the step that it belongs to: its end.
  let tail: [Part]
  /// What follows in the next step, through its last drift.
  let head: [Part]
  /// Whether there are no momenta.
  public let isOverdamped: Bool

  /// - Throws: `TensorError` (value) for unknown letters, and for rows that make no sampler of one
  ///   gradient a step.
  public init(_ program: String, _ operation: String = "integrator") throws {
    func refusal(_ reason: String) -> TensorError {
      TensorError(.value, operation, argument: "integrator", "'\(program)' \(reason)")
    }
    let known = SubStep.allCases.map { String($0.rawValue) }.joined()
    guard !program.isEmpty, program.utf8.count <= 64 else {
      throw TensorError(
        .value, operation, argument: "integrator", expected: "1 to 64 letters of \(known)",
        got: "\(program.utf8.count)")
    }
    let steps = try program.map { letter in
      guard let step = SubStep(rawValue: letter) else {
        throw TensorError(
          .value, operation, argument: "integrator", expected: "letters of \(known)",
          got: "'\(letter)' in '\(program)'")
      }
      return step
    }
    func count(_ step: SubStep) -> Int { steps.reduce(0) { $0 + ($1 == step ? 1 : 0) } }
    isOverdamped = steps.contains(where: \.isOverdamped)
    if isOverdamped {
      guard steps.allSatisfy(\.isOverdamped) else {
        throw refusal("mixes sub-steps with momenta and without")
      }
      guard count(.descent) == 1, steps.first == .descent else {
        throw refusal("needs one G, in front: θ −= h G ∇U")
      }
      guard count(.positionNoise) + count(.sharedPositionNoise) == 1 else {
        throw refusal("needs one N or one L")
      }
    } else {
      guard count(.drift) > 0 else { throw refusal("needs an A: θ += h p") }
      guard (count(.kick) > 0) != (count(.eulerKick) > 0) else {
        throw refusal("needs a B (or else a K): p −= h ∇U")
      }
    }
    let parts = steps.map { Part(subStep: $0, fraction: 1 / Double(count($0))) }
    self.program = program
    guard !isOverdamped else {
      (tail, head) = ([], parts)
      return
    }
    // The gradient is taken where the last drift before it ends; the row goes round.
    let isMoving = parts.map { $0.subStep == .drift }
    let kicks = parts.indices.filter { parts[$0].subStep.needsGradient }
    func lastDrift(before index: Int) -> Int? {
      (1...parts.count).lazy.map { (index - $0 + parts.count) % parts.count }
        .first { isMoving[$0] }
    }
    let places = Set(kicks.compactMap(lastDrift))
    guard let place = places.first, places.count == 1 else {
      throw refusal("needs \(places.count) gradients a step; a step has one")
    }
    // From behind that drift to the end of the step, and from the next step's start through it.
    if kicks.contains(where: { $0 > place }) {
      (tail, head) = (Array(parts[(place + 1)...]), Array(parts[...place]))
    } else {
      (tail, head) = ([], parts)
    }
  }

  func uses(_ step: SubStep) -> Bool { (tail + head).contains { $0.subStep == step } }

  /// Whether the step has momenta whose heat a thermostat controls.
  public var isThermostatted: Bool { uses(.thermostat) }
  /// Whether the covariance of the gradient's noise acts as friction.
  public var isCovarianceControlled: Bool { uses(.damping) }

  public static func == (a: Integrator, b: Integrator) -> Bool { a.program == b.program }
}
