/// `pn.save_checkpoint` and `pn.load_checkpoint`: whole experiments in one file.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

enum CheckpointFunctions {
  static let entries: [Entry] = [
    Entry(
      "save_checkpoint",
      "Writes an experiment into one file, whole or not at all: a table of numbers, strings, booleans, "
        + "Tensors, further tables, and objects with a state (modules, optimisers and samplers, batches, "
        + "generators, weight averages, reservoirs, schedules, filters, and your own that have "
        + "state_dict and load_state_dict, or state and load). Numbers are kept bit for bit. The file is a "
        + "safetensors file, whose tensors other programs can read",
      Parameter<String>("path", .string), Parameter<LuaReference>("state", .table),
      returns: "nothing", example: example
    ) { call, path, _ in
      try Checkpoint.save(
        CheckpointEncoder.encode(call.frame, 2, call.name), to: path, operation: call.name)
      return NoResult()
    },
    Entry(
      "load_checkpoint",
      "Reads what save_checkpoint wrote, given the same table with freshly made objects: these, and "
        + "Tensors in the table, are filled in place; numbers, strings, booleans and tables come from the "
        + "file. Returns a table with all of it. An object, a Tensor or a name of the table that the file "
        + "does not have, or that does not fit, is an error, and so is an object of the file that the table "
        + "does not have; nothing has been changed then. Without a table objects come back as their states. "
        + "A schedule must be the same as before",
      Parameter<String>("path", .string),
      Parameter<LuaReference?>.optional("state", .table, "as it was given to save_checkpoint"),
      returns: "table", example: example
    ) { call, path, given in
      let root = try Checkpoint.load(path, operation: call.name)
      var restoration = CheckpointRestoration(call.frame, path: path, operation: call.name)
      return try restoration.run(root, targetsAt: given == nil ? nil : 2)
    },
  ]

  private static let example =
    "local function experiment()\n  local net = pn.nn.Linear(2, 1)\n  return {\n    net = net, "
    + "opt = pn.optim.Adam(net:parameters(), {lr = 1e-3}),\n"
    + "    generator = pn.default_generator(), step = 0, losses = {},\n  }\nend\n"
    + "local path, run = os.tmpname(), experiment()\nrun.step, run.losses[1] = 1, 0.5\n"
    + "pn.save_checkpoint(path, run)\n-- later, in another process:\n"
    + "local again = pn.load_checkpoint(path, experiment())\n"
    + "assert(again.step == 1 and again.net.weight:equal(run.net.weight))\nos.remove(path)"
}

/// An object whose state can be read and written.
struct StatefulObject {
  /// What it is called in a file: its class's name, or "object" for a script's own.
  let kind: String
  /// The methods that read and write its state; nil for filters, see `FilterState`.
  let methods: (read: String, write: String)?
  /// What must be the same when the state is loaded, beside its class: a schedule's description.
  var identity: String?

  private static let pairs = [
    (read: "state_dict", write: "load_state_dict"), (read: "state", write: "load"),
    (read: "state", write: "set_state"),
  ]

  /// What the value at a stack index is; nil for one without a state.
  static func at(_ index: Int, of frame: LuaFrame) throws -> StatefulObject? {
    if let luaClass = frame.luaClass(at: index) {
      guard !frame.isReleased(at: index), luaClass !== TensorClass.definition else { return nil }
      let names = Set(luaClass.methodNames)
      let methods = pairs.first { names.contains($0.read) && names.contains($0.write) }
      guard methods != nil || luaClass === FilterClass.definition else { return nil }
      let schedule = frame.object(at: index, of: ScheduleClass.definition)
      return StatefulObject(
        kind: luaClass.name, methods: methods, identity: schedule.map { "\($0.schedule)" })
    }
    guard frame.type(at: index) == .table else { return nil }
    let table = try frame.reference(at: index)
    func has(_ name: String) throws -> Bool {
      if case .reference(let field) = try table.get(name) { return field.type == .function }
      return false
    }
    for pair in pairs where try has(pair.read) && has(pair.write) {
      return StatefulObject(kind: "object", methods: pair)
    }
    return nil
  }
}
