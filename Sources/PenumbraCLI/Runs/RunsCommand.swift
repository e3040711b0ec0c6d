// `penumbra runs`: what is in run folders.

internal import LuaEmbedding
internal import PenumbraRuns
internal import PenumbraTensor

struct RunsCommand {
  enum Task: String, CaseIterable {
    case ls, show, diff, compare, plot, rm
  }

  private var task: Task?
  private var words: [String] = []
  private var path = "runs"
  private var name: String?
  private var metrics: [String]?
  private var figure = "metrics.png"
  private var hasLogarithmicAxis = false

  /// - Throws: `UsageError`.
  init(_ arguments: [String]) throws(UsageError) {
    guard let word = arguments.first, word != "--help", word != "-h" else { return }
    guard let task = Task(rawValue: word) else {
      let hint = Suggestion.text(for: word, among: Task.allCases.map(\.rawValue))
      throw UsageError(message: "runs: unknown command '\(word)'\(hint)")
    }
    self.task = task
    var rest = arguments.dropFirst()
    while let word = rest.popFirst() {
      guard word.hasPrefix("-") else {
        words.append(word)
        continue
      }
      try take(word, &rest)
    }
    try checkCount(task)
  }

  private mutating func take(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    if word == "--log-y" {
      hasLogarithmicAxis = true
      return
    }
    let name = String(word.prefix { $0 != "=" })
    let known = ["--runs", "--name", "--metric", "--to"]
    guard known.contains(name) else {
      let hint = Suggestion.text(for: name, among: known + ["--log-y"])
      throw UsageError(message: "runs: unrecognized option '\(word)'\(hint)")
    }
    let value = name == word ? rest.popFirst() : String(word.dropFirst(name.count + 1))
    guard let value, !value.isEmpty else {
      throw UsageError(message: "runs: '\(name)' needs a value")
    }
    switch name {
    case "--runs": path = value
    case "--name": self.name = value
    case "--metric": metrics = value.split(separator: ",").map(String.init)
    default: figure = value
    }
  }

  private func checkCount(_ task: Task) throws(UsageError) {
    let wanted: ClosedRange<Int> =
      switch task {
      case .ls: 0...0
      case .show: 1...1
      case .diff: 2...2
      case .rm: 1...Int.max
      case .compare, .plot: 0...Int.max
      }
    guard wanted.contains(words.count) else {
      throw UsageError(
        message: "runs \(task.rawValue): "
          + (words.count < wanted.lowerBound
            ? "expected \(wanted.lowerBound == 1 ? "a run" : "\(wanted.lowerBound) runs")"
            : "unexpected argument '\(words.last ?? "")'"))
    }
  }

  private var catalogue: RunCatalogue { RunCatalogue(path) }

  /// The runs that the words name; without words all of that name.
  private func chosen() throws -> [RunFolder] {
    if words.isEmpty {
      let slug = name.map(RunName.slug)
      return catalogue.runs().filter { slug == nil || $0.record.name == slug }.map(\.folder)
    }
    return try words.map { try catalogue.find($0) }
  }

  /// Returns the exit code.
  func run() -> Int32 {
    guard let task else {
      Console.write(RunUsage.runs + "\n")
      return ExitCode.success
    }
    do {
      let runs = try chosen()
      switch task {
      case .ls: Console.write(RunsReport.list(runs))
      case .show: for run in runs { Console.write(RunsReport.details(run)) }
      case .diff: Console.write(RunsReport.difference(runs[0], runs[1]))
      case .compare: Console.write(try RunsReport.comparison(runs, metrics: metrics))
      case .plot:
        try RunsFigure(metrics: metrics, isLogarithmic: hasLogarithmicAxis).draw(runs, to: figure)
      case .rm:
        for run in runs {
          try run.remove()
          Console.write("removed \(run.path)\n")
        }
      }
      return ExitCode.success
    } catch {
      Console.writeError("penumbra: \(error)\n")
      return ExitCode.scriptError
    }
  }
}
