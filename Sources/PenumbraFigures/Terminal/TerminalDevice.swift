/// What standard output can show.

internal import CLinux
internal import Glibc
internal import Synchronization

/// Standard output: a terminal of some abilities, or none.
public struct TerminalDevice: Sendable, Equatable {
  /// How a terminal shows pictures.
  public enum Pictures: String, Sendable {
    case kitty, sixel
    /// By characters.
    case text
  }

  public var pictures: Pictures
  public var colour: TerminalColour
  /// Characters of a line.
  public var columns: Int
  /// Pixels of a line; nil where the terminal does not say.
  public var pixelWidth: Int?

  public init(
    pictures: Pictures, colour: TerminalColour, columns: Int = 80, pixelWidth: Int? = nil
  ) {
    (self.pictures, self.colour) = (pictures, colour)
    (self.columns, self.pixelWidth) = (columns, pixelWidth)
  }

  /// A pipe or a file: 80 columns, no escape codes.
  public static let pipe = TerminalDevice(pictures: .text, colour: .none)

  /// What standard output is now. `PENUMBRA_GRAPHICS` (kitty, sixel or text), `NO_COLOR`, `COLORTERM`
  /// and `TERM` are heard; otherwise the terminal is asked once, and has a quarter of a second to answer.
  public static func current() -> TerminalDevice {
    let kind = environment("TERM") ?? "dumb"
    guard isatty(1) == 1, kind != "dumb" else { return pipe }
    var size = winsize()
    let isKnown = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 20
    return TerminalDevice(
      pictures: pictures(kind), colour: colour,
      columns: isKnown ? Int(size.ws_col) : 80,
      pixelWidth: isKnown && size.ws_xpixel > 0 ? Int(size.ws_xpixel) : nil)
  }

  private static var colour: TerminalColour {
    if !(environment("NO_COLOR") ?? "").isEmpty { return .none }
    let depth = environment("COLORTERM") ?? ""
    return depth == "truecolor" || depth == "24bit" ? .full : .indexed
  }

  private static func pictures(_ kind: String) -> Pictures {
    if let wish = environment("PENUMBRA_GRAPHICS").flatMap(Pictures.init) { return wish }
    // A multiplexer inherits the variables of the terminal around it, but not its abilities.
    if environment("TMUX") == nil, environment("STY") == nil {
      if environment("KITTY_WINDOW_ID") != nil || kind == "xterm-kitty" { return .kitty }
      if kind == "xterm-ghostty" || environment("TERM_PROGRAM") == "WezTerm" { return .kitty }
    }
    return answer.withLock { known in
      if let known { return known }
      let found = TerminalQuery.pictures()
      known = found
      return found ?? .text
    }
  }

  /// What the terminal said; nil if it was not asked yet.
  private static let answer = Mutex<Pictures?>(nil)

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}

/// Asks the terminal what it can do.
package enum TerminalQuery {
  /// A picture of one pixel that kitty would answer for, then the primary device attributes, which
  /// every terminal answers: they end the waiting.
  private static let question = "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\\u{1B}[c"
  private static let patience: Int32 = 250

  /// Nil if it is no time to ask: keys were typed ahead, which the answer must not swallow, or the
  /// terminal belongs to another process.
  static func pictures() -> TerminalDevice.Pictures? {
    let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { return .text }
    defer { close(terminal) }
    guard tcgetpgrp(terminal) == getpgrp() else { return nil }
    var saved = termios()
    guard tcgetattr(terminal, &saved) == 0 else { return .text }
    var raw = saved
    cfmakeraw(&raw)
    // Ctrl-C stays a signal.
    raw.c_lflag |= tcflag_t(ISIG)
    guard tcsetattr(terminal, TCSANOW, &raw) == 0 else { return .text }
    defer { tcsetattr(terminal, TCSANOW, &saved) }
    if waits(terminal, 0) { return nil }
    let bytes = Array(question.utf8)
    guard write(terminal, bytes, bytes.count) == bytes.count else { return .text }
    return meaning(read(terminal))
  }

  private static func waits(_ terminal: Int32, _ milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0 && entry.revents & Int16(POLLIN) != 0
  }

  /// Until the attributes are complete, or patience ends.
  private static func read(_ terminal: Int32) -> [UInt8] {
    var answer: [UInt8] = []
    let deadline = clock() + Double(patience) / 1000
    while answer.count < 4096 {
      let left = Int32((deadline - clock()) * 1000)
      guard left > 0, waits(terminal, left) else { break }
      var byte: UInt8 = 0
      guard Glibc.read(terminal, &byte, 1) == 1 else { break }
      answer.append(byte)
      if attributes(in: answer) != nil { break }
    }
    return answer
  }

  private static func clock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// What the answers say.
  package static func meaning(_ answer: [UInt8]) -> TerminalDevice.Pictures {
    if String(decoding: answer, as: UTF8.self).contains("\u{1B}_Gi=31;OK\u{1B}\\") { return .kitty }
    return attributes(in: answer)?.contains(4) == true ? .sixel : .text
  }

  /// The numbers of `ESC [ ? 62 ; 4 c`; nil before its end has come.
  private static func attributes(in answer: [UInt8]) -> [Int]? {
    let start = Array("\u{1B}[?".utf8)
    for place in answer.indices where answer[place...].starts(with: start) {
      let rest = answer[(place + start.count)...]
      let numbers = rest.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ";") }
      guard rest.dropFirst(numbers.count).first == UInt8(ascii: "c") else { continue }
      return numbers.split(separator: UInt8(ascii: ";")).compactMap {
        Int(String(decoding: $0, as: UTF8.self))
      }
    }
    return nil
  }
}
