// What the words of `penumbra sweep` ask for.

/// A parsed command line `penumbra sweep script.lua [options] [-- args]`.
struct SweepInvocation {
  var script: Word?
  /// What stands behind `--`.
  var arguments: [Word] = []
  var axes: [SweepAxis] = []
  var random: [SweepDraw] = []
  var draws: Int?
  var drawSeed = 0
  var jobs = 1
  var out = "runs"
  var name: String?
  /// Options that go to each run as they are.
  var passed: [String] = []
  /// The settings of `--set`, which all trials have in common.
  var settings: [String] = []
  var showsHelp = false

  /// Reads the words behind `sweep`.
  ///
  /// - Throws: `UsageError`.
  init(_ words: [Word]) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word.text == "--" {
        arguments = Array(rest)
        break
      }
      if word.isOption {
        try take(option: word.text, &rest)
      } else {
        guard script == nil else {
          throw UsageError(
            message: "sweep: unexpected argument '\(word.text)'; the script's own stand behind '--'"
          )
        }
        script = word
      }
    }
    if showsHelp { return }
    guard script != nil else { throw UsageError(message: "sweep: expected a script") }
    guard draws == nil || !random.isEmpty else {
      throw UsageError(message: "sweep: '--trials' needs a '--random'")
    }
  }

  private static let own = [
    "--grid", "--random", "--trials", "--draw-seed", "--jobs", "--out", "--name", "--set",
  ]
  private static let forwarded = [
    "--seed", "--threads", "--log", "--on-nan", "--timeout", "--memory-limit",
  ]

  private mutating func take(
    option word: String, _ rest: inout ArraySlice<Word>
  ) throws(UsageError) {
    if word == "--help" || word == "-h" {
      showsHelp = true
      return
    }
    let name = String(word.prefix { $0 != "=" })
    let known = SweepInvocation.own + SweepInvocation.forwarded
    guard known.contains(name) else {
      throw UsageError(
        message: "sweep: unrecognized option '\(word)'\(Suggestion.text(for: name, among: known))")
    }
    var value = String(word.dropFirst(name.count + 1))
    if name == word {
      guard let next = rest.popFirst() else {
        throw UsageError(message: "sweep: '\(name)' needs a value")
      }
      value = next.text
    }
    try set(name, value)
  }

  private mutating func set(_ name: String, _ value: String) throws(UsageError) {
    func count(_ range: ClosedRange<Int>) throws(UsageError) -> Int {
      guard let count = Int(value), range.contains(count) else {
        throw UsageError(
          message: "sweep: '\(name)': expected an integer from \(range.lowerBound) to "
            + "\(range.upperBound), got '\(value)'")
      }
      return count
    }
    switch name {
    case "--grid": axes.append(try SweepAxis(value))
    case "--random": random.append(try SweepDraw(value))
    case "--trials": draws = try count(1...SweepPlan.limit)
    case "--draw-seed": drawSeed = try count(0...Int(Int32.max))
    case "--jobs": jobs = try count(1...256)
    case "--out": out = value
    case "--name": self.name = value
    case "--set": settings.append(value)
    default: passed += [name, value]
    }
  }
}
