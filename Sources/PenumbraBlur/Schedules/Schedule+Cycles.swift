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
