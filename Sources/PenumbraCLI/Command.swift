// Which command the words ask for.

/// A sub-command is named by the first word; everything else is the `lua`-like form.
struct Command {
  let words: [Word]

  /// Returns the exit code.
  func run() -> Int32 {
    do {
      switch words.dropFirst().first?.text {
      case "doc": return try DocCommand(words.dropFirst(2).map(\.text)).run()
      case "run": return try RunCommand(words).run()
      case "sweep": return try SweepCommand(words).run()
      case "runs": return try RunsCommand(words.dropFirst(2).map(\.text)).run()
      case "watch": return try WatchCommand(Array(words.dropFirst(2))).run()
      case "report": return try ReportCommand(words.dropFirst(2).map(\.text)).run()
      case "info": return try InfoCommand(words.dropFirst(2).map(\.text)).run()
      default: return ScriptCommand(words: words, invocation: try OptionScanner.scan(words)).run()
      }
    } catch {
      Console.writeError("penumbra: \(error.message)\n\(Usage.short)\n\n\(Usage.options)\n")
      return ExitCode.usage
    }
  }
}
