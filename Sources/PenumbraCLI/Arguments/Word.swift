// One word of the command line. File names and arguments need not be UTF-8: bytes stay as they are.

internal import LuaEmbedding

struct Word: Hashable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  init(_ text: String) { bytes = Array(text.utf8) }

  /// For messages and for comparing with option names; bytes that are no UTF-8 are repaired.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  var isOption: Bool { bytes.first == UInt8(ascii: "-") }

  /// The string that a script gets.
  var luaValue: LuaValue {
    String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .bytes(bytes)
  }

  func dropFirst(_ count: Int) -> Word { Word(Array(bytes.dropFirst(count))) }

  /// The words of this process, its name first.
  static var ofProcess: [Word] {
    CommandLine.unsafeArgv.withMemoryRebound(
      to: UnsafeMutablePointer<CChar>?.self, capacity: Int(CommandLine.argc)
    ) { start in
      UnsafeBufferPointer(start: start, count: Int(CommandLine.argc)).compactMap { word in
        word.map { pointer in
          var bytes: [UInt8] = []
          var cursor = pointer
          while cursor.pointee != 0 {
            bytes.append(UInt8(bitPattern: cursor.pointee))
            cursor += 1
          }
          return Word(bytes)
        }
      }
    }
  }
}
