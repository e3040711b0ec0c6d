// `penumbra report`: one or several runs as an HTML page that needs nothing else.

internal import LuaEmbedding
internal import PenumbraRuns
internal import PenumbraTensor

struct ReportCommand {
  private var words: [String] = []
  private var path = "runs"
  private var name: String?
  private var metrics: [String]?
  private var out: String?
  private var showsHelp = false

  /// More could not be told apart in a picture.
  private static let runLimit = 64

  /// - Throws: `UsageError`.
  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--help" || word == "-h" {
        showsHelp = true
      } else if word.hasPrefix("-") {
        try take(word, &rest)
      } else {
        words.append(word)
      }
    }
    guard showsHelp || !words.isEmpty || name != nil else {
      throw UsageError(message: "report: expected a run, or --name")
    }
  }

  private mutating func take(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    let option = String(word.prefix { $0 != "=" })
    let known = ["--out", "--runs", "--name", "--metric"]
    guard known.contains(option) else {
      let hint = Suggestion.text(for: option, among: known)
      throw UsageError(message: "report: unrecognized option '\(word)'\(hint)")
    }
    let value = option == word ? rest.popFirst() : String(word.dropFirst(option.count + 1))
    guard let value, !value.isEmpty else {
      throw UsageError(message: "report: '\(option)' needs a value")
    }
    switch option {
    case "--out": out = value
    case "--runs": path = value
    case "--name": name = value
    default: metrics = value.split(separator: ",").map(String.init)
    }
  }

  /// Returns the exit code.
  func run() -> Int32 {
    if showsHelp {
      Console.write(RunUsage.report + "\n")
      return ExitCode.success
    }
    do {
      let runs = try chosen().map(ReportedRun.init)
      let charts = try ReportCharts(runs, wanted: metrics)
      let target = out ?? (runs.count == 1 ? runs[0].folder.path + "/report.html" : "report.html")
      try FileWriter.write(ReportPage(runs: runs, charts: charts).markup.text, to: target)
      Console.write("\(TextTable.plain(target))\n")
      return ExitCode.success
    } catch {
      Console.writeError("penumbra: \(error)\n")
      return ExitCode.scriptError
    }
  }

  private func chosen() throws -> [RunFolder] {
    let catalogue = RunCatalogue(path)
    var runs = try words.map { try catalogue.find($0, operation: "report") }
    if let name {
      let slug = RunName.slug(name)
      runs += catalogue.runs().filter { $0.record.name == slug }.map(\.folder)
    }
    var seen: Set<String> = []
    runs = runs.filter { seen.insert(Machine.absolute($0.path)).inserted }
    guard !runs.isEmpty else {
      throw TensorError(.value, "report", "no run called '\(name ?? "")' in '\(path)'")
    }
    guard runs.count <= ReportCommand.runLimit else {
      throw TensorError(
        .value, "report",
        "\(runs.count) runs are too many for a page; at most \(ReportCommand.runLimit)")
    }
    return runs
  }
}
