/// Schedules that explore and sample in cycles.

internal import Glibc
internal import PenumbraTensor

extension Schedule {
  /// h/2 (1 + cos(π mod(k − 1, L)/L)), L = ⌈steps/cycles⌉: falls from h to nearly 0, again and again.
  ///
  /// k counts from 1, as a sampler's steps do; before that the start holds. After `steps` it goes on.
  /// Source: Zhang et al. 2020 (cyclical SGLD and SGHMC).
  public static func cyclical(from peak: Double, steps: Double, cycles: Double) throws -> Schedule {
    try requireFinite(peak, "cyclical", "from")
    let length = try cycleLength("cyclical", steps, cycles)
    let shown = "from=\(text(peak)), steps=\(text(steps)), cycles=\(text(cycles))"
    return Schedule("cyclical(\(shown))") {
      peak / 2 * (1 + cos(.pi * cycleFraction($0, length)))
    }
  }

  /// The phases of such cycles: 0 in the first `explore` of each (mod(k − 1, L)/L < explore), where the
  /// sampler looks for a mode, and `value` in the rest, where it samples: a temperature, or the weight
  /// of a collected sample.
  public static func cyclicalPhase(
    value: Double = 1, steps: Double, cycles: Double, explore: Double
  ) throws -> Schedule {
    try requireFinite(value, "cyclical_phase", "value")
    try require(
      explore >= 0 && explore <= 1, "cyclical_phase", "explore", "a number from 0 to 1", explore)
    let length = try cycleLength("cyclical_phase", steps, cycles)
    let shown =
      "value=\(text(value)), steps=\(text(steps)), cycles=\(text(cycles)), "
      + "explore=\(text(explore))"
    return Schedule("cyclical_phase(\(shown))") {
      cycleFraction($0, length) < explore ? 0 : value
    }
  }

  /// to + (from − to) (1 + cos(π c/L)) / 2, c steps after the cycle's start; cycle k has length
  /// L = period · growthᵏ. PyTorch's CosineAnnealingWarmRestarts; Loshchilov & Hutter (2017).
  public static func cosineRestarts(
    from: Double, to: Double, period: Double, growth: Double = 1
  ) throws -> Schedule {
    try requireFinite(from, "cosine_restarts", "from")
    try requireFinite(to, "cosine_restarts", "to")
    try requirePositive(period, "cosine_restarts", "period")
    try require(
      growth >= 1 && growth.isFinite, "cosine_restarts", "growth", "a number of at least 1", growth)
    let shown =
      "from=\(text(from)), to=\(text(to)), period=\(text(period)), growth=\(text(growth))"
    return Schedule("cosine_restarts(\(shown))") { step in
      let fraction =
        growth == 1
        ? step.truncatingRemainder(dividingBy: period) / period
        : growingFraction(step, period, growth)
      return to + (from - to) * (1 + cos(.pi * fraction)) / 2
    }
  }

  /// How much of its cycle has passed, cycle k being growthᵏ times as long as the first.
  private static func growingFraction(_ step: Double, _ period: Double, _ growth: Double) -> Double
  {
    func start(_ cycle: Double) -> Double { period * (pow(growth, cycle) - 1) / (growth - 1) }
    var cycle = (log1p(step / period * (growth - 1)) / log(growth)).rounded(.down)
    // Rounding may name a neighbour.
    if start(cycle + 1) <= step { cycle += 1 }
    if start(cycle) > step { cycle = max(0, cycle - 1) }
    return min((step - start(cycle)) / (period * pow(growth, cycle)), 1)
  }

  /// How a triangular schedule's peaks change from cycle to cycle.
  public enum PeakDecay: String, Sendable, CaseIterable {
    /// All alike, PyTorch's "triangular".
    case none
    /// Each half as high as the last, PyTorch's "triangular2".
    case half
    /// Lower by gammaᵗ, PyTorch's "exp_range".
    case exponential
  }

