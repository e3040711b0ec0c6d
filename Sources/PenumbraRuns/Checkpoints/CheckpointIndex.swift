/// Which checkpoints a run has.

internal import PenumbraData
internal import PenumbraTensor

/// One checkpoint of a run.
public struct SavedCheckpoint: Sendable, Equatable {
  /// Its file's name in the folder of checkpoints.
  public let file: String
  public let step: Int
  /// The value by which the best are chosen; nil where none was given.
  public let score: Double?
  /// The last step that had been logged.
  public let lastLogged: Int
  /// The sizes of metrics.jsonl, histograms.jsonl and texts.jsonl when it was made.
  public let sizes: [Int]
}

/// The list of checkpoints, in index.json: the oldest first.
///
/// The index is written after the file that it names, and files go after the index that no longer
/// names them: whenever a process is killed, each file that the index names is whole.
struct CheckpointIndex {
  let folder: String
  var checkpoints: [SavedCheckpoint] = []
  /// Whether index.json was there and could be read.
  private(set) var isTrusted = true

  private var path: String { "\(folder)/index.json" }

  /// Reads the index. Where it is damaged, the files speak: each named after its step is one.
  init(_ folder: String) {
    self.folder = folder
    let names = Directory.names(folder)
    guard names.contains("index.json") else {
      checkpoints = CheckpointIndex.named(names)
      isTrusted = checkpoints.isEmpty
      return
    }
    guard case .array(let entries)? = SmallFile.json(path)?["checkpoints"] else {
      checkpoints = CheckpointIndex.named(names)
      isTrusted = false
      return
    }
    checkpoints = entries.compactMap(CheckpointIndex.checkpoint)
      .filter { names.contains($0.file) }
  }

  func write() throws {
    let entries = checkpoints.map { checkpoint in
      JSON.object([
        .init("file", .string(checkpoint.file)), .init("step", .integer(Int64(checkpoint.step))),
        .init("score", checkpoint.score.map(MetricRow.json) ?? .null),
        .init("last_logged", .integer(Int64(checkpoint.lastLogged))),
        .init("sizes", .array(checkpoint.sizes.map { .integer(Int64($0)) })),
      ])
    }
    let text = JSON.object([.init("checkpoints", .array(entries))]).text
    try AtomicFile.write(text: text + "\n", to: path, operation: "checkpoint")
  }

  /// "step-000000100.safetensors" → 100
  static func step(of name: String) -> Int? {
    guard name.hasPrefix("step-"), !name.hasSuffix(".tmp") else { return nil }
    return Int(name.dropFirst(5).prefix { $0.isASCII && $0.isNumber })
  }

  static func name(_ step: Int, attempt: Int, ending: String) -> String {
    let digits = String(step)
    let padded = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    return "step-\(padded)" + (attempt == 0 ? "" : "-\(attempt)") + ending
  }

  private static func named(_ names: [String]) -> [SavedCheckpoint] {
    names.compactMap { name in
      step(of: name).map {
        SavedCheckpoint(file: name, step: $0, score: nil, lastLogged: $0, sizes: [])
      }
    }
    .sorted { $0.step < $1.step }
  }

  private static func checkpoint(_ json: JSON) -> SavedCheckpoint? {
    guard case .string(let file)? = json["file"], step(of: file) != nil, !file.contains("/"),
      case .integer(let step)? = json["step"], let step = Int(exactly: step), step >= 0
    else { return nil }
    var sizes: [Int] = []
    if case .array(let elements)? = json["sizes"] {
      sizes = elements.compactMap {
        if case .integer(let size) = $0 { Int(exactly: size) } else { nil }
      }
    }
    var logged = step
    if case .integer(let value)? = json["last_logged"] { logged = Int(exactly: value) ?? step }
    return SavedCheckpoint(
      file: file, step: step, score: json["score"].flatMap(MetricRow.number), lastLogged: logged,
      sizes: sizes)
  }
}
