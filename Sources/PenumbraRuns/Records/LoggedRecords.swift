/// Reading histograms.jsonl and texts.jsonl: some of the records of each name.

internal import PenumbraData
internal import PenumbraTensor

/// One line of histograms.jsonl.
public struct LoggedHistogram: Sendable, Equatable {
  public let step: Int
  /// One more than there are counts, ascending, finite.
  public let edges: [Double]
  public let counts: [Double]
  public let notFinite: Int
}

/// One line of texts.jsonl.
public struct LoggedText: Sendable, Equatable {
  public let step: Int
  public let text: String
}

extension RunFolder {
  /// At most `limit` histograms of each name, evenly chosen, and how many there are.
  ///
  /// Lines that are no histograms are passed over; without a file there are none.
  public func histograms(
    limit: Int
  ) throws -> [(name: String, chosen: [LoggedHistogram], count: Int)] {
    try records(histogramsPath, limit) { json, step in
      guard case .array(let edges)? = json["edges"], case .array(let counts)? = json["counts"]
      else { return nil }
      let (places, heights) = (
        edges.compactMap(MetricRow.number), counts.compactMap(MetricRow.number)
      )
      guard places.count == edges.count, heights.count == counts.count,
        places.count == heights.count + 1, heights.count >= 1,
        heights.allSatisfy({ $0 >= 0 && $0.isFinite }), places.allSatisfy(\.isFinite),
        zip(places, places.dropFirst()).allSatisfy({ $0 <= $1 })
      else { return nil }
      let bad = json["not_finite"].flatMap(MetricRow.number).flatMap { Int(exactly: $0) } ?? 0
      return LoggedHistogram(step: step, edges: places, counts: heights, notFinite: bad)
    }
  }

  /// At most `limit` texts of each name, evenly chosen, and how many there are.
  public func texts(limit: Int) throws -> [(name: String, chosen: [LoggedText], count: Int)] {
    try records(textsPath, limit) { json, step in
      guard case .string(let text)? = json["text"] else { return nil }
      return LoggedText(step: step, text: text)
    }
  }

  private static var nameLimit: Int { 128 }

  private func records<Record>(
    _ path: String, _ limit: Int, _ read: (JSON, Int) -> Record?
  ) throws -> [(name: String, chosen: [Record], count: Int)] {
    guard let file = try? InputFile(path, operation: "runs"), file.size > 0 else { return [] }
    var names: [String] = []
    var found: [String: Thinned<Record>] = [:]
    try LineReader.forEachLine(of: path, operation: "runs") { line, _ in
      guard let json = try? JSON(parsing: line, depthLimit: 4),
        case .integer(let step)? = json["step"], let step = Int(exactly: step), step >= 0,
        case .string(let name)? = json["name"], let record = read(json, step)
      else { return true }
      if found[name] == nil {
        guard names.count < RunFolder.nameLimit else { return true }
        names.append(name)
        found[name] = Thinned(limit: limit)
      }
      found[name]?.append(record)
      return true
    }
    return names.compactMap { name in found[name].map { (name, $0.chosen, $0.count) } }
  }
}
