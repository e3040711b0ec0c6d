// A program that goes on while a test talks to it.

import Glibc

final class LiveChild {
  let process: pid_t
  private let pipes: Pipes
  private(set) var output = ""
  private(set) var errors = ""
  private var position = (output: 0, errors: 0)
  private var isWaitedFor = false

  /// Starts `penumbra` in a folder; it reads nothing.
  init(
    _ arguments: [String], in directory: String, environment: [String: String] = [:]
  ) throws {
    (process, pipes) = try Child.withPipes { pipes in
      try Child.spawn(
        Child.penumbra, ["lua"] + arguments, environment: environment, in: directory
      ) { actions in
        posix_spawn_file_actions_adddup2(&actions, pipes.input.read, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes.output.write, 1)
        posix_spawn_file_actions_adddup2(&actions, pipes.errors.write, 2)
      }
    }
    for descriptor in [pipes.output.read, pipes.errors.read] {
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }
  }

  deinit {
    if !isWaitedFor {
      kill(process, SIGKILL)
      _ = try? Child.wait(for: process)
    }
    for descriptor in [pipes.input.write, pipes.output.read, pipes.errors.read] {
      close(descriptor)
    }
  }

  private func read() {
    output += Self.available(pipes.output.read)
    errors += Self.available(pipes.errors.read)
  }

  private static func available(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Waits until the output, or the errors, have come to contain a text behind the one waited for last.
  func wait(output text: String? = nil, errors message: String? = nil, seconds: Int = 30) throws {
    for _ in 0..<(seconds * 200) {
      read()
      let out = text.map { Self.end(of: $0, in: output, from: position.output) } ?? position.output
      let bad =
        message.map { Self.end(of: $0, in: errors, from: position.errors) } ?? position.errors
      if let out, let bad {
        position = (out, bad)
        return
      }
      usleep(5_000)
    }
    throw ChildError(message: "no \(text ?? message ?? "") in:\n\(output)\n\(errors)")
  }

  private static func end(of text: String, in whole: String, from start: Int) -> Int? {
    let (whole, text) = (Array(whole.utf8), Array(text.utf8))
    guard whole.count >= start + text.count else { return nil }
    return (start...(whole.count - text.count)).first { whole[$0..<$0 + text.count] == text[...] }
      .map { $0 + text.count }
  }

  func signal(_ number: Int32) { kill(process, number) }

  /// The exit code; 128 + the signal for a process that a signal ended.
  func end() throws -> Int32 {
    defer { isWaitedFor = true }
    let code = try Child.wait(for: process)
    read()
    return code
  }
}
