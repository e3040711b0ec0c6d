// The interactive mode: read, evaluate, print.

internal import LuaEmbedding
internal import Penumbra
internal import PenumbraLua

final class Session {
  private let interpreter: Interpreter
  private let evaluator: Evaluator
  private let reader: any LineSource
  private let isTerminal: Bool

  init(_ interpreter: Interpreter) throws {
    self.interpreter = interpreter
    try SessionGlobals.install(in: interpreter)
    evaluator = try Evaluator(interpreter)
    let usesTerminal =
      Console.isTerminal(Console.input) && Console.isTerminal(Console.output)
    let completer = try Completer(interpreter.runtime.state)
    let editor =
      usesTerminal
      ? LineEditor(history: HistoryFile.standard()) { completer.tab(after: $0) } : nil
    isTerminal = editor != nil
    reader = editor ?? PipedLines()
  }

  /// Until Ctrl-D, `exit` or the end of the input.
  func run() throws {
    if isTerminal { showBanner() }
    SessionSignal.handled { readAll() }
  }

  private func showBanner() {
    Console.write(
      """
      \(Version.product)
      The global pn is there in this interactive mode only; scripts need: \
      local pn = require "penumbra"
      help "pn.randn" shows the reference, Tab completes, exit or Ctrl-D leaves.

      """)
  }

  private func readAll() {
    var text = ""
    while true {
      switch reader.read(prompt: text.isEmpty ? "> " : ">> ") {
      case .end:
        if !text.isEmpty { show(evaluator.failure(of: text)) }
        return
      case .interrupted:
        text = ""
      case .line(let line):
        if text.isEmpty, isFarewell(line) { return }
        text += text.isEmpty ? line : "\n" + line
        if finish(text) { text = "" }
      }
    }
  }

  /// `exit`, unless the session gave the name a meaning.
  private func isFarewell(_ line: String) -> Bool {
    let word = line.filter { !$0.isWhitespace }
    guard word == "exit" || word == "exit()" else { return false }
    return (try? interpreter.runtime.state.global("exit"))?.isNil ?? true
  }

  /// Evaluates the text; false if more lines must come first.
  private func finish(_ text: String) -> Bool {
    switch evaluator.compile(text) {
    case .incomplete: return false
    case .failed(let error): show(error)
    case .chunk(let chunk): evaluate(chunk, isMuted: Evaluator.isMuted(text))
    }
    return true
  }

  private func evaluate(_ chunk: LuaReference, isMuted: Bool) {
    do {
      try SessionSignal.evaluating {
        try interpreter.interruptible {
          let results = try evaluator.run(chunk)
          guard !isMuted else { return }
          let printer = ValuePrinter(interpreter.runtime.state, width: Console.width)
          if let text = try printer.text(ofResults: results) { Console.write(text + "\n") }
        }
      }
    } catch {
      show(error)
    }
    Console.flush()
  }

  private func show(_ error: any Error) {
    let report = ErrorReport(
      program: nil, hasColour: isTerminal && Console.hasColour(Console.errors), host: nil,
      trim: Evaluator.trimmed)
    report.show(error)
  }
}
