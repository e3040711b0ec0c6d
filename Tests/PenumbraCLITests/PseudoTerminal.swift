// A terminal for a child, with this test at the keyboard.

import Glibc

final class PseudoTerminal {
  private let keyboard: Int32
  private let child: pid_t
  private var ended = false
  /// Everything that the child wrote.
  private(set) var transcript: [UInt8] = []
  private var seen = 0

  /// Starts `penumbra` on a terminal of 80 columns.
  init(_ arguments: [String] = [], in place: Workspace, environment: [String: String] = [:]) throws
  {
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var unlocked: Int32 = 0
    var number: UInt32 = 0
    guard master >= 0, ioctl(master, Self.unlock, &unlocked) == 0,
      ioctl(master, Self.number, &number) == 0
    else { throw ChildError(message: "no pseudo-terminal") }
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    let name = "/dev/pts/\(number)"
    let home = [
      "HOME": place.path, "XDG_STATE_HOME": place.path + "/state", "TERM": "xterm",
      "LC_ALL": "C.UTF-8",
    ]
    keyboard = master
    child = try Child.spawn(
      Child.penumbra, ["penumbra"] + arguments,
      environment: home.merging(environment) { _, given in given }, in: place.path,
      newSession: true
    ) { actions in
      // The first terminal that the leader of a new session opens becomes its own.
      posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
  }

  /// TIOCSPTLCK and TIOCGPTN.
  private static let unlock: UInt = 0x4004_5431
  private static let number: UInt = 0x8004_5430

  deinit {
    if !ended {
      kill(child, SIGKILL)
      _ = try? Child.wait(for: child)
    }
    close(keyboard)
  }

  func type(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(keyboard, $0.baseAddress, $0.count) }
  }

  func enter(_ line: String) { type(line + "\r") }

  static let controlC = "\u{03}"
  static let controlD = "\u{04}"
  static let up = "\u{1B}[A"

  /// Reads until a text appears behind the last one found; what stood between them.
  @discardableResult
  func expect(_ text: String, seconds: Int = 30) throws -> String {
    let wanted = Array(text.utf8)
    let deadline = time(nil) + seconds
    while true {
      if let place = find(wanted) {
        let between = String(decoding: transcript[seen..<place], as: UTF8.self)
        seen = place + wanted.count
        return between
      }
      guard time(nil) < deadline, try readMore(seconds: max(1, deadline - time(nil))) else {
        let rest = String(decoding: transcript[seen...], as: UTF8.self)
        throw ChildError(
          message: "waited for \(text.debugDescription), got \(rest.debugDescription)")
      }
    }
  }

  /// The exit code, once the child has ended.
  func finish() throws -> Int32 {
    while try readMore() {}
    ended = true
    return try Child.wait(for: child)
  }

  var text: String { String(decoding: transcript, as: UTF8.self) }

  private func find(_ wanted: [UInt8]) -> Int? {
    guard transcript.count - seen >= wanted.count else { return nil }
    return (seen...(transcript.count - wanted.count)).first { start in
      transcript[start..<(start + wanted.count)].elementsEqual(wanted)
    }
  }

  /// False at the end of the child's output.
  private func readMore(seconds: Int = 30) throws -> Bool {
    var polled = pollfd(fd: keyboard, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, Int32(clamping: 1000 * seconds)) > 0 else {
      throw ChildError(message: "silence after: \(text)")
    }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = read(keyboard, &buffer, buffer.count)
    guard count > 0 else { return false }
    transcript += buffer.prefix(count)
    return true
  }
}
