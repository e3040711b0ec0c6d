// The interactive mode: read, evaluate, print.

internal import LuaEmbedding
internal import Penumbra
internal import PenumbraLua

final class Session {
  let interpreter: Interpreter
  let evaluator: Evaluator
  let names: NameResolver
  let isTerminal: Bool
  /// What Lua says of a function; see `FunctionText`.
  let inspector: LuaReference
  /// Lua's own: a session may replace the global.
  let collectgarbage: LuaReference
  private let initFile: InitFile?
  private(set) var source = SessionSource()
  private(set) var journal = Journal()
  private var reader: any LineSource = PipedLines()

  /// - Parameter initFile: runs before the first prompt.
  init(_ interpreter: Interpreter, initFile: InitFile? = nil) throws {
    self.interpreter = interpreter
    self.initFile = initFile
    evaluator = try Evaluator(interpreter)
    names = try NameResolver(interpreter, evaluator.locals)
    let parts = try interpreter.runtime.run(
      FunctionText.inspectorSource, name: Evaluator.chunkName)
    guard parts.count == 2, let inspector = parts[0].reference,
      let collectgarbage = parts[1].reference
    else { throw LuaError(message: "the interactive mode could not start") }
    (self.inspector, self.collectgarbage) = (inspector, collectgarbage)
    let usesTerminal =
      Console.isTerminal(Console.input) && Console.isTerminal(Console.output)
    let completer = Completer(names)
    let editor =
      usesTerminal
      ? LineEditor(history: HistoryFile.standard()) { completer.tab(after: $0) } : nil
    isTerminal = editor != nil
    if let editor { reader = editor }
    try SessionGlobals.install(in: self)
  }

  /// Until Ctrl-D, `exit` or the end of the input.
  func run() throws {
    if isTerminal { showBanner() }
    SessionSignal.handled {
      runInitFile()
      readAll()
    }
  }

  private func showBanner() {
    Console.write(
      """
      \(Version.product)
      The global pn is there in this interactive mode only; scripts need: \
      local pn = require "penumbra"
      ?pn.randn shows the reference, %help the commands, Tab completes, exit or Ctrl-D leaves.

      """)
  }

  // MARK: - Reading

  private func readAll() {
    var text = ""
    var position = source.nextPosition()
    while true {
      switch reader.read(prompt: text.isEmpty ? "> " : ">> ") {
      case .end:
        if !text.isEmpty { show(evaluator.failure(of: text, at: position)) }
        return
      case .interrupted:
        text = ""
      case .line(let line):
        if text.isEmpty {
          if isFarewell(line) { return }
          position = source.nextPosition()
        }
        source.add(line)
        text += text.isEmpty ? line : "\n" + line
        if finish(text, at: position) { text = "" }
      }
    }
  }

  /// `exit`, unless the session gave the name a meaning.
  private func isFarewell(_ line: String) -> Bool {
    let word = line.filter { !$0.isWhitespace }
    guard word == "exit" || word == "exit()" else { return false }
    return (try? names.isDefined("exit")) != true
  }

  /// Deals with the text; false if more lines must come first.
  private func finish(_ text: String, at position: SessionSource.Position) -> Bool {
    do {
      switch SessionInput(text) {
      case .command(let name, let argument):
        return try SessionCommand.named(name).run(self, argument, position)
      case .question(let subject, let wantsSource):
        Console.write(try HelpAnswer(self).text(on: subject, withSource: wantsSource))
      case .lua:
        switch evaluator.compile(text, at: position) {
        case .incomplete: return false
        case .failed(let error): throw error
        case .chunk(let chunk): try evaluate(chunk)
        }
      }
    } catch {
      show(error)
    }
    Console.flush()
    return true
  }

  // MARK: - Evaluating

  /// Runs a body that Ctrl-C stops.
  func interruptible<Result>(_ body: () throws -> Result) throws -> Result {
    try SessionSignal.evaluating { try interpreter.interruptible(body) }
  }

  /// Runs a chunk and shows its results, unless it asks for silence.
  ///
  /// - Parameter running: goes around the run itself.
  func evaluate(
    _ chunk: SessionChunk,
    running: (() throws -> LuaReference) throws -> LuaReference = { try $0() }
  ) throws {
    if let warning = SessionLocals.warning(chunk.anatomy) { Console.writeError(warning + "\n") }
    try interruptible {
      let results = try running { try evaluator.run(chunk.function) }
      journal.add(chunk, resultCount: Int(try results.get("n").integer ?? 0))
      if !chunk.isMuted { try show(results) }
    }
  }

  /// Shows the results that `Evaluator.run` gave.
  func show(_ results: LuaReference) throws {
    let printer = ValuePrinter(interpreter.runtime.state, width: Console.width)
    if let text = try printer.text(ofResults: results) { Console.write(text + "\n") }
  }

  func show(_ error: any Error) {
    let report = ErrorReport(
      program: nil, hasColour: isTerminal && Console.hasColour(Console.errors), host: nil,
      trim: Evaluator.trimmed)
    report.show(error)
  }

  /// Its locals live on, as if it had been typed.
  private func runInitFile() {
    guard let initFile else { return }
    do {
      guard let text = try initFile.text() else { return }
      let chunk = try evaluator.compile(file: text, path: initFile.path)
      _ = try interruptible { try evaluator.run(chunk.function) }
    } catch {
      show(error)
    }
    Console.flush()
  }
}
