/// The runs in a folder, and finding one by what a user types.

internal import PenumbraData
internal import PenumbraTensor

/// All run folders directly inside a folder.
public struct RunCatalogue: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// The runs, the oldest first. Folders that hold no run are passed over.
  public func runs() -> [(folder: RunFolder, record: RunRecord)] {
    Directory.names(path).compactMap { name in
      let folder = RunFolder("\(path)/\(name)")
      return folder.record().map { (folder, $0) }
    }
    .sorted { ($0.record.started, $0.folder.name) < ($1.record.started, $1.folder.name) }
  }

  /// The run that a word names: a path, a folder's name, an id, the beginning of either, a name that
  /// only one run has, or "last".
  ///
  /// - Throws: `TensorError` (value) when there is none, or more than one.
  public func find(_ word: String, operation: String = "runs") throws -> RunFolder {
    for path in [word, "\(self.path)/\(word)"] where !word.isEmpty {
      let folder = RunFolder(path)
      if folder.record() != nil { return folder }
    }
    let runs = runs()
    if word == "last", let run = runs.last { return run.folder }
    let candidates = [
      runs.filter { $0.record.id == word },
      runs.filter { $0.record.name == word },
      runs.filter { $0.record.id.hasPrefix(word) || $0.folder.name.hasPrefix(word) },
    ]
    guard !word.isEmpty, let found = candidates.first(where: { !$0.isEmpty }) else {
      throw TensorError(.value, operation, "no run '\(word)' in '\(path)'")
    }
    guard found.count == 1 else {
      let names = found.suffix(8).map(\.folder.name).joined(separator: ", ")
      throw TensorError(.value, operation, "'\(word)' may be any of \(found.count) runs: \(names)")
    }
    return found[0].folder
  }
}
