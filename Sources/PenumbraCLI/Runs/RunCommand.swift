// `penumbra run`: a script with a folder in which everything about it is kept.

internal import Glibc
internal import LuaEmbedding
internal import Penumbra
internal import PenumbraLua
internal import PenumbraRuns
internal import PenumbraTensor

struct RunCommand {
  /// The words of the whole command.
  let words: [Word]
  let invocation: RunInvocation

  init(_ words: [Word]) throws(UsageError) {
    self.words = words
    invocation = try RunInvocation(Array(words.dropFirst(2)))
  }

  /// What is run: as the command says, or the record of the run that goes on.
  private struct Plan {
    var script: Word
    var arguments: [Word]
    var settings: [String]
    var seed: Int?
    /// A run that goes on has the threads that it had: their number changes the last bits of sums.
    var threads: Int?
    var folder: RunFolder?
  }

  /// Returns the exit code.
  func run() -> Int32 {
    if invocation.showsHelp {
      Console.write(RunUsage.run + "\n")
      return ExitCode.success
    }
    if invocation.isolation == .parent { return IsolatedRun(words, invocation).run() }
    do {
      if invocation.isolation == .child { try Confinement(invocation).enter() }
      let plan = try plan()
      // What does not compile makes no folder.
      _ = try LuaState().load(file: plan.script.text)
      if let threads = plan.threads { Threads.count = threads }
      if let limit = invocation.memoryLimit { MemoryPool.limit = limit }
      let writer = try writer(plan)
      return try run(plan, writer)
    } catch {
      ErrorReport(hasColour: Console.hasColour(Console.errors)).show(error)
      return RunEnd(of: error, cause: nil).code
    }
  }

  // MARK: - What to run

  private func plan() throws -> Plan {
    let settings = invocation.settings
    guard let resume = invocation.resume else {
      guard let script = invocation.script else { throw LuaError(message: "run: no script") }
      return Plan(
        script: script, arguments: invocation.arguments ?? [], settings: settings,
        seed: invocation.seed, threads: invocation.threads)
    }
    let folder = try folder(resume)
    guard let record = folder.record() else {
      throw LuaError(message: "run: '\(folder.path)' holds no run")
    }
    // Settings given anew take the place of those of their names.
    let names = Set(settings.map { $0.prefix { $0 != "=" } })
    let kept = record.settings.filter { !names.contains($0.prefix { $0 != "=" }) }
    return Plan(
      script: invocation.script ?? Word(record.script),
      arguments: invocation.arguments ?? record.arguments.map { Word($0) },
      settings: kept + settings,
      seed: invocation.seed ?? record.seed,
      threads: invocation.threads ?? (1...1024 ~= record.threads ? record.threads : nil),
      folder: folder)
  }

  private func folder(_ resume: RunInvocation.Resume) throws -> RunFolder {
    let catalogue = RunCatalogue(invocation.out)
    switch resume {
    case .folder(let word): return try catalogue.find(word, operation: "run")
    case .last:
      let name = invocation.name.map(RunName.slug)
      let runs = catalogue.runs().filter { name == nil || $0.record.name == name }
      guard let newest = runs.last else {
        throw LuaError(message: "run: there is no run to resume in '\(invocation.out)'")
      }
      return newest.folder
    }
  }

  /// Opens the run's folder; nil where the script only shows its options or is only checked.
  private func writer(_ plan: Plan) throws -> RunWriter? {
    let shows = ["--help", "-h", "--print-config"]
    if invocation.isCheck || invocation.sandbox == .pure
      || plan.arguments.contains(where: { shows.contains($0.text) })
    {
      return nil
    }
    let writer: RunWriter
    if let folder = plan.folder {
      writer = try RunWriter.resume(
        folder, command: words.map(\.text), settings: plan.settings, logs: invocation.logs,
        onNaN: invocation.onNaN)
    } else {
      writer = try RunWriter.create(
        start(plan), in: invocation.out, logs: invocation.logs, onNaN: invocation.onNaN)
    }
    writer.warn = { Console.writeError("penumbra: \($0)\n") }
    let verb = writer.isResumed ? "resuming" : "run"
    Console.writeError("penumbra: \(verb) \(writer.folder.path)\n")
    return writer
  }

