/// `pn.schedule`: what goes up and down again.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum ScheduleCycles {
  static let entries = [
    Entry(
      "cyclical",
      "from/2·(1 + cos(π mod(k−1, L)/L)), L = ⌈steps/cycles⌉: falls to 0 and starts again, for "
        + "cyclical sampling (Zhang et al. 2020)",
      Parameter<Options>.options("cyclical", [peak.doc, cycleSteps.doc, cycles.doc]),
      returns: "Schedule",
      example: "local lr = pn.schedule.cyclical{from = 0.1, steps = 100, cycles = 4}\n"
        + "assert(lr(1) == 0.1 and lr(26) == 0.1)"
    ) { _, options in
      try Schedule.cyclical(
        from: options[peak], steps: options[cycleSteps], cycles: options[cycles])
    },
    Entry(
      "cyclical_phase",
      "0 in the first part `explore` of each cycle, `value` in the rest: the temperature of a "
        + "cyclical sampler, or the weight of its samples",
      Parameter<Options>.options(
        "cyclical_phase", [phaseValue.doc, cycleSteps.doc, cycles.doc, explore.doc]),
      returns: "Schedule",
      example: "local T = pn.schedule.cyclical_phase{steps = 100, cycles = 4, explore = 0.8}\n"
        + "assert(T(1) == 0 and T(25) == 1)"
    ) { _, options in
      try Schedule.cyclicalPhase(
        value: options[phaseValue], steps: options[cycleSteps], cycles: options[cycles],
        explore: options[explore])
    },
    Entry(
      "cosine_restarts",
      "to + (from − to)(1 + cos(π c/L))/2, c steps into a cycle of length L = period·growthᵏ: PyTorch's "
        + "CosineAnnealingWarmRestarts",
      Parameter<Options>.options(
        "cosine_restarts", [peak.doc, bottom.doc, period.doc, growth.doc]),
      returns: "Schedule",
      example: "local s = pn.schedule.cosine_restarts{from = 1, period = 10, growth = 2}\n"
        + "assert(s(0) == 1 and s(10) == 1 and s(30) == 1)"
    ) { _, options in
      try Schedule.cosineRestarts(
        from: options[peak], to: options[bottom], period: options[period],
        growth: options[growth])
    },
    Entry(
      "triangular",
      "Straight lines from low to high in `up` steps and back in `down`, the peaks all alike, halved each "
        + "time, or falling by gammaᵗ: PyTorch's CyclicLR",
      Parameter<Options>.options(
        "triangular", [low.doc, high.doc, up.doc, down.doc, decay.doc, gamma.doc]),
      returns: "Schedule",
      example: "local s = pn.schedule.triangular{low = 0, high = 1, up = 4}\n"
        + "assert(s(2) == 0.5 and s(4) == 1 and s(8) == 0)"
    ) { _, options in
      try Schedule.triangular(
        low: options[low], high: options[high], up: options[up], down: options[down],
        decay: Schedule.PeakDecay(rawValue: options[decay]) ?? .none, gamma: options[gamma])
    },
    Entry(
      "one_cycle",
      "From peak/div up to peak at step rise·steps − 1, down to peak/(div·final_div) at steps − 1: PyTorch's "
        + "OneCycleLR, whose steps count from 0",
      Parameter<Options>.options(
        "one_cycle",
        [
          top.doc, total.doc, rise.doc, divisor.doc, finalDivisor.doc, anneal.doc, threePhase.doc,
        ]),
      returns: "Schedule",
      example: "local s = pn.schedule.one_cycle{peak = 1, steps = 100}\n"
        + "assert(s(0) == 1 / 25 and s(29) == 1)"
    ) { _, options in
      try Schedule.oneCycle(
        peak: options[top], steps: options[total], rise: options[rise], divisor: options[divisor],
        finalDivisor: options[finalDivisor],
        anneal: Schedule.Anneal(rawValue: options[anneal]) ?? .cosine,
        hasThreePhases: options[threePhase])
    },
  ]

  private static let peak = Parameter<Double>("from", .number, "value at each cycle's start")
  private static let cycleSteps = Parameter<Double>("steps", .positive, "K, of all cycles together")
  private static let cycles = Parameter<Double>("cycles", .positive, "M, how many there are")
  private static let phaseValue = Parameter<Double>(
    "value", .number, default: 1, shown: "1", "value while sampling")
  private static let explore = Parameter<Double>(
    "explore", .probability, default: 0.5, "the part of a cycle that explores")
  private static let bottom = Parameter<Double>(
    "to", .number, default: 0, shown: "0", "value at each cycle's end")
  private static let period = Parameter<Double>("period", .positive, "of the first cycle")
  private static let growth = Parameter<Double>(
    "growth", .number, default: 1, shown: "1", "of the cycles' lengths, at least 1")
  private static let low = Parameter<Double>("low", .number)
  private static let high = Parameter<Double>("high", .number, "of the first peak")
  private static let up = Parameter<Double>("up", .positive, "steps")
  private static let down = Parameter<Double?>.optional("down", .positive, "steps, as many as up")
  private static let decay = Parameter<String>(
    "decay", .choice(Schedule.PeakDecay.allCases.map(\.rawValue)), default: "none",
    shown: "\"none\"", "of the peaks")
  private static let gamma = Parameter<Double>(
    "gamma", .positive, default: 1, shown: "1", "of the exponential decay")
  private static let top = Parameter<Double>("peak", .number)
  private static let total = Parameter<Double>("steps", .positive, "of the whole")
  private static let rise = Parameter<Double>(
    "rise", .probability, default: 0.3, "the part of the steps that goes up")
  private static let divisor = Parameter<Double>(
    "div", .positive, default: 25, shown: "25", "peak over the first value")
  private static let finalDivisor = Parameter<Double>(
    "final_div", .positive, default: 1e4, shown: "1e4", "first value over the last")
  private static let anneal = Parameter<String>(
    "anneal", .choice(Schedule.Anneal.allCases.map(\.rawValue)), default: "cosine",
    shown: "\"cosine\"")
  private static let threePhase = Parameter<Bool>(
    "three_phase", .boolean, default: false, "down as it came up, then to the last value")
}
