/// The class of profiles: fields, rows, a table for people, a trace file.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

/// A profile as a Lua object.
final class ProfileObject {
  let profile: Profile

  init(_ profile: Profile) { self.profile = profile }
}

enum ProfileClass {
  static let definition: LuaClass<ProfileObject> = LuaClass<ProfileObject>(
    "Profile", methods: library.methods,
    metamethods: [
      (
        "__tostring",
        { frame in
          frame.returns(try frame.requireObject(at: 1, of: definition).profile.table())
        }
      )
    ],
    index: { frame in
      let profile = try frame.requireObject(at: 1, of: definition).profile
      switch frame.string(at: 2) {
      case "wall_ms": frame.returns(profile.wallTime * 1e3)
      case "forward_ms": frame.returns(profile.time(in: .forward) * 1e3)
      case "backward_ms": frame.returns(profile.time(in: .backward) * 1e3)
      case "lua_ms": frame.returns(profile.time(in: .outside) * 1e3)
      case "calls": frame.returns(profile.calls)
      case "bytes": frame.returns(profile.bytes)
      case "events": frame.returns(profile.events.count)
      case "dropped_events": frame.returns(profile.droppedEvents)
      default: throw frame.unknownField(at: 2)
      }
    })

  static let fields = [
    "wall_ms", "forward_ms", "backward_ms", "lua_ms", "calls", "bytes", "events", "dropped_events",
  ]

  private static let this = Parameter<ProfileObject>("self", .object("Profile", definition))
  private static let order = Parameter<Profile.Order>(
    "sort", .word(), default: .own, shown: "\"self\"", "greatest first")
  private static let grouping = Parameter<Profile.Grouping>(
    "by", .word(), default: .operation, shown: "\"operation\"", "what a row sums up")
  private static let limit = Parameter<Int>("limit", .count, default: 20, "rows shown")
  private static let sample =
    "local profile = pn.profile(function() pn.ones(8, 8):matmul(pn.ones(8, 8)) end)\n"

  static let library = Library(
    "Profile",
    "What the operations of a function cost. Fields: wall_ms, which is the sum of forward_ms, "
      + "backward_ms and lua_ms (what is between operations); calls, bytes (of tensor memory), "
      + "events, dropped_events.",
    isClass: true,
    [
      Entry(
        "rows",
        "All rows, each {operation, phase (\"forward\", \"backward\", or \"outside\" for what is "
          + "between operations), line (nil where no script called it), others (how many further "
          + "lines or operations the row sums up), calls, total_ms, self_ms, percent, bytes, "
          + "flops}; self_ms sums to wall_ms",
        this, Parameter<Options>.options("rows", [order.doc, grouping.doc]),
        returns: "table of tables",
        example: sample
          + "for _, row in ipairs(profile:rows{by = \"line\"}) do print(row.line, row.self_ms) end"
      ) { _, object, options in
        LuaValue.array(
          object.profile.rows(by: try options[grouping], sortedBy: try options[order]).map(fields))
      },
      Entry(
        "table", "The rows as a text in columns; print(profile) shows that of the defaults",
        this, Parameter<Options>.options("table", [order.doc, grouping.doc, limit.doc]),
        returns: "string",
        example: sample + "print(profile:table{sort = \"total\", limit = 5})"
      ) { _, object, options in
        object.profile.table(
          by: try options[grouping], sortedBy: try options[order], limit: try options[limit])
      },
      Entry(
        "save",
        "Writes the course of events as a Chrome trace, for ui.perfetto.dev or about:tracing, whole "
          + "or not at all: nested slices of lines, operations and derivatives", this,
        Parameter<String>("path", .string), returns: "nothing",
        example: sample + "local path = os.tmpname()\nprofile:save(path)\nos.remove(path)"
      ) { _, object, path in
        try ChromeTrace.write(object.profile, to: path, operation: "save")
        return NoResult()
      },
    ])

  private static func fields(_ row: Profile.Row) -> LuaValue {
    .table([
      (key: "operation", value: .string(row.operation)),
      (key: "phase", value: .string(row.phase.rawValue)),
      (key: "line", value: row.line.map(LuaValue.string) ?? .nil),
      (key: "others", value: .integer(Int64(row.others))),
      (key: "calls", value: .integer(Int64(row.calls))),
      (key: "total_ms", value: .number(row.total * 1e3)),
      (key: "self_ms", value: .number(row.own * 1e3)),
      (key: "percent", value: .number(row.share * 100)),
      (key: "bytes", value: .integer(Int64(row.bytes))),
      (key: "flops", value: .number(row.flops)),
    ])
  }
}

extension ParameterType where Value: CaseIterable & RawRepresentable<String> & Sendable {
  /// One of an enumeration's words.
  fileprivate static func word() -> ParameterType {
    let words = ParameterType<String>.choice(Value.allCases.map(\.rawValue))
    let name = words.name
    return words.refined(name) { word in
      guard let value = Value(rawValue: word) else { throw BadValue(expected: name) }
      return value
    }
  }
}
