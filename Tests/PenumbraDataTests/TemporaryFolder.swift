/// A folder that a test may fill; it is removed with everything in it.

import Glibc

final class TemporaryFolder {
  let path: String

  init() {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
    var template = Array("\(parent)/penumbra-test-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "."
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// The path of a file in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// What is in the folder.
  var names: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var result: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { result.append(name) }
    }
    return result.sorted()
  }

  /// Puts bytes into a file, by plain C, and returns its path.
  @discardableResult
  func put(_ name: String, _ bytes: [UInt8]) -> String {
    if let stream = fopen(file(name), "wb") {
      fwrite(bytes, 1, bytes.count, stream)
      fclose(stream)
    }
    return file(name)
  }

  /// A file's bytes, by plain C.
  func get(_ name: String) -> [UInt8] {
    guard let stream = fopen(file(name), "rb") else { return [] }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(stream), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
  }
}

/// A gzip member of stored blocks, made by hand from RFC 1951 and 1952.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  func little(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }
  var check: UInt32 = 0xffff_ffff
  for byte in bytes {
    check ^= UInt32(byte)
    for _ in 0..<8 { check = check & 1 == 1 ? check >> 1 ^ 0xedb8_8320 : check >> 1 }
  }
  let length = UInt32(bytes.count)
  return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(length, 2) + little(~length, 2) + bytes
    + little(~check, 4) + little(length, 4)
}
