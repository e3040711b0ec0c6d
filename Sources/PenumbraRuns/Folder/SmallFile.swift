/// Reading small files that may be missing, damaged or something else altogether.

internal import PenumbraData

package enum SmallFile {
  /// The bytes of a regular file of at most `limit`; nil for anything else.
  package static func bytes(_ path: String, limit: Int) -> [UInt8]? {
    guard let file = try? InputFile(path, operation: "run"), file.size <= limit else { return nil }
    return try? file.contents()
  }

  package static func text(_ path: String, limit: Int) -> String? {
    bytes(path, limit: limit).flatMap { String(validating: $0, as: UTF8.self) }
  }

  static func json(_ path: String, limit: Int = 1 << 24) -> JSON? {
    bytes(path, limit: limit)?.withUnsafeBytes { try? JSON(parsing: $0, depthLimit: 32) }
  }
}
