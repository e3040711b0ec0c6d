// What the words of `penumbra run` ask for.

internal import LuaEmbedding
internal import PenumbraRuns

/// A parsed command line `penumbra run script.lua [options] [-- args]`.
struct RunInvocation {
  enum Resume: Equatable {
    /// The newest run of the folder, or of those with a name.
    case last
    case folder(String)
  }

  /// `--sandbox`.
  enum Sandbox: String, CaseIterable {
    case trusted
    case experiment
    case pure
  }

  /// Whether the script runs in a process of its own, and which of the two this one is.
  enum Isolation {
    case none
    case parent
    case child
  }

  var script: Word?
  /// What stands behind `--`; nil without one.
  var arguments: [Word]?
  var settings: [String] = []
  var seed: Int?
  var out = "runs"
  var name: String?
  var resume: Resume?
  var threads: Int?
  var logs = Set(RunLog.allCases)
  var onNaN = NaNPolicy.warn
  var isCheck = false
  /// Seconds.
  var timeout: Double?
  /// Bytes.
  var memoryLimit: Int?
  var sandbox = Sandbox.trusted
  /// Folders that a sandboxed experiment may use, besides that of its run.
  var folders: [String] = []
  var isolation = Isolation.none
  var showsHelp = false

  /// Reads the words behind `run`.
  ///
  /// - Throws: `UsageError`.
  init(_ words: [Word]) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word.text == "--" {
        arguments = (arguments ?? []) + rest
        break
      }
      guard word.isOption, word.bytes.count > 1 else {
        try take(script: word)
        continue
      }
      try take(option: word.text, &rest)
    }
    if showsHelp, script != nil {
      // The script's own help.
      arguments = (arguments ?? []) + [Word("--help")]
      showsHelp = false
    }
    guard script != nil || resume != nil || showsHelp else {
      throw UsageError(message: "run: expected a script")
    }
    guard !isCheck || resume == nil else {
      throw UsageError(message: "run: '--check' makes no run, so there is nothing to resume")
    }
    guard folders.isEmpty || sandbox == .experiment else {
      throw UsageError(message: "run: '--allow' belongs to '--sandbox experiment'")
    }
  }

  private mutating func take(script word: Word) throws(UsageError) {
    guard word.text != "-" else {
      throw UsageError(message: "run: expected a script's file, which can be kept with the run")
    }
    guard script == nil else {
      throw UsageError(
        message: "run: unexpected argument '\(word.text)'; the script's own stand behind '--'")
    }
    script = word
  }

  private mutating func take(
    option word: String, _ rest: inout ArraySlice<Word>
  ) throws(UsageError) {
    let name = String(word.prefix { $0 != "=" })
    switch name {
    case "--check", "--help", "-h", "--isolate", RunInvocation.childOption:
      guard name == word else { throw UsageError(message: "run: '\(name)' takes no value") }
      switch name {
      case "--check": isCheck = true
      case "--isolate": isolation = .parent
      case RunInvocation.childOption: isolation = .child
      default: showsHelp = true
      }
      return
    case "--print-config":
      arguments = (arguments ?? []) + [Word(word)]
      return
    default: break
    }
    guard RunInvocation.options.contains(name) else {
      let hint = Suggestion.text(
        for: name, among: RunInvocation.options + ["--check", "--help", "--isolate"])
      throw UsageError(message: "run: unrecognized option '\(word)'\(hint)")
    }
    var value = String(word.dropFirst(name.count + 1))
    if name == word {
      guard let next = rest.popFirst() else {
        throw UsageError(message: "run: '\(name)' needs a value")
      }
      value = next.text
    }
    try set(name, value)
  }

  static let options = [
    "--set", "--seed", "--out", "--name", "--resume", "--threads", "--log", "--on-nan",
    "--timeout", "--memory-limit", "--sandbox", "--allow",
  ]

  /// What `--isolate` becomes for the process that it starts.
  static let childOption = "--isolated-child"

  private mutating func set(_ name: String, _ value: String) throws(UsageError) {
    func bad(_ expected: String) -> UsageError {
      UsageError(message: "run: '\(name)': expected \(expected), got '\(value)'")
    }
    switch name {
    case "--set":
      guard let equals = value.firstIndex(of: "="), equals > value.startIndex else {
        throw bad("name=value")
      }
      settings.append(value)
    case "--seed":
      guard let seed = Int(value) else { throw bad("an integer") }
      self.seed = seed
    case "--out":
      guard !value.isEmpty else { throw bad("a folder") }
      out = value
    case "--name":
      guard !value.isEmpty else { throw bad("a name") }
      self.name = value
    case "--resume":
      guard !value.isEmpty else { throw bad("'last' or a run") }
      resume = value == "last" ? .last : .folder(value)
    case "--threads":
      guard let count = Int(value), (1...1024).contains(count) else {
        throw bad("an integer from 1 to 1024")
      }
      threads = count
    case "--log":
      let known = RunLog.allCases.map(\.rawValue).joined(separator: ",")
      var chosen: Set<RunLog> = [.jsonl]
      for word in value.split(separator: ",", omittingEmptySubsequences: false) {
        guard let log = RunLog(rawValue: String(word)) else { throw bad("some of \(known)") }
        chosen.insert(log)
      }
      logs = chosen
    case "--on-nan":
      guard let policy = NaNPolicy(rawValue: value) else { throw bad("stop, warn or skip") }
      onNaN = policy
    case "--sandbox":
      guard let sandbox = Sandbox(rawValue: value) else {
        throw bad(Sandbox.allCases.map(\.rawValue).joined(separator: ", "))
      }
      self.sandbox = sandbox
    case "--allow":
      guard !value.isEmpty else { throw bad("a folder") }
      folders.append(value)
    case "--timeout":
      guard let seconds = Double(value), seconds > 0, seconds <= 1e9 else {
        throw bad("seconds above 0")
      }
      timeout = seconds
    default:
      guard let bytes = ByteCount.parse(value), bytes >= 1 << 20 else {
        throw bad("a number of bytes of at least 1M, such as 500M or 2G")
      }
      memoryLimit = bytes
    }
  }
}

/// Numbers of bytes as people write them.
enum ByteCount {
  /// "2G" → 2³¹, "1.5M", "1000000"; K, M, G and T are powers of 1024.
  static func parse(_ text: String) -> Int? {
    let units: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    let unit = text.last.flatMap { units[Character($0.uppercased())] }
    guard let number = Double(unit == nil ? text : String(text.dropLast())), number >= 0,
      number * (unit ?? 1) < 0x1p62
    else { return nil }
    return Int(number * (unit ?? 1))
  }
}

/// What a user may have meant.
enum Suggestion {
  static func text(for word: String, among names: [String]) -> String {
    Spelling.nearest(to: word, in: names).map { " (did you mean '\($0)'?)" } ?? ""
  }
}
