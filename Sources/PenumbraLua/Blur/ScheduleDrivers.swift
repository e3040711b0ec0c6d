/// `pn.schedule`: numbers that measurements drive.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum ScheduleDrivers {
  static let entries = [
    Entry(
      "adaptive",
      "Holds what it observes at a target: after each `every` measurements of mean m it moves up where m > "
        + "target and down where m < target, by rate (sign), rate·(m − target) (proportional) or times "
        + "exp(rate·(m − target)) (multiplicative). For a blur's λ observe the discriminator's accuracy",
      Parameter<Options>.options(
        "adaptive", [start.doc, target.doc, rate.doc, every.doc, low.doc, high.doc, rule.doc]),
      returns: "Schedule",
      example: "local lambda = pn.schedule.adaptive{start = 1, target = 0.8, rate = 0.1, max = 2}\n"
        + "lambda:observe(0.95) -- the discriminator is ahead: more blur\n"
        + "assert(math.abs(lambda(1) - 1.1) < 1e-12)"
    ) { _, options in
      try Schedule.adaptive(
        start: options[start], target: options[target], rate: options[rate],
        every: options[every], minimum: options[low], maximum: options[high],
        rule: TargetRule(rawValue: options[rule]) ?? .sign)
    },
    Entry(
      "ada",
      "Adaptive discriminator augmentation's rule (Karras et al. 2020): from 0 to max by steps of "
        + "max·batch·every/images while the mean of E[sign D(real)] is above the target, and back",
      Parameter<Options>.options(
        "ada", [batch.doc, adaTarget.doc, adaEvery.doc, images.doc, adaMax.doc]),
      returns: "Schedule",
      example: "local p = pn.schedule.ada{batch = 64}\nlocal D = pn.nn.Linear(2, 1)\n"
        + "for step = 1, 4 do p:observe(D(pn.randn(64, 2)):sign():mean()) end\nprint(p(1))"
    ) { _, options in
      try Schedule.ada(
        batch: options[batch], target: options[adaTarget], every: options[adaEvery],
        images: options[images], maximum: options[adaMax])
    },
    Entry(
      "plateau",
      "Times `factor` whenever what it observes, a loss, has not improved for more than `patience` "
        + "measurements: PyTorch's ReduceLROnPlateau",
      Parameter<Options>.options(
        "plateau",
        [
          from.doc, factor.doc, patience.doc, threshold.doc, isAbsolute.doc, mode.doc,
          cooldown.doc, least.doc,
        ]),
      returns: "Schedule",
      example: "local lr = pn.schedule.plateau{from = 1, factor = 0.5, patience = 1}\n"
        + "for _, loss in ipairs{3, 2, 2, 2} do lr:observe(loss) end\nassert(lr(1) == 0.5)"
    ) { _, options in
      var settings = Schedule.PlateauSettings(start: try options[from])
      settings.factor = try options[factor]
      settings.patience = try options[patience]
      settings.threshold = try options[threshold]
      settings.isRelative = try !options[isAbsolute]
      settings.mode = PlateauMode(rawValue: try options[mode]) ?? .min
      settings.cooldown = try options[cooldown]
      settings.minimum = try options[least]
      return try Schedule.plateau(settings)
    },
    Entry(
      "follow",
      "scale·(m/reference)^power, m the running mean of what it observes: the trace of the gradients' "
        + "covariance (`opt:trace()`), a norm, a loss; `scale` before the first measurement",
      Parameter<Options>.options(
        "follow", [scale.doc, power.doc, reference.doc, decay.doc, low.doc, high.doc]),
      returns: "Schedule",
      example: "local noise = pn.schedule.follow{scale = 0.1, power = 0.5, decay = 0}\n"
        + "noise:observe(2) -- the first is the reference\nnoise:observe(8)\n"
        + "assert(math.abs(noise(1) - 0.2) < 1e-12)"
    ) { _, options in
      var settings = Schedule.FollowSettings(scale: try options[scale])
      settings.power = try options[power]
      settings.reference = try options[reference]
      settings.decay = try options[decay]
      settings.minimum = try options[low]
      settings.maximum = try options[high]
      return try Schedule.follow(settings)
    },
    Entry(
      "driven",
      "A number that starts at `start` and is update(value, measurement, count) after each measurement",
      Parameter<Options>.options("driven", [drivenStart.doc, update.doc]), returns: "Schedule",
      example: "local s = pn.schedule.driven{start = 1, update = function(value, loss, count)\n"
        + "  return loss > 2 and value * 2 or value / 2\nend}\ns:observe(3)\nassert(s(1) == 2)"
    ) { _, options in
      let function = try options[update]
      return try Schedule.driven(start: options[drivenStart]) { value, measurement, count in
        try function.number(
          [.number(value), .number(measurement), .integer(Int64(count))], "schedule.driven")
      }
    },
  ]

  private static let start = Parameter<Double>(
    "start", .number, default: 0, shown: "0", "the number before the first measurement")
  private static let target = Parameter<Double>("target", .number, "of the measurements")
  private static let rate = Parameter<Double>(
    "rate", .number, "of its moves; negative turns them round")
  private static let every = Parameter<Int>(
    "every", .count, default: 1, "measurements that are averaged for a move")
  private static let low = Parameter<Double>(
    "min", .number, default: 0, shown: "0", "least number")
  private static let high = Parameter<Double>(
    "max", .number, default: .infinity, shown: "math.huge", "greatest number")
  private static let rule = Parameter<String>(
    "rule", .choice(TargetRule.allCases.map(\.rawValue)), default: "sign", shown: "\"sign\"")

  private static let batch = Parameter<Int>("batch", .count, "real examples a measurement")
  private static let adaTarget = Parameter<Double>("target", .number, default: 0.6)
  private static let adaEvery = Parameter<Int>("every", .count, default: 4)
  private static let images = Parameter<Double>(
    "images", .positive, default: 500_000, shown: "500000", "examples from 0 to max")
  private static let adaMax = Parameter<Double>("max", .positive, default: 1, shown: "1")

  private static let from = Parameter<Double>("from", .nonNegative, "the number at first")
  private static let factor = Parameter<Double>("factor", .nonNegative, default: 0.1)
  private static let patience = Parameter<Int>(
    "patience", .integer, default: 10, "measurements without improvement that are borne")
  private static let threshold = Parameter<Double>(
    "threshold", .nonNegative, default: 1e-4, shown: "1e-4", "the least improvement")
  private static let isAbsolute = Parameter<Bool>(
    "absolute", .boolean, default: false, "the threshold is not relative to the best")
  private static let mode = Parameter<String>(
    "mode", .choice(PlateauMode.allCases.map(\.rawValue)), default: "min", shown: "\"min\"",
    "what is better")
  private static let cooldown = Parameter<Int>(
    "cooldown", .integer, default: 0, "measurements that do not count after a fall")
  private static let least = Parameter<Double>(
    "min", .nonNegative, default: 0, shown: "0", "least number")

  private static let scale = Parameter<Double>("scale", .number, "the number at the reference")
  private static let power = Parameter<Double>("power", .number, default: 1, shown: "1")
  private static let reference = Parameter<Double?>.optional(
    "reference", .positive, "the first measurement if left out")
  private static let decay = Parameter<Double>(
    "decay", .probability, default: 0.99, "what is kept of the running mean")

  private static let drivenStart = Parameter<Double>("start", .number)
  private static let update = Parameter<LuaReference>(
    "update", .function, "function(value, measurement, count) → number")
}