  /// Straight lines between `low` and peaks at `high`, `up` steps up and `down` steps down again.
  /// PyTorch's CyclicLR; Smith (2017).
  public static func triangular(
    low: Double, high: Double, up: Double, down: Double? = nil, decay: PeakDecay = .none,
    gamma: Double = 1
  ) throws -> Schedule {
    let down = down ?? up
    try requireFinite(low, "triangular", "low")
    try requireFinite(high, "triangular", "high")
    try requirePositive(up, "triangular", "up")
    try requirePositive(down, "triangular", "down")
    try requirePositive(gamma, "triangular", "gamma")
    let fade = decay == .none ? "" : ", decay=\(decay.rawValue)"
    let shown = "low=\(text(low)), high=\(text(high)), up=\(text(up)), down=\(text(down))\(fade)"
    let length = up + down
    return Schedule("triangular(\(shown))") { step in
      let cycle = (step / length).rounded(.down)
      let place = step - cycle * length
      let height = place <= up ? place / up : (length - place) / down
      let part =
        switch decay {
        case .none: height
        case .half: height * pow(0.5, cycle)
        case .exponential: height * pow(gamma, step)
        }
      return low + (high - low) * part
    }
  }

  /// How a one-cycle schedule goes from one number to the next.
  public enum Anneal: String, Sendable, CaseIterable {
    case cosine, linear

    func between(_ a: Double, _ b: Double, _ fraction: Double) -> Double {
      switch self {
      case .cosine: a + (b - a) / 2 * (1 - cos(.pi * fraction))
      case .linear: a + (b - a) * fraction
      }
    }
  }

  /// From peak/divisor up to `peak` at step rise · steps − 1, then down to peak/(divisor · finalDivisor) at
  /// step steps − 1, where it stays. With three phases it first goes down as it came, at
  /// 2 rise · steps − 2. PyTorch's OneCycleLR, whose steps count from 0; Smith & Topin (2018).
  public static func oneCycle(
    peak: Double, steps: Double, rise: Double = 0.3, divisor: Double = 25,
    finalDivisor: Double = 1e4, anneal: Anneal = .cosine, hasThreePhases: Bool = false
  ) throws -> Schedule {
    let name = "one_cycle"
    try requireFinite(peak, name, "peak")
    try requirePositive(steps, name, "steps")
    try requirePositive(divisor, name, "div")
    try requirePositive(finalDivisor, name, "final_div")
    let room = hasThreePhases ? 0.5 : 1
    try require(
      rise > 0 && rise <= room && rise * steps > 1, name, "rise",
      "more than 1/steps and at most \(text(room))", rise)
    let low = peak / divisor
    let top = rise * steps - 1
    var points = [(0, low), (top, peak)]
    if hasThreePhases { points.append((2 * rise * steps - 2, low)) }
    if steps - 1 > points[points.count - 1].0 { points.append((steps - 1, low / finalDivisor)) }
    let shown = "peak=\(text(peak)), steps=\(text(steps)), rise=\(text(rise))"
    return Schedule("one_cycle(\(shown), \(anneal.rawValue))") { [points] step in
      for (a, b) in zip(points, points.dropFirst()) where step < b.0 {
        return anneal.between(a.1, b.1, (step - a.0) / (b.0 - a.0))
      }
      return points[points.count - 1].1
    }
  }

  private static func cycleLength(_ name: String, _ steps: Double, _ cycles: Double) throws
    -> Double
  {
    try requirePositive(steps, name, "steps")
    try require(cycles >= 1 && cycles <= steps, name, "cycles", "from 1 to `steps`", cycles)
    return (steps / cycles).rounded(.up)
  }

  /// mod(k − 1, L)/L, in [0, 1)
  private static func cycleFraction(_ step: Double, _ length: Double) -> Double {
    max(0, step - 1).truncatingRemainder(dividingBy: length) / length
  }
}
