/// `pn.run`: the run that a script belongs to. What is logged, drawn and kept.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraFigures
internal import PenumbraRuns
internal import PenumbraTensor

enum RunClass {
  static let definition: LuaClass<ScriptRun> = LuaClass<ScriptRun>(
    "Run", methods: library.methods,
    metamethods: [
      (
        "__tostring",
        { frame in
          let run = try frame.requireObject(at: 1, of: definition)
          frame.returns("Run(\(run.writer?.folder.path ?? "none"))")
        }
      )
    ],
    index: { frame in
      let run = try frame.requireObject(at: 1, of: definition)
      let record = run.writer?.record
      switch frame.string(at: 2) {
      case "active": frame.returns(run.writer != nil)
      case "resumed": frame.returns(run.writer?.isResumed ?? false)
      case "dir": try (run.writer?.folder.path).give(to: frame)
      case "name": try (record?.name).give(to: frame)
      case "id": try (record?.id).give(to: frame)
      case "seed": run.seed.map { frame.returns($0) } ?? frame.returnsNil()
      case "step": frame.returns(run.step)
      case "stopping": frame.returns(run.stop.isRequested)
      default: throw frame.unknownField(at: 2, besides: fields.map(\.name))
      }
    })

  /// Names, and types as the reference names them.
  static let fields = [
    (name: "active", type: "boolean"), (name: "resumed", type: "boolean"),
    (name: "dir", type: "string or nil"), (name: "name", type: "string or nil"),
    (name: "id", type: "string or nil"), (name: "seed", type: "integer or nil"),
    (name: "step", type: "integer"), (name: "stopping", type: "boolean"),
  ]

  static let this = Parameter<ScriptRun>("self", .object("Run", definition))
  private static let tag = Parameter<String>("name", .string)
  private static let step = Parameter<Int?>.optional(
    "step",
    .integer.refined("integer ≥ 0") { value in
      guard value >= 0 else { throw BadValue(expected: "an integer of at least 0") }
      return value
    }, "by default the last that was logged")

  static let library = Library(
    "pn.run",
    "The run that a script belongs to under `penumbra run`: what is logged, drawn and kept goes into "
      + "its folder. Outside a run the same calls check their arguments and write nothing. Fields: "
      + "active (whether there is a run), dir (its folder, or nil), name, id, seed (of --seed, or nil), "
      + "resumed, step (the last that was logged), stopping (whether the run was asked to stop).",
    isClass: true,
    [
      Entry(
        "log",
        "Writes numbers, or Tensors of one element, of a step: {step = 10, loss = 0.5, D = {real = x}} "
          + "gives loss and D/real. Without a step it is the one after the last. The progress line shows "
          + "them. What happens to a value that is not finite is said by --on-nan",
        this, Parameter<LuaReference>("values", .table), returns: "nothing",
        example: "pn.run:log{step = 1, loss = 0.5, D = {real = pn.ones(1), fake = 0.1}}"
      ) { call, run, _ in
        try run.loopBegins(call.frame, call.name)
        let logged = try LoggedValues(call.frame, 2, call.name)
        run.noteLogged(logged.values)
        if let progress = call.context.progress { progress.show(logged.values) }
        if let writer = run.writer {
          run.step = try writer.log(logged.values, step: logged.step)
        } else {
          let (next, overflow) = run.step.addingReportingOverflow(1)
          run.step = logged.step ?? (overflow ? run.step : next)
        }
        return NoResult()
      },
      Entry(
        "histogram",
        "Writes how a Tensor's elements are distributed, in bins of equal width from the smallest to the "
          + "largest", this, tag, Parameter<Tensor>("values", .tensor),
        Parameter<Options>.options("histogram", [step.doc, bins.doc]), returns: "nothing",
        example: "pn.run:histogram(\"weights\", pn.randn(100), {step = 1, bins = 20})"
      ) { call, run, name, values, options in
        try run.loopBegins(call.frame, call.name)
        try RunWriter.check(name, call.name)
        let (step, bins) = (try options[step], try options[bins])
        try run.writer?.histogram(name, HistogramCounts(values, bins: bins), step: step)
        return NoResult()
      },
      Entry(
        "image",
        "Writes images [n, c, h, w], [n, h, w] or [h, w] as one PNG grid, as pn.save_images does",
        this,
        tag, Parameter<Tensor>("images", .tensor),
        Parameter<Options>.options("image", [step.doc] + FileFunctions.gridOptions),
        returns: "the file's path, or nil outside a run",
        example: "pn.run:image(\"samples\", pn.rand(4, 1, 8, 8), {step = 1, columns = 2})"
      ) { call, run, name, images, options in
        try run.loopBegins(call.frame, call.name)
        try RunWriter.check(name, call.name)
        let batch = images.rank == 2 ? try images.unsqueeze(0) : images
        let grid = try FileFunctions.grid(options, batch, call.name)
        let step = try options[step]
        return try run.writer?.picture(name, in: "images", operation: call.name, step: step) {
          try PNG.writeGrid(batch, to: $0, grid)
        }
      },
      Entry(
        "figure", "Draws a figure, as pn.plot.save does, as PNG", this, tag,
        Parameter<LuaReference>("figure", .table, "as for pn.plot.save"),
        Parameter<Options>.options("figure", [step.doc]),
        returns: "the file's path, or nil outside a run",
        example: "pn.run:figure(\"sine\", {panels = {{series = {{kind = \"line\", x = {1, 2}, "
          + "y = {3, 4}}}}}}, {step = 1})"
      ) { call, run, name, _, options in
        try run.loopBegins(call.frame, call.name)
        try RunWriter.check(name, call.name)
        let figure = try FigureDecoder(frame: call.frame, operation: call.name).figure(3)
        let step = try options[step]
        return try run.writer?.picture(name, in: "figures", operation: call.name, step: step) {
          try figure.write(to: $0)
        }
      },
      Entry(
        "text", "Writes a text, which TensorBoard shows as Markdown", this, tag,
        Parameter<String>("text", .string), Parameter<Options>.options("text", [step.doc]),
        returns: "nothing", example: "pn.run:text(\"notes\", \"the **first** try\")"
      ) { call, run, name, text, options in
        try run.loopBegins(call.frame, call.name)
        try RunWriter.check(name, call.name)
        let step = try options[step]
        try run.writer?.text(name, text, step: step)
        return NoResult()
      },
      Entry(
        "path",
        "The path of a file of the script's own in the run's folder; its folders are made. Outside a run "
          + "the name itself", this, Parameter<String>("name", .string, "relative, without .."),
        returns: "string", example: "print(pn.run:path(\"results.txt\"))"
      ) { call, run, name in
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.isEmpty, !name.utf8.contains(0),
          parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
        else {
          throw TensorError(
            .value, call.name, argument: "name", expected: "a relative path without '..'",
            got: "'\(name)'")
        }
        return try run.writer?.path(name) ?? name
      },
    ] + RunCheckpoints.entries)

  private static let bins = Parameter<Int>(
    "bins",
    .count.refined("integer from 1 to 10000") { value in
      guard value <= 10_000 else { throw BadValue(expected: "an integer from 1 to 10000") }
      return value
    }, default: 30)
}
