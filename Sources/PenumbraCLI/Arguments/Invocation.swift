// What the words of a command line ask for.

/// A parsed command line of the `lua`-like form `penumbra [options] [script [args]]`.
struct Invocation: Equatable {
  /// What happens before the script, in the order given.
  enum Step: Equatable {
    /// `-e stat`
    case execute(Word)
    /// `-l mod` or `-l global=mod`
    case require(module: Word, global: Word)
    /// `-W`
    case warnings
  }

  enum Script: Equatable {
    case none
    /// `-`
    case standardInput
    case file(Word)
  }

  var steps: [Step] = []
  /// `-v`
  var showsVersion = false
  /// `-i`
  var isInteractive = false
  /// `-E`
  var ignoresEnvironment = false
  /// `--threads n`
  var threads: Int?
  /// `--no-init`
  var skipsInitFile = false
  /// `--help` and `--version` print and do nothing else.
  var showsHelp = false
  var showsProductVersion = false
  var script = Script.none
  /// Where the script stands among the words: `arg[0]` is that word. 0 without a script.
  var scriptPosition = 0

  /// Whether standard input is read when there is no script.
  var readsStandardInput: Bool {
    guard script == .none, !showsVersion, !isInteractive else { return false }
    return !steps.contains { if case .execute = $0 { true } else { false } }
  }
}

/// Words that make no sense; exit code 2.
struct UsageError: Error, Equatable {
  let message: String
}
