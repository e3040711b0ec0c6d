// What a report says of one run.

internal import Glibc
internal import PenumbraRuns

struct ReportRunSections {
  let run: ReportedRun
  /// How many pictures of each name are embedded.
  let picturesPerName: Int
  let budget: ReportPictures.Budget

  private static let textLimit = 20_000
  private static let sourceLimit = 200_000

  // MARK: - Facts

  /// State, seed, versions and the like as a list of terms.
  var facts: Markup {
    let record = run.record
    let rows: [(String, String)] = [
      ("Folder", run.folder.path), ("Started", TimeStamp.iso(record.started)),
      ("Ended", record.ended.map(TimeStamp.iso) ?? ""),
      ("Lasted", run.lasted.map(Shown.duration) ?? ""),
      ("Last step", run.curves.lastStep.map(String.init) ?? ""),
      ("Script", record.script), ("Arguments", record.arguments.joined(separator: " ")),
      ("Git revision", run.commit), ("Seed", record.seed.map(String.init) ?? ""),
      ("Threads", record.threads > 0 ? "\(record.threads)" : ""), ("Host", record.host),
      ("Exit code", record.exitCode.map(String.init) ?? ""),
    ]
    let versions = record.versions.map { (ReportRunSections.title($0.name), $0.value) }
    let terms: [Markup] = (rows + versions).filter { !$0.1.isEmpty }.map { name, value in
      "<div><dt>\(name)</dt><dd>\(value)</dd></div>"
    }
    return "<dl class=\"card facts\">\(terms)</dl>\(commands)"
  }

  /// "instruction_set" → "Instruction set"
  private static func title(_ name: String) -> String {
    let words = name.split(separator: "_").joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// Why the run failed, if it did.
  var failure: Markup {
    run.record.error.map { "<pre class=\"card failure\">\(String($0.prefix(4000)))</pre>" } ?? ""
  }

  private var commands: Markup {
    let lines: [Markup] = run.record.sessions.suffix(50).map { session in
      let from: Markup = session.resumedFrom.map { " <i>from step \($0)</i>" } ?? ""
      let words = session.command.map(ReportRunSections.quoted).joined(separator: " ")
      return "<div><time>\(TimeStamp.iso(session.started))</time>\(from)<code>\(words)</code></div>"
    }
    return lines.isEmpty ? "" : "<div class=\"card commands\">\(lines)</div>"
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic
          || "0123456789._-+=/,:@%".unicodeScalars.contains(scalar))
    }
    if plain, !word.isEmpty { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }

  // MARK: - Options

  var configuration: Markup {
    guard !run.config.isEmpty else { return "" }
    let given = Set(run.record.settings.map { String($0.prefix { $0 != "=" }) })
    let rows: [Markup] = run.config.prefix(1000).map { name, value in
      let mark: Markup = given.contains(name) ? " class=\"given\" title=\"given by --set\"" : ""
      return "<div\(mark)><dt>\(name)</dt><dd>\(value)</dd></div>"
    }
    return "<section><h2>Configuration</h2><dl class=\"card options\">\(rows)</dl></section>"
  }

  // MARK: - Pictures, distributions, texts

  var pictures: Markup {
    let parts: [Markup] = ["images", "figures"].map { part in
      ReportPictures(run: run, part: part, perName: picturesPerName, budget: budget).markup
    }
    let body = parts.joined()
    return body.text.isEmpty ? "" : "<section><h2>Pictures</h2>\(body)</section>"
  }

  var distributions: Markup {
    let found = (try? run.folder.histograms(limit: 9)) ?? []
    let charts: [Markup] = found.prefix(40).map {
      RidgeChart(name: $0.name, histograms: $0.chosen, count: $0.count).markup
    }
    return charts.isEmpty
      ? "" : "<section><h2>Distributions</h2><div class=\"charts\">\(charts)</div></section>"
  }

  var texts: Markup {
    let found = (try? run.folder.texts(limit: 12)) ?? []
    let cards: [Markup] = found.prefix(40).map { name, chosen, count in
      let entries: [Markup] = chosen.map { text in
        "<div class=\"text\"><span class=\"at\">step \(text.step)</span><div>\(ReportRunSections.cut(text.text))</div></div>"
      }
      let left: Markup =
        count > chosen.count ? "<p class=\"note\">\(chosen.count) of \(count) texts.</p>" : ""
      return "<div class=\"card\"><h3>\(name)</h3>\(entries)\(left)</div>"
    }
    return cards.isEmpty ? "" : "<section><h2>Texts</h2>\(cards)</section>"
  }

  private static func cut(_ text: String) -> String {
    text.utf8.count <= textLimit ? text : String(text.unicodeScalars.prefix(textLimit)) + " …"
  }

  // MARK: - Checkpoints and sources

  var checkpoints: Markup {
    let found = run.folder.checkpoints()
    guard !found.isEmpty else { return "" }
    let hasScores = found.contains { $0.checkpoint.score != nil }
    let rows: [Markup] = found.suffix(200).map { checkpoint, bytes in
      let score: Markup = hasScores ? "<td>\(checkpoint.score.map(Shown.short) ?? "")</td>" : ""
      return """
        <tr><td>\(checkpoint.step)</td>\(score)<td>\(Shown.bytes(bytes))</td>\
        <td class="left"><code>checkpoints/\(checkpoint.file)</code></td></tr>
        """
    }
    let score: Markup = hasScores ? "<th>score</th>" : ""
    return """
      <section><h2>Checkpoints</h2><div class="card wide"><table><tr><th>step</th>\(score)\
      <th>size</th><th class="left">file</th></tr>\(rows)</table></div></section>
      """
  }

  var sources: Markup {
    let names = run.folder.files(in: "source")
    let cards: [Markup] = names.prefix(60).map { name in
      guard let text = run.folder.source(name, limit: ReportRunSections.sourceLimit) else {
        return "<div class=\"card\"><code>source/\(name)</code></div>"
      }
      return
        "<details class=\"card\"><summary><code>\(name)</code></summary><pre>\(text)</pre></details>"
    }
    return cards.isEmpty ? "" : "<section><h2>Sources</h2>\(cards)</section>"
  }
}

extension Shown {
  /// Four significant digits: "0.3623", "12345", "6.667e-7".
  static func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return number(value) }
    let exponent = Int(floor(log10(value.magnitude)))
    if (-4..<9).contains(exponent) {
      let unit = pow(10, Double(max(0, 3 - exponent)))
      return number((value * unit).rounded() / unit)
    }
    let mantissa = (value / pow(10, Double(exponent)) * 1000).rounded() / 1000
    return "\(number(mantissa))e\(exponent)"
  }

  /// "1.2 MB", in powers of 1000.
  static func bytes(_ count: Int) -> String {
    var (value, units) = (Double(count), ["B", "kB", "MB", "GB", "TB"][...])
    while value >= 1000, units.count > 1 {
      value /= 1000
      units = units.dropFirst()
    }
    let shown = value < 10 && units.first != "B" ? (value * 10).rounded() / 10 : value.rounded()
    return "\(number(shown)) \(units.first ?? "")"
  }
}
