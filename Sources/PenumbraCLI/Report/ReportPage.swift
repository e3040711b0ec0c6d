// The page as a whole.

internal import PenumbraData
internal import PenumbraLua
internal import PenumbraRuns

struct ReportPage {
  let runs: [ReportedRun]
  let charts: ReportCharts

  /// A document without a single request to anywhere; the policy in its head says so to the browser, and
  /// lets no script run but the page's own, whose check sum it carries.
  var markup: Markup {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
    style-src 'unsafe-inline'; script-src 'sha256-\(ReportPage.checksum)'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title)</title><style>\(ReportStyle.text)</style></head>
    <body><main>\(header)\(runs.count == 1 ? single : several)
    <footer>Written by penumbra \(penumbraVersion) at \(TimeStamp.iso(TimeStamp.now)).</footer></main>
    <dialog id="zoom"></dialog><div id="tip" hidden></div>
    <script>\(ReportScript.text)</script></body></html>

    """
  }

  private var title: String {
    runs.count == 1 ? runs[0].label : "\(runs.count) runs: \(names)"
  }

  private var names: String {
    var seen: Set<String> = []
    let names = runs.map(\.record.name).filter { seen.insert($0).inserted }
    return names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
  }

  private var header: Markup {
    guard runs.count == 1 else {
      return "<header><h1>\(names)</h1><p>\(runs.count) runs compared</p></header>"
    }
    let run = runs[0]
    return """
      <header><h1>\(run.record.name) <span class="id">\(run.record.id)</span></h1>\
      <p>\(ReportPage.badge(run.record)) \(subtitle(run))</p></header>
      """
  }

  private func subtitle(_ run: ReportedRun) -> String {
    let script = run.record.script.split(separator: "/").last.map(String.init) ?? ""
    let step = run.curves.lastStep.map { "step \($0)" } ?? ""
    let time = run.lasted.map(Shown.duration) ?? ""
    return [script, step, time].filter { !$0.isEmpty }.joined(separator: " · ")
  }

  static func badge(_ record: RunRecord) -> Markup {
    let kind: Markup =
      switch record.state {
      case .finished: "good"
      case .running: "busy"
      case .interrupted, .timedOut: "warn"
      case .failed, .outOfMemory, .killed: "bad"
      }
    return "<span class=\"badge \(kind)\">\(record.state.rawValue)</span>"
  }

  private var single: Markup {
    let parts = ReportRunSections(
      run: runs[0], picturesPerName: 12, budget: ReportPictures.Budget())
    return """
      \(parts.failure)\(parts.configuration)\(charts.markup)\(parts.pictures)\(parts.distributions)\(parts.texts)\
      \(parts.checkpoints)<section><h2>Circumstances</h2>\(parts.facts)</section>\(parts.sources)
      """
  }

  private var several: Markup {
    let budget = ReportPictures.Budget()
    let details: [Markup] = runs.enumerated().map { place, run in
      let parts = ReportRunSections(
        run: run, picturesPerName: max(1, min(6, 24 / runs.count)), budget: budget)
      return """
        <details class="run"><summary><i class="swatch \(ReportStyle.classes(place))"></i>\(run.label) \
        \(ReportPage.badge(run.record))</summary>\(parts.failure)\(parts.configuration)\(parts.pictures)\
        \(parts.distributions)\(parts.texts)\(parts.checkpoints)<section><h2>Circumstances</h2>\
        \(parts.facts)</section></details>
        """
    }
    return """
      \(ReportComparison(runs: runs).markup)\(charts.markup)<section id="details"><h2>Each run</h2>\
      \(details)</section>
      """
  }

  private static var checksum: Markup {
    let digits = SHA256.of(Array(ReportScript.text.text.utf8)).compactMap(\.hexDigitValue)
    return .base64(
      stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) })
  }
}
