// Reads a command line by the rules of the stock interpreter's lua.c.

/// Options end at the first word that is no option, at `-` and at `--`; everything behind belongs to
/// the script, untouched. `--threads`, `--no-init`, `--help` and `--version` are ours: lua.c refuses `--name`.
struct OptionScanner {
  private let words: [Word]
  private var position = 1
  private var result = Invocation()

  /// - Throws: `UsageError`.
  static func scan(_ words: [Word]) throws(UsageError) -> Invocation {
    var scanner = OptionScanner(words)
    try scanner.scanOptions()
    return scanner.result
  }

  private init(_ words: [Word]) { self.words = words }

  private mutating func scanOptions() throws(UsageError) {
    while position < words.count {
      let word = words[position]
      guard word.isOption, word.bytes.count > 1 else { break }
      if word.text == "--" {
        position += 1
        return takeScript(dashIsFile: true)
      }
      try take(option: word)
      position += 1
    }
    takeScript(dashIsFile: false)
  }

  private mutating func take(option word: Word) throws(UsageError) {
    switch word.bytes[1] {
    case UInt8(ascii: "-"): try take(longOption: word)
    case UInt8(ascii: "e"):
      result.steps.append(.execute(try operand(of: word)))
    case UInt8(ascii: "l"):
      result.steps.append(library(try operand(of: word)))
    case _ where word.bytes.count > 2: throw unrecognized(word)
    case UInt8(ascii: "E"): result.ignoresEnvironment = true
    case UInt8(ascii: "W"): result.steps.append(.warnings)
    case UInt8(ascii: "v"): result.showsVersion = true
    case UInt8(ascii: "i"): result.isInteractive = true
    default: throw unrecognized(word)
    }
  }

  /// The rest of the word, or the next word, which must not look like an option.
  private mutating func operand(of word: Word) throws(UsageError) -> Word {
    if word.bytes.count > 2 { return word.dropFirst(2) }
    position += 1
    guard position < words.count, !words[position].isOption else {
      throw UsageError(message: "'\(word.text)' needs argument")
    }
    return words[position]
  }

  /// `mod` or `global=mod`.
  private func library(_ name: Word) -> Invocation.Step {
    guard let equals = name.bytes.firstIndex(of: UInt8(ascii: "=")) else {
      return .require(module: name, global: name)
    }
    return .require(
      module: name.dropFirst(equals + 1), global: Word(Array(name.bytes[..<equals])))
  }

  private mutating func take(longOption word: Word) throws(UsageError) {
    let text = word.text
    switch text {
    case "--help": result.showsHelp = true
    case "--version": result.showsProductVersion = true
    case "--no-init": result.skipsInitFile = true
    case "--threads":
      position += 1
      guard position < words.count else {
        throw UsageError(message: "'--threads' needs argument")
      }
      result.threads = try threadCount(words[position].text)
    case _ where text.hasPrefix("--threads="):
      result.threads = try threadCount(String(text.dropFirst("--threads=".count)))
    default: throw unrecognized(word)
    }
  }

  private func threadCount(_ text: String) throws(UsageError) -> Int {
    guard let count = Int(text), (1...1024).contains(count) else {
      throw UsageError(
        message: "'--threads': expected an integer from 1 to 1024, got '\(text)'")
    }
    return count
  }

  private func unrecognized(_ word: Word) -> UsageError {
    UsageError(message: "unrecognized option '\(word.text)'")
  }

  private mutating func takeScript(dashIsFile: Bool) {
    guard position < words.count else { return }
    let word = words[position]
    result.script = word.text == "-" && !dashIsFile ? .standardInput : .file(word)
    result.scriptPosition = position
  }
}
