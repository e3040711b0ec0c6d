/// The checkpoints of a run: written whole or not at all, and rotated.

internal import Glibc
internal import PenumbraData
internal import PenumbraTensor

/// Which checkpoints stay.
public struct CheckpointRotation: Sendable, Equatable {
  /// The newest ones, at least 1.
  public var last: Int
  /// The ones with the best score.
  public var best: Int
  /// Whether a greater score is better.
  public var prefersGreater: Bool

  public init(last: Int = 1, best: Int = 0, prefersGreater: Bool = false) {
    self.last = max(1, last)
    self.best = max(0, best)
    self.prefersGreater = prefersGreater
  }

  /// The checkpoints that stay, in their order. A score that is NaN is worse than any other.
  func kept(of checkpoints: [SavedCheckpoint]) -> [SavedCheckpoint] {
    let newest = Set(checkpoints.suffix(last).map(\.file))
    let scored = checkpoints.enumerated()
      .filter { $0.element.score.map { !$0.isNaN } ?? false }
      .sorted { first, second in
        let (a, b) = (first.element.score ?? 0, second.element.score ?? 0)
        // Of equal ones the newer.
        return a == b ? first.offset > second.offset : prefersGreater ? a > b : a < b
      }
    let best = Set(scored.prefix(self.best).map(\.element.file))
    return checkpoints.filter { newest.contains($0.file) || best.contains($0.file) }
  }
}

/// Writes, lists and removes checkpoints.
final class CheckpointStore {
  private let folder: String
  private var index: CheckpointIndex

  /// Opens the folder, which comes into being with the first checkpoint, and removes what a killed
  /// process left behind.
  init(_ folder: String) {
    self.folder = folder
    index = CheckpointIndex(folder)
    guard index.isTrusted, Permissions.current.allows(path: folder) else { return }
    let known = Set(index.checkpoints.map(\.file))
    for name in Directory.names(folder)
    where CheckpointIndex.step(of: name) != nil || name.hasSuffix(".tmp") {
      if !known.contains(name) { unlink("\(folder)/\(name)") }
    }
  }

  /// The newest first.
  var checkpoints: [SavedCheckpoint] { index.checkpoints.reversed() }

  func path(of checkpoint: SavedCheckpoint) -> String { "\(folder)/\(checkpoint.file)" }

  /// Adds a checkpoint, then lets go of those that the rotation does not keep.
  ///
  /// - Parameter write: writes the file of the path that it gets whole or not at all.
  /// - Throws: what `write` throws, and `TensorError` (file); what was there before stays.
  func add(
    step: Int, score: Double?, lastLogged: Int, sizes: [Int], ending: String,
    rotation: CheckpointRotation, _ write: (String) throws -> Void
  ) throws {
    try Directory.make(folder, operation: "checkpoint")
    let taken = Set(Directory.names(folder))
    var attempt = 0
    while taken.contains(CheckpointIndex.name(step, attempt: attempt, ending: ending)) {
      attempt += 1
    }
    let file = CheckpointIndex.name(step, attempt: attempt, ending: ending)
    try write("\(folder)/\(file)")
    var next = index
    // One checkpoint a step, and none of a later step: a run that was resumed goes another way.
    next.checkpoints.removeAll { $0.step >= step }
    next.checkpoints.append(
      SavedCheckpoint(file: file, step: step, score: score, lastLogged: lastLogged, sizes: sizes))
    next.checkpoints = rotation.kept(of: next.checkpoints)
    try next.write()
    let kept = Set(next.checkpoints.map(\.file))
    for checkpoint in index.checkpoints where !kept.contains(checkpoint.file) {
      unlink(path(of: checkpoint))
    }
    index = next
  }
}
