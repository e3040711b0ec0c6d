/// `pn.schedule`: numbers over time, for the blur level, the noise, the learning rate.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum ScheduleLibrary {
  static let definition: LuaClass<ScheduleObject> = LuaClass<ScheduleObject>(
    "Schedule", methods: methods.methods,
    metamethods: [
      (
        "__call",
        { frame in
          let this = try frame.requireObject(at: 1, of: definition)
          let step = try stepParameter.decode(frame, 2, "Schedule", place: "argument 1")
          frame.returns(this.schedule.value(at: step))
        }
      ),
      (
        "__tostring",
        { frame in frame.returns("\(try frame.requireObject(at: 1, of: definition).schedule)") }
      ),
    ])

  private static let stepParameter = Parameter<Double>("step", .number)
  private static let this = Parameter<ScheduleObject>("self", .object("Schedule", definition))
  private static let from = Parameter<Double>("from", .number, "value at step 0")
  private static let to = Parameter<Double>("to", .number, "value from `steps` on")
  private static let steps = Parameter<Double>("steps", .positive, "how long it takes")

  private static func give(_ schedule: Schedule) -> Instance<ScheduleObject> {
    Instance(ScheduleObject(schedule), definition)
  }

  static let library = Library(
    "pn.schedule", "Numbers over time: call one with a step.",
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
      ) { _, value in give(try .constant(value)) },
      Entry(
        "polynomial", "a (b + t)^−gamma", Parameter<Double>("a", .number),
        Parameter<Double>("b", .positive), Parameter<Double>("gamma", .number),
        returns: "Schedule", example: "print(pn.schedule.polynomial(1, 1, 0.55)(100))"
      ) { _, a, b, gamma in give(try .polynomial(scale: a, offset: b, power: gamma)) },
      Entry(
        "piecewise", "Straight lines between points {step, value}",
        Parameter<[[Double]]>("points", .list(of: .list(of: .number))), returns: "Schedule",
        example: "assert(pn.schedule.piecewise{{0, 1}, {10, 0}}(5) == 0.5)"
      ) { _, points in
        give(
          try .piecewise(
            points.map { point in
              guard point.count == 2 else {
                throw TensorError(
                  .value, "piecewise", expected: "points {step, value}", got: "\(point)")
              }
              return (step: point[0], value: point[1])
            }))
      },
      Entry(
        "cyclical",
        "from/2·(1 + cos(π mod(k−1, L)/L)), L = ⌈steps/cycles⌉: falls to 0 and starts again, for "
          + "cyclical sampling (Zhang et al. 2020)",
        Parameter<Options>.options("cyclical", [peak.doc, cycleSteps.doc, cycles.doc]),
        returns: "Schedule",
        example: "local lr = pn.schedule.cyclical{from = 0.1, steps = 100, cycles = 4}\n"
          + "assert(lr(1) == 0.1 and lr(26) == 0.1)"
      ) { _, options in
        give(
          try .cyclical(
            from: options[peak], steps: options[cycleSteps], cycles: options[cycles]))
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
        give(
          try .cyclicalPhase(
            value: options[phaseValue], steps: options[cycleSteps], cycles: options[cycles],
            explore: options[explore]))
      },
    ])

  private static let peak = Parameter<Double>("from", .number, "value at each cycle's start")
  private static let cycleSteps = Parameter<Double>("steps", .positive, "K, of all cycles together")
  private static let cycles = Parameter<Double>("cycles", .positive, "M, how many there are")
  private static let phaseValue = Parameter<Double>(
    "value", .number, default: 1, shown: "1", "value while sampling")
  private static let explore = Parameter<Double>(
    "explore", .probability, default: 0.5, "the part of a cycle that explores")

  private static func ramp(
    _ name: String, _ formula: String,
    _ make: @escaping @Sendable (Double, Double, Double) throws -> Schedule
  ) -> Entry {
    Entry(
      name, formula + ", constant afterwards",
      Parameter<Options>.options(name, [from.doc, to.doc, steps.doc]), returns: "Schedule",
      example: "print(pn.schedule.\(name){from = 1, to = 0.1, steps = 100}(50))"
    ) { _, options in
      give(try make(options[from], options[to], options[steps]))
    }
  }

  static let methods = Library(
    "Schedule", "A number over time.", isClass: true,
    [
      Entry(
        "after", "Follows this schedule until `step`, then the other one from its start", this,
        Parameter<ScheduleObject>("next", .object("Schedule", definition)),
        Parameter<Double>("step", .nonNegative), returns: "Schedule",
        example: "local s = pn.schedule\n"
          + "print(s.constant(1):after(s.linear{from = 1, to = 0, steps = 10}, 5)(10))"
      ) { _, schedule, next, step in
        give(try schedule.schedule.then(next.schedule, at: step))
      },
      Entry(
        "scale", "This schedule times a number", this, Parameter<Double>("factor", .number),
        returns: "Schedule", example: "assert(pn.schedule.constant(1):scale(3)(1) == 3)"
      ) { _, schedule, factor in give(try schedule.schedule.scaled(by: factor)) },
      Entry(
        "clamp", "Held between two bounds", this, Parameter<Double>("min", .number),
        Parameter<Double>("max", .number), returns: "Schedule",
        example: "assert(pn.schedule.constant(5):clamp(0, 1)(1) == 1)"
      ) { _, schedule, low, high in
        give(try schedule.schedule.clamped(minimum: low, maximum: high))
      },
      Entry(
        "warm_up", "Rises from 0 over the first steps", this, Parameter<Double>("steps", .positive),
        returns: "Schedule", example: "assert(pn.schedule.constant(1):warm_up(10)(5) == 0.5)"
      ) { _, schedule, steps in give(try schedule.schedule.warmedUp(over: steps)) },
    ])
}
