// Where the interactive mode's lines come from.

@preconcurrency internal import Glibc

enum InputLine: Equatable {
  /// Without its newline.
  case line(String)
  /// Ctrl-C at the prompt: what was typed is dropped.
  case interrupted
  case end
}

protocol LineSource: AnyObject {
  func read(prompt: String) -> InputLine
}

/// Lines of a pipe or file: no prompt, no editing. Shares its buffer with Lua's `io.read`.
final class PipedLines: LineSource {
  func read(prompt: String) -> InputLine {
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    let count = getline(&line, &capacity, Console.input)
    guard count > 0, let line else { return .end }
    let bytes = UnsafeRawBufferPointer(start: line, count: count)
    let length = bytes.last == UInt8(ascii: "\n") ? count - 1 : count
    return .line(String(decoding: bytes.prefix(length), as: UTF8.self))
  }
}
