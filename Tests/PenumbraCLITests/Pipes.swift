// The three pipes between a test and a child.

import Glibc

struct Pipes {
  struct Pipe {
    let read: Int32
    let write: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      guard Glibc.pipe(&ends) == 0 else { throw ChildError(message: "no pipe") }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      (read, write) = (ends[0], ends[1])
    }
  }

  let input: Pipe
  let output: Pipe
  let errors: Pipe

  init() throws {
    input = try Pipe()
    output = try Pipe()
    errors = try Pipe()
  }

  func closeChildEnds() {
    close(input.read)
    close(output.write)
    close(errors.write)
  }

  /// Reads both streams to their ends. Sends a signal when the output has come to contain a text.
  /// A child that says nothing for 60 seconds is killed.
  func readAll(
    of child: pid_t, signal: (number: Int32, after: String)?
  ) throws -> (output: String, errors: String) {
    var texts: [[UInt8]] = [[], []]
    var open = [output.read, errors.read]
    var signal = signal
    while open.contains(where: { $0 >= 0 }) {
      var polled = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      if poll(&polled, 2, 60_000) == 0 {
        kill(child, SIGKILL)
        throw ChildError(message: "no answer after: \(String(decoding: texts[0], as: UTF8.self))")
      }
      for (stream, entry) in polled.enumerated() where entry.revents != 0 {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(open[stream], &buffer, buffer.count)
        if count > 0 {
          texts[stream] += buffer.prefix(count)
        } else {
          close(open[stream])
          open[stream] = -1
        }
      }
      if let wanted = signal, String(decoding: texts[0], as: UTF8.self).contains(wanted.after) {
        kill(child, wanted.number)
        signal = nil
      }
    }
    return (
      String(decoding: texts[0], as: UTF8.self), String(decoding: texts[1], as: UTF8.self)
    )
  }
}
