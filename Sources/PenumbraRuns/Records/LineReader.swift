/// Reading files of lines that another process may be writing, or died while writing.

internal import PenumbraData
internal import PenumbraTensor

/// Reads complete lines, piece by piece: memory does not grow with the file.
package enum LineReader {
  /// Longer lines are skipped; ours are far shorter.
  package static let lineLimit = 1 << 24

  /// Calls a body with each line's bytes, without its line break, and the position behind it, until
  /// the body returns false. What stands behind the last line break is no line yet.
  ///
  /// - Throws: `TensorError` (file) when there is no such regular file, or reading fails.
  package static func forEachLine(
    of path: String, from start: Int = 0, operation: String,
    _ body: (_ line: UnsafeRawBufferPointer, _ end: Int) throws -> Bool
  ) throws {
    let file = try InputFile(path, operation: operation)
    var position = start
    var pending: [UInt8] = []
    var skipping = false
    while position < file.size {
      try Interruption.check(operation)
      let piece = try file.bytes(at: position, count: min(1 << 16, file.size - position))
      var lineStart = 0
      while let end = piece[lineStart...].firstIndex(of: 0x0A) {
        defer { lineStart = end + 1 }
        if skipping {
          skipping = false
          continue
        }
        let goesOn = try piece.withUnsafeBytes { bytes in
          let part = UnsafeRawBufferPointer(rebasing: bytes[lineStart..<end])
          if pending.isEmpty { return try body(part, position + end + 1) }
          pending += part
          return try pending.withUnsafeBytes { try body($0, position + end + 1) }
        }
        pending.removeAll(keepingCapacity: true)
        guard goesOn else { return }
      }
      if !skipping { pending += piece[lineStart...] }
      if pending.count > lineLimit {
        pending = []
        skipping = true
      }
      position += piece.count
    }
  }
}
