/// The userdata class of schedules: calling, arithmetic, methods.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

/// A schedule as a Lua object: `lambda(step)`.
final class ScheduleObject {
  let schedule: Schedule

  init(_ schedule: Schedule) { self.schedule = schedule }
}

extension Schedule: LuaResult {
  func give(to frame: LuaFrame) {
    frame.returns(ScheduleObject(self), as: ScheduleClass.definition)
  }
}

enum ScheduleClass {
  static let definition: LuaClass<ScheduleObject> = LuaClass<ScheduleObject>(
    "Schedule", methods: library.methods,
    metamethods: [
      (
        "__call",
        { frame in
          let step = try step.decode(frame, 2, "Schedule", place: "argument 1")
          frame.returns(try object(frame).schedule.value(at: step))
        }
      ),
      ("__tostring", { frame in frame.returns("\(try object(frame).schedule)") }),
      operation("__mul", "*") { try $0.times($1) },
      operation("__add", "+") { try $0.plus($1) },
      operation("__sub", "-") { try $0.plus($1.scaled(by: -1)) },
      ("__unm", { frame in try object(frame).schedule.scaled(by: -1).give(to: frame) }),
      (
        "__div",
        { frame in
          guard let this = frame.object(at: 1, of: definition) else {
            throw TensorError(
              .value, "schedule./", expected: "a schedule divided by a number",
              got: frame.describe(at: 1))
          }
          let divisor = try Parameter<Double>("divisor", .number).decode(frame, 2, "schedule./")
          try this.schedule.scaled(by: 1 / divisor).give(to: frame)
        }
      ),
    ])

  private static func object(_ frame: LuaFrame) throws -> ScheduleObject {
    try frame.requireObject(at: 1, of: definition)
  }

  /// An operator on two schedules, or a schedule and a number.
  private static func operation(
    _ event: String, _ symbol: String,
    _ body: @escaping @Sendable (Schedule, Schedule) throws -> Schedule
  ) -> (String, LuaFunction) {
    (
      event,
      { frame in
        let name = "schedule.\(symbol)"
        try body(other.decode(frame, 1, name), other.decode(frame, 2, name)).give(to: frame)
      }
    )
  }

  private static let this = Parameter<ScheduleObject>("self", .object("Schedule", definition))
  private static let step = Parameter<Double>("step", .number)
  private static let other = Parameter<Schedule>("other", .scheduleOrNumber)
  private static let low = Parameter<Double?>.optional("min", .number, "none if left out")
  private static let high = Parameter<Double?>.optional("max", .number, "none if left out")
  private static let warmFrom = Parameter<Double>(
    "from", .probability, default: 0, shown: "0", "the part of it that it begins with")
  private static let measurement = Parameter<Double>(
    "value", .measurement, "an accuracy, a loss, a trace: what this schedule is driven by")
  private static let driven = "local s = pn.schedule.plateau{from = 1, patience = 0}\n"

