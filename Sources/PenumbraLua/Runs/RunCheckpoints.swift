/// `pn.run:checkpoint`, `:restore`, `:due`, `:on_interrupt`: stopping and going on.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraRuns
internal import PenumbraTensor

enum RunCheckpoints {
  /// The entry of pn's own random numbers, beside what the script keeps.
  private static let generatorKey = "pn.default_generator"

  static let entries: [Entry] = [
    Entry(
      "due",
      "Whether this is a step to make a checkpoint at: each `every`-th, and any once the run was asked "
        + "to stop by Ctrl-C, SIGTERM or --timeout. A script that asks at the end of each step is not "
        + "interrupted in the middle of one", RunClass.this,
      Parameter<Int>("step", .integer), Parameter<Int>("every", .count), returns: "boolean",
      example: "local step = 500\nif pn.run:due(step, 500) then\n"
        + "  pn.run:checkpoint{step = step}\nend"
    ) { call, run, step, every in
      try run.loopBegins(call.frame, call.name)
      let isAsked = run.tellRequest(call.frame)
      return isAsked || step % every == 0
    },
    Entry(
      "checkpoint",
      "Keeps a table as pn.save_checkpoint does, whole or not at all, and pn's own random numbers with "
        + "it; its field `step` says how far the run is (by default the last step logged). The newest "
        + "stay, and the best by a metric that was logged. Where the run was asked to stop it stops here",
      RunClass.this, Parameter<LuaReference>("state", .table),
      Parameter<Options>.options("checkpoint", [keep.doc, best.doc, metric.doc, mode.doc]),
      returns: "nothing",
      example: "local net = pn.nn.Linear(2, 1)\nlocal state = {step = 0, net = net, "
        + "optimizer = pn.optim.Adam(net:parameters())}\n"
        + "for step = 1, 3 do\n  state.step = step\n"
        + "  pn.run:log{step = step, loss = 1 / step}\n"
        + "  pn.run:checkpoint(state, {best = 2, metric = \"loss\"})\nend"
    ) { call, run, _, options in
      try run.loopBegins(call.frame, call.name)
      let step = try step(call, run)
      let rotation = CheckpointRotation(
        last: try options[keep], best: try options[best],
        prefersGreater: try options[mode] == "max")
      let name = try options[metric]
      guard rotation.best == 0 || name != nil else {
        throw TensorError(
          .value, call.name, argument: "option (metric)",
          "missing: 'best' needs the name of a metric")
      }
      let score = name.flatMap { run.lastLogged[$0] }
      let tree = try CheckpointEncoder.encode(call.frame, 2, call.name)
      if let writer = run.writer {
        let whole = adding(call.context.generator.state, to: tree)
        try writer.addCheckpoint(
          step: step, score: score, rotation: rotation, ending: ".safetensors"
        ) { try Checkpoint.save(whole, to: $0, operation: call.name) }
        run.stopIfAsked(call.frame)
      }
      return NoResult()
    },
    Entry(
      "restore",
      "Where the run goes on from a checkpoint: fills the objects and Tensors of the same table as for "
        + "checkpoint, as pn.load_checkpoint does, sets pn's own random numbers, and returns a table with "
        + "everything; else nil. Called once, when everything in the table has been made",
      RunClass.this,
      Parameter<LuaReference?>.optional("state", .table, "as it is given to checkpoint"),
      returns: "table, or nil where the run starts from its beginning",
      example: "local state = {step = 0, net = pn.nn.Linear(2, 1)}\n"
        + "state = pn.run:restore(state) or state\nassert(state.step == 0)"
    ) { call, run, given in
      try run.loopBegins(call.frame, call.name)
      if let writer = run.writer, writer.isResumed, writer.isReady, !writer.checkpoints.isEmpty {
        throw TensorError(.value, call.name, "the run's checkpoint has been taken before")
      }
      guard let writer = run.writer, writer.isResumed,
        let (checkpoint, path, tree) = try newest(writer, call.name)
      else { return LuaValue.nil }
      let (root, generator) = separate(tree)
      var restoration = CheckpointRestoration(call.frame, path: path, operation: call.name)
      let state = try restoration.run(root, targetsAt: given == nil ? nil : 2)
      try writer.goOn(from: checkpoint)
      if let generator { call.context.generator.state = generator }
      run.step = writer.step
      for row in MetricTable.tail(of: writer.folder.metricsPath) { run.noteLogged(row.values) }
      return state
    },
    Entry(
      "on_interrupt",
      "Calls fn() when the run was asked to stop by Ctrl-C, SIGTERM or --timeout, after the script has "
        + "stopped; there may be no checkpoint of that step yet, and the step may be half done. A second "
        + "Ctrl-C ends at once", RunClass.this, Parameter<LuaReference>("fn", .function),
      returns: "nothing",
      example: "pn.run:on_interrupt(function() print(\"stopped at\", pn.run.step) end)"
    ) { _, run, function in
      run.interruptFunction = function
      return NoResult()
    },
  ]

