/// What a reader finds in a run folder besides records: pictures, checkpoints, sources.

internal import PenumbraData
internal import PenumbraTensor

/// The pictures of one name, in the order of their steps.
public struct PictureSeries: Sendable {
  /// As it stands in the folder.
  public let name: String
  public let pictures: [(step: Int, path: String)]
}

extension RunFolder {
  /// The pictures of a part, "images" or "figures".
  public func pictures(in part: String) -> [PictureSeries] {
    files(in: part).compactMap { name in
      let pictures = files(in: "\(part)/\(name)").compactMap { file in
        CheckpointIndex.step(of: file).map { (step: $0, path: "\(path)/\(part)/\(name)/\(file)") }
      }
      guard !pictures.isEmpty else { return nil }
      return PictureSeries(name: name, pictures: pictures.sorted { $0.step < $1.step })
    }
  }

  /// A picture of at most `limit` bytes; nil for anything else.
  public func picture(at path: String, limit: Int) -> EncodedImage? {
    SmallFile.bytes(path, limit: limit).flatMap { EncodedImage(png: $0) }
  }

  /// The checkpoints, the oldest first, each with its file's size.
  public func checkpoints() -> [(checkpoint: SavedCheckpoint, bytes: Int)] {
    CheckpointIndex(checkpointsPath).checkpoints.map { checkpoint in
      (checkpoint, RunFolder.size(of: "\(checkpointsPath)/\(checkpoint.file)"))
    }
  }

  private static func size(of path: String) -> Int {
    guard let file = try? InputFile(path, operation: "runs") else { return 0 }
    return file.size
  }

  /// The text of a copy in `source`; nil where it is longer than `limit` bytes, or no text.
  public func source(_ name: String, limit: Int) -> String? {
    SmallFile.text("\(sourcePath)/\(name)", limit: limit)
  }
}