  static let library = Library(
    "Schedule",
    "A number over time: call it with a step. `*`, `+`, `-` combine schedules and numbers.",
    isClass: true,
    [
      Entry(
        "then_", "Follows this schedule until `step`, then the other one from its own step 0", this,
        Parameter<Schedule>("next", .scheduleOrNumber),
        Parameter<Double>("step", .positive), returns: "Schedule",
        example: "local s = pn.schedule\n"
          + "assert(s.constant(1):then_(s.linear{from = 1, to = 0, steps = 10}, 5)(10) == 0.5)"
      ) { _, object, next, step in try object.schedule.then(next, at: step) },
      Entry(
        "scale", "This schedule times a number", this, Parameter<Double>("factor", .number),
        returns: "Schedule", example: "assert(pn.schedule.constant(1):scale(3)(1) == 3)"
      ) { _, object, factor in try object.schedule.scaled(by: factor) },
      Entry(
        "clamp", "Held between two bounds", this, low, high, returns: "Schedule",
        example: "assert(pn.schedule.constant(5):clamp(0, 1)(1) == 1)"
      ) { _, object, low, high in try object.schedule.clamped(minimum: low, maximum: high) },
      Entry(
        "min", "The lesser of two schedules at each step", this, other, returns: "Schedule",
        example: "local line = pn.schedule.linear{from = 4, to = 0, steps = 4}\n"
          + "assert(line:min(3)(0) == 3 and line:min(3)(2) == 2)"
      ) { _, object, other in try object.schedule.minimum(other) },
      Entry(
        "max", "The greater of two schedules at each step", this, other, returns: "Schedule",
        example: "local line = pn.schedule.linear{from = 4, to = 0, steps = 4}\n"
          + "assert(line:max(1)(4) == 1 and line:max(1)(2) == 2)"
      ) { _, object, other in try object.schedule.maximum(other) },
      Entry(
        "warm_up", "Times from + (1 − from)·t/steps over the first steps", this,
        Parameter<Double>("steps", .positive),
        Parameter<Options>.options("warm_up", [warmFrom.doc]), returns: "Schedule",
        example: "assert(pn.schedule.constant(1):warm_up(10)(5) == 0.5)"
      ) { _, object, steps, options in
        try object.schedule.warmedUp(over: steps, from: options[warmFrom])
      },
      Entry(
        "observe",
        "Tells a driven schedule its measurement, after which its number may change; where several drive it, "
          + "each part observes its own", this, measurement, returns: "nothing",
        example: driven + "s:observe(0.5)\ns:observe(0.6) -- no better\nassert(s(1) == 0.1)"
      ) { _, object, value in
        try object.schedule.observe(value)
        return NoResult()
      },
      Entry(
        "state", "What a driven schedule's numbers to come depend on: a table for each driver",
        this,
        returns: "table of tables", example: driven + "s:observe(0.5)\nprint(s:state()[1].best)"
      ) { _, object in
        LuaValue.array(
          zip(object.schedule.drivers, object.schedule.state).map { driver, numbers in
            .table(
              [(key: "schedule", value: .string(driver.name))]
                + numbers.map { (key: $0.name, value: .number($0.value)) })
          })
      },
      Entry(
        "load", "Goes on from a state, bit for bit", this,
        Parameter<[DriverTable]>("state", .list(of: .driverTable)), returns: "nothing",
        example: driven + "s:observe(0.5)\n"
          + "local again = pn.schedule.plateau{from = 1, patience = 0}\nagain:load(s:state())"
      ) { _, object, tables in
        for (table, driver) in zip(tables, object.schedule.drivers) where table.name != driver.name
        {
          throw TensorError(
            .value, "load", argument: "state", expected: "the state of \(driver.name)",
            got: "that of \(table.name)")
        }
        try object.schedule.load(tables.map(\.numbers))
        return NoResult()
      },
      Entry(
        "plot", "Draws it as a PNG, SVG or PDF; a driven one at its present number", this,
        Parameter<Options>.options("plot", SchedulePlot.options), returns: "nothing",
        example: "local path = os.tmpname() .. \".svg\"\n"
          + "pn.schedule.cosine{from = 1, to = 0, steps = 100}:plot{path = path, to = 120}\n"
          + "os.remove(path)"
      ) { _, object, options in
        try SchedulePlot.draw(object.schedule, options)
        return NoResult()
      },
    ])
}

/// A driver's state as a script gives it back.
struct DriverTable {
  let name: String
  let numbers: [(name: String, value: Double)]
}

extension ParameterType where Value == DriverTable {
  static let driverTable = ParameterType("table {schedule = name, numbers}") { frame, index in
    guard frame.type(at: index) == .table else { return nil }
    let name = try frame.withField("schedule", ofTableAt: index) { frame.string(at: $0) }
    guard let name else { throw BadValue(expected: "the name `schedule` in each state") }
    var numbers: [(name: String, value: Double)] = []
    try frame.forEachField(ofTableAt: index) { key, slot in
      guard let field = frame.string(at: key), field != "schedule" else { return }
      guard let value = frame.number(at: slot) else {
        throw BadValue(expected: "the number '\(field)', got \(frame.describe(at: slot))")
      }
      numbers.append((field, value))
    }
    return DriverTable(name: name, numbers: numbers.sorted { $0.name < $1.name })
  }
}

extension ParameterType where Value == Schedule {
  static let scheduleOrNumber = ParameterType("Schedule or number") { frame, index in
    if let number = frame.number(at: index) {
      guard number.isFinite else { throw BadValue(expected: "a finite number or a Schedule") }
      return try .constant(number)
    }
    return try ParameterType<ScheduleObject>.object("Schedule", ScheduleClass.definition)
      .decode(frame, index)?.schedule
  }
}

extension ParameterType where Value == Double {
  /// A number, or a tensor with one element.
  static let measurement = ParameterType("number or Tensor of one element") { frame, index in
    if let number = frame.number(at: index) { return number }
    guard let tensor = frame.object(at: index, of: TensorClass.definition) else { return nil }
    guard tensor.elementCount == 1 else {
      throw BadValue(expected: "a tensor of one element, got shape \(tensor.shape)")
    }
    return try tensor.item()
  }
}