  private static let keep = Parameter<Int>(
    "keep", .count, default: 1, "how many of the newest stay")
  private static let best = Parameter<Int>(
    "best",
    .integer.refined("integer ≥ 0") { value in
      guard value >= 0 else { throw BadValue(expected: "an integer of at least 0") }
      return value
    }, default: 0, "how many of the best stay besides")
  private static let metric = Parameter<String?>.optional(
    "metric", .string,
    "by whose last logged value the best are chosen; one without a value yet is none of them")
  private static let mode = Parameter<String>(
    "mode", .choice(["min", "max"]), default: "min", shown: "\"min\"", "which values are best")

  /// The field `step` of the state, or the last step logged.
  private static func step(_ call: Call, _ run: ScriptRun) throws -> Int {
    try call.frame.withField("step", ofTableAt: 2) { slot in
      guard !call.frame.isNoneOrNil(at: slot) else { return run.step }
      guard let step = call.frame.integer(at: slot), step >= 0 else {
        throw TensorError(
          .value, call.name, argument: "step", expected: "an integer of at least 0",
          got: call.frame.describe(at: slot))
      }
      return Int(step)
    }
  }

  /// The newest checkpoint that can be read; damaged ones are passed over with a warning.
  private static func newest(
    _ writer: RunWriter, _ operation: String
  ) throws -> (SavedCheckpoint, String, Checkpoint.Value)? {
    var failure: TensorError?
    for (checkpoint, path) in writer.checkpoints {
      do {
        return (checkpoint, path, try Checkpoint.load(path, operation: operation))
      } catch let error as TensorError where error.kind == .file {
        writer.warn("the checkpoint of step \(checkpoint.step) is damaged: \(error)")
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return nil
  }

  private static func adding(_ state: Generator.State, to tree: Checkpoint.Value)
    -> Checkpoint.Value
  {
    let words = [state.seed, state.low, state.high].map {
      Checkpoint.Value.integer(Int64(bitPattern: $0))
    }
    var entries: [(key: Checkpoint.Key, value: Checkpoint.Value)]
    switch tree {
    case .table(let own): entries = own
    case .list(let elements):
      entries = elements.enumerated().map { (.integer(Int64($0 + 1)), $1) }
    default: entries = []
    }
    entries.append((.string(generatorKey), .list(words)))
    return .table(entries)
  }

  private static func separate(_ tree: Checkpoint.Value) -> (Checkpoint.Value, Generator.State?) {
    guard case .table(var entries) = tree,
      let place = entries.firstIndex(where: { entry in
        if case .string(generatorKey) = entry.key { true } else { false }
      }), case .list(let words) = entries[place].value, words.count == 3
    else { return (tree, nil) }
    entries.remove(at: place)
    let bits = words.compactMap { word in
      if case .integer(let value) = word { UInt64(bitPattern: value) } else { nil }
    }
    guard bits.count == 3 else { return (.table(entries), nil) }
    return (.table(entries), Generator.State(seed: bits[0], low: bits[1], high: bits[2]))
  }
}
