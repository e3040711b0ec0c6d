// `penumbra [options] [script [args]]`: what lua.c's main function does, in its order.

internal import LuaEmbedding
internal import Penumbra
internal import PenumbraTensor

struct ScriptCommand {
  let words: [Word]
  let invocation: Invocation
  /// Where the modules are reported that the script asks for, if somebody wants to know.
  private let modules = ModuleReport.inherited

  init(words: [Word], invocation: Invocation) {
    (self.words, self.invocation) = (words, invocation)
  }

  /// Returns the exit code.
  func run() -> Int32 {
    if invocation.showsHelp {
      Console.write(Usage.full + "\n")
      return ExitCode.success
    }
    if invocation.showsProductVersion {
      Console.write(Version.product + "\n")
      return ExitCode.success
    }
    if invocation.showsVersion { Console.write(Version.luaCopyright + "\n") }
    if let threads = invocation.threads { Threads.count = threads }
    do {
      let interpreter = try Interpreter(ignoresEnvironment: invocation.ignoresEnvironment)
      defer { interpreter.runtime.state.close() }
      return run(with: interpreter)
    } catch {
      return report(error)
    }
  }

  private func run(with interpreter: Interpreter) -> Int32 {
    do {
      try modules?.install(in: interpreter.runtime.state)
      try interpreter.setArguments(words, scriptAt: invocation.scriptPosition)
      try interpreter.interruptible { try perform(with: interpreter) }
      if startsSession {
        let skipsInit = invocation.ignoresEnvironment || invocation.skipsInitFile
        try Session(interpreter, initFile: skipsInit ? nil : InitFile.standard()).run()
      }
      return ExitCode.success
    } catch {
      return report(error)
    }
  }

  private func report(_ error: any Error) -> Int32 {
    let isInterrupt = (error as? LuaError)?.isInterrupt ?? false
    // Who watches a script interrupts it to run it again, and says so.
    if !(isInterrupt && modules != nil) {
      ErrorReport(hasColour: Console.hasColour(Console.errors)).show(error)
    }
    return isInterrupt ? ExitCode.interrupted : ExitCode.scriptError
  }

  private var inputIsTerminal: Bool { Console.isTerminal(Console.input) }

  private var startsSession: Bool {
    invocation.isInteractive || (invocation.readsStandardInput && inputIsTerminal)
  }

  private func perform(with interpreter: Interpreter) throws {
    if !invocation.ignoresEnvironment { try interpreter.runInitialization() }
    for step in invocation.steps { try perform(step, with: interpreter) }
    switch invocation.script {
    case .file(let path):
      try run(file: path.luaValue, with: interpreter)
    case .standardInput:
      try run(file: .nil, with: interpreter)
    case .none:
      if invocation.readsStandardInput, !inputIsTerminal { try interpreter.run(file: .nil) }
    }
  }

  private func run(file: LuaValue, with interpreter: Interpreter) throws {
    // lua.c reads `arg` when the script has compiled.
    let chunk = try interpreter.compile(file: file)
    try interpreter.runtime.call(chunk, interpreter.scriptArguments())
  }

  private func perform(_ step: Invocation.Step, with interpreter: Interpreter) throws {
    switch step {
    case .execute(let text): try interpreter.run(text.luaValue, name: "=(command line)")
    case .require(let module, let global):
      try interpreter.require(module.luaValue, as: global.luaValue)
    case .warnings: try interpreter.turnWarningsOn()
    }
  }
}