  private func start(_ plan: Plan) -> RunStart {
    let path = plan.script.text
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let name = file.hasSuffix(".lua") ? String(file.dropLast(4)) : file
    var start = RunStart(name: invocation.name ?? name, script: Machine.absolute(path))
    start.arguments = plan.arguments.map(\.text)
    start.settings = plan.settings
    start.seed = plan.seed
    start.versions = Machine.versions
    start.host = Machine.host
    start.folder = Machine.folder
    start.threads = Threads.count
    start.command = words.map(\.text)
    return start
  }

  // MARK: - Running

  private var isSandboxed: Bool { invocation.sandbox != .trusted }

  private func profile(_ writer: RunWriter?) -> Runtime.Profile {
    switch invocation.sandbox {
    case .trusted: .trusted
    case .experiment:
      .experiment(folders: invocation.folders + [writer?.folder.path].compactMap { $0 })
    case .pure: .pure
    }
  }

  private func run(_ plan: Plan, _ writer: RunWriter?) throws -> Int32 {
    let settings = plan.settings.map { text in
      let name = text.prefix { $0 != "=" }
      return ScriptRun.Setting(String(name), String(text.dropFirst(name.count + 1)))
    }
    let run = ScriptRun(
      writer: writer, settings: settings, seed: plan.seed, isCheck: invocation.isCheck)
    RunExit.watch(writer)
    let interpreter = try Interpreter(
      ignoresEnvironment: isSandboxed, run: run, luaMemoryLimit: invocation.memoryLimit,
      profile: profile(writer))
    defer { interpreter.runtime.state.close() }
    let supervisor = Supervisor(
      interpreter.runtime.interruptHandle, run.stop, timeout: invocation.timeout)
    supervisor.start()
    let outcome = Result { try perform(plan, writer, interpreter) }
    supervisor.scriptEnded()
    interpreter.runtime.state.clearInterrupt()
    if invocation.isCheck, let code = reportCheck(plan, run, outcome) { return code }
    return end(outcome, run, interpreter, supervisor)
  }

  private func perform(_ plan: Plan, _ writer: RunWriter?, _ interpreter: Interpreter) throws {
    let command = words.first ?? Word("penumbra")
    try interpreter.setArguments(
      [command, Word("run"), plan.script] + plan.arguments, scriptAt: 2)
    if !isSandboxed { try interpreter.runInitialization() }
    if let writer { try ModuleRecorder.install(writer, in: interpreter.runtime.state) }
    // A sandbox does not let its own `loadfile` read the script.
    let chunk =
      isSandboxed
      ? try interpreter.runtime.state.load(file: plan.script.text)
      : try interpreter.compile(file: plan.script.luaValue)
    try interpreter.runtime.call(chunk, interpreter.scriptArguments())
  }

  /// Calls what the script wants to be called when it was asked to stop, reports, and records the end.
  private func end(
    _ outcome: Result<Void, any Error>, _ run: ScriptRun, _ interpreter: Interpreter,
    _ supervisor: Supervisor
  ) -> Int32 {
    let report = ErrorReport(hasColour: Console.hasColour(Console.errors))
    var end = RunEnd.success
    if case .failure(let error) = outcome {
      end = RunEnd(of: error, cause: supervisor.cause)
      run.scriptStopped()
      if end.isStop, let function = run.interruptFunction {
        do { try interpreter.runtime.call(function) } catch { report.show(error) }
      }
      if end.isStop, run.writer != nil {
        Console.writeError("penumbra: \(end.state.rawValue) at step \(run.step)\n")
      } else {
        report.show(error)
      }
    } else if run.config == nil, let setting = run.settings.first {
      Console.writeError("penumbra: --set \(setting.name): the script has not called pn.config\n")
    }
    do {
      try run.writer?.finish(end.state, exitCode: Int(end.code), error: end.message)
    } catch {
      report.show(error)
      return end.code == 0 ? ExitCode.scriptError : end.code
    }
    return end.code
  }

  /// What `--check` found; nil where the script failed.
  private func reportCheck(
    _ plan: Plan, _ run: ScriptRun, _ outcome: Result<Void, any Error>
  ) -> Int32? {
    let found: String
    if let loop = run.loop {
      found = "compiles, its options are right, and it runs as far as its loop (\(loop))"
    } else if case .success = outcome {
      found = "compiles, its options are right, and it runs to its end, without a loop"
    } else {
      return nil
    }
    Console.write("\(plan.script.text): \(found)\n")
    for (name, value) in run.config ?? [] { Console.write("\(name)=\(value)\n") }
    return ExitCode.success
  }
}
