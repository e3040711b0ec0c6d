/// `pn.progress`: the progress of a loop as a Lua object.

internal import LuaEmbedding
internal import PenumbraTensor

enum ProgressClass {
  static let definition: LuaClass<Progress> = LuaClass<Progress>(
    "Progress", methods: library.methods,
    metamethods: [
      (
        "__call",
        { frame in
          let progress = try frame.requireObject(at: 1, of: definition)
          if let step = progress.next() { frame.returns(step) } else { frame.returnsNil() }
        }
      ),
      ("__close", { frame in frame.object(at: 1, of: definition)?.finish() }),
    ])

  private static let this = Parameter<Progress>("self", .object("Progress", definition))

  static let library = Library(
    "Progress", "The progress of a loop.", isClass: true,
    [
      Entry(
        "set", "Numbers to show beside the rate, by name", this,
        Parameter<[(name: String, value: Double)]>("values", .namedNumbers), returns: "nothing",
        example: "for i in pn.progress(3) do end\nlocal p = pn.progress(3)\np:set{loss = 0.5}"
      ) { _, progress, values in
        progress.set(values)
        return NoResult()
      },
      Entry(
        "update", "Says how many steps are done, for loops that count by themselves", this,
        Parameter<Int>("done", .integer), returns: "nothing",
        example: "local p = pn.progress(3)\np:update(1)"
      ) { _, progress, done in
        progress.update(done)
        return NoResult()
      },
      Entry(
        "finish", "Shows the last state; also done by <close>", this, returns: "nothing",
        example: "local p = pn.progress(3)\np:finish()"
      ) { _, progress in
        progress.finish()
        return NoResult()
      },
    ])

  static let entry = Entry(
    "progress",
    "for i in pn.progress(n) do: counts 1 ... n and reports rate, remaining time and what "
      + "pn.run:log was given on standard error; with `start` it counts from there, and so does the rate",
    Parameter<Int>("n", .integer),
    Parameter<Options>.options("progress", [label.doc, start.doc]), returns: "Progress",
    example: "for i in pn.progress(3, {label = \"train\"}) do end\n"
      + "for step in pn.progress(10, {start = 8}) do print(step) end"
  ) { call, total, options in
    guard total >= 0 else {
      throw TensorError(
        .value, "progress", argument: "n", expected: "an integer of at least 0", got: "\(total)")
    }
    try call.context.run.loopBegins(call.frame, call.name)
    let state = call.frame.state
    let progress = Progress(
      total: total, from: try options[start], label: try options[label],
      write: state.isOutputRedirected ? { [weak state] in state?.write($0, to: .errors) } : nil)
    call.context.progress = progress
    return Instance(progress, definition)
  }

  private static let label = Parameter<String>("label", .string, default: "", shown: "\"\"")
  private static let start = Parameter<Int>(
    "start", .count, default: 1, "the first number; after a resume the first step that is left")
}
