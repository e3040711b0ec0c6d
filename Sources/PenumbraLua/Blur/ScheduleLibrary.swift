/// `pn.schedule`: numbers over time, for the blur level, the noise, the learning rate.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum ScheduleLibrary {
  private static let from = Parameter<Double>("from", .number, "value at step 0")
  private static let to = Parameter<Double>("to", .number, "value from `steps` on")
  private static let steps = Parameter<Double>("steps", .positive, "how long it takes")

  static let library = Library(
    "pn.schedule",
    "Numbers over time: call one with a step. Whatever takes a number over time takes one of these, a number, "
      + "or a function of the step.",
    [
      ramp("linear", "from + (to − from) t/steps") { try .linear(from: $0, to: $1, steps: $2) },
      ramp("cosine", "Half a cosine from `from` to `to`") {
        try .cosine(from: $0, to: $1, steps: $2)
      },
      ramp("exponential", "from · (to/from)^(t/steps)") {
        try .exponential(from: $0, to: $1, steps: $2)
      },
      Entry(
        "constant", "The same value always", Parameter<Double>("value", .number),
        returns: "Schedule", example: "assert(pn.schedule.constant(2)(10) == 2)"
      ) { _, value in try Schedule.constant(value) },
      Entry(
        "polynomial", "a (b + t)^−gamma", Parameter<Double>("a", .number),
        Parameter<Double>("b", .positive), Parameter<Double>("gamma", .number),
        returns: "Schedule", example: "print(pn.schedule.polynomial(1, 1, 0.55)(100))"
      ) { _, a, b, gamma in try Schedule.polynomial(scale: a, offset: b, power: gamma) },
      Entry(
        "piecewise", "Straight lines between points {step, value}",
        Parameter<[[Double]]>("points", .list(of: .list(of: .number))), returns: "Schedule",
        example: "assert(pn.schedule.piecewise{{0, 1}, {10, 0}}(5) == 0.5)"
      ) { _, points in
        try Schedule.piecewise(
          points.map { point in
            guard point.count == 2 else {
              throw TensorError(
                .value, "piecewise", expected: "points {step, value}", got: "\(point)")
            }
            return (step: point[0], value: point[1])
          })
      },
      Entry(
        "power",
        "to + (from − to)·(1 − t/steps)^power, constant afterwards: PyTorch's PolynomialLR",
        Parameter<Options>.options("power", [from.doc, to.doc, steps.doc, power.doc]),
        returns: "Schedule",
        example: "local s = pn.schedule.power{from = 1, to = 0, steps = 10, power = 2}\n"
          + "assert(s(5) == 0.25)"
      ) { _, options in
        try Schedule.power(
          from: options[from], to: options[to], steps: options[steps], power: options[power])
      },
      Entry(
        "hyperbolic", "from/(1 + t/half_life): half at half_life, a third at twice that",
        Parameter<Options>.options("hyperbolic", [from.doc, halfLife.doc]), returns: "Schedule",
        example: "assert(pn.schedule.hyperbolic{from = 3, half_life = 5}(10) == 1)"
      ) { _, options in
        try Schedule.hyperbolic(from: options[from], halfLife: options[halfLife])
      },
      Entry(
        "step",
        "from·factor^⌊t/every⌋: PyTorch's StepLR, and ExponentialLR with every = 1",
        Parameter<Options>.options("step", [from.doc, factor.doc, every.doc]),
        returns: "Schedule",
        example: "assert(pn.schedule.step{from = 8, factor = 0.5, every = 10}(35) == 1)"
      ) { _, options in
        try Schedule.step(from: options[from], factor: options[factor], every: options[every])
      },
      Entry(
        "steps",
        "values[1] until before at[1], then values[2], ...: PyTorch's MultiStepLR and more",
        Parameter<Options>.options("steps", [values.doc, boundaries.doc]), returns: "Schedule",
        example: "local s = pn.schedule.steps{values = {3, 2, 1}, at = {10, 20}}\n"
          + "assert(s(9) == 3 and s(10) == 2 and s(20) == 1)"
      ) { _, options in try Schedule.steps(options[values], at: options[boundaries]) },
      Entry(
        "custom", "A function of the step as a schedule, to combine with others",
        Parameter<LuaReference>("fn", .callable, "function(step) → number"), returns: "Schedule",
        example: "local s = pn.schedule.custom(function(t) return t ^ 2 end):clamp(0, 9)\n"
          + "assert(s(2) == 4 and s(5) == 9)"
      ) { _, function in
        Schedule("custom") { try function.number([.number($0)], "schedule.custom") }
      },
    ] + ScheduleCycles.entries + ScheduleDrivers.entries)

  private static let power = Parameter<Double>("power", .positive, default: 1, shown: "1")
  private static let halfLife = Parameter<Double>("half_life", .positive)
  private static let factor = Parameter<Double>("factor", .nonNegative, "of each fall")
  private static let every = Parameter<Double>("every", .positive, "steps between falls")
  private static let values = Parameter<[Double]>("values", .list(of: .number))
  private static let boundaries = Parameter<[Double]>(
    "at", .list(of: .number), "rising steps, one fewer than values")

  private static func ramp(
    _ name: String, _ formula: String,
    _ make: @escaping @Sendable (Double, Double, Double) throws -> Schedule
  ) -> Entry {
    Entry(
      name, formula + ", constant afterwards",
      Parameter<Options>.options(name, [from.doc, to.doc, steps.doc]), returns: "Schedule",
      example: "print(pn.schedule.\(name){from = 1, to = 0.1, steps = 100}(50))"
    ) { _, options in
      try make(options[from], options[to], options[steps])
    }
  }
}
