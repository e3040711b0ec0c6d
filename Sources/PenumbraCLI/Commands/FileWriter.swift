// Writes text files whole or not at all.

internal import Glibc

struct FileError: Error, CustomStringConvertible {
  let path: String
  let code: Int32

  var description: String { "\(path): \(String(cString: strerror(code)))" }
}

enum FileWriter {
  /// Writes to a temporary name beside the file, then renames.
  static func write(_ text: String, to path: String) throws {
    let temporary = "\(path).\(getpid()).partial"
    guard let file = fopen(temporary, "w") else { throw FileError(path: path, code: errno) }
    var text = text
    let written = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
    let synced = written && fflush(file) == 0 && fsync(fileno(file)) == 0
    let failure = errno
    guard fclose(file) == 0, synced else {
      unlink(temporary)
      throw FileError(path: path, code: failure)
    }
    guard rename(temporary, path) == 0 else {
      let failure = errno
      unlink(temporary)
      throw FileError(path: path, code: failure)
    }
  }
}
