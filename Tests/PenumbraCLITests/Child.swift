// Runs programs and reads what they say.

import Glibc
import Synchronization

/// How a program ended.
struct Outcome: Equatable {
  var output: String
  var errors: String
  /// The exit code; 128 + the signal for one that a signal ended.
  var code: Int32
}

struct ChildError: Error {
  let message: String
}

enum Child {
  /// The built command stands beside the test bundle.
  static let penumbra: String = {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        characters.baseAddress.map { readlink("/proc/self/exe", $0, characters.count) } ?? 0
      }
    }
    let path = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
    let folder = path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)
    let beside = "\(folder)/penumbra"
    // `swift test` may run the bundle in a helper of the toolchain: then the bundle is an argument.
    if access(beside, X_OK) == 0 { return beside }
    for argument in CommandLine.arguments {
      guard let slash = argument.lastIndex(of: "/") else { continue }
      let candidate = "\(argument[..<slash])/penumbra"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    return beside
  }()

  static let stockLua = "/usr/bin/lua5.4"

  /// Pipes are made and inherited one spawn at a time: no child keeps another one's open.
  private static let spawning = Mutex(())

  /// Runs a program whose own name (`argv[0]`) is "lua".
  static func run(
    _ program: String, _ arguments: [String], input: String = "",
    environment: [String: String] = [:], in directory: String = "/",
    signal: (number: Int32, after: String)? = nil
  ) throws -> Outcome {
    let (child, pipes) = try withPipes { pipes in
      try spawn(
        program, ["lua"] + arguments, environment: environment, in: directory
      ) { actions in
        posix_spawn_file_actions_adddup2(&actions, pipes.input.read, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes.output.write, 1)
        posix_spawn_file_actions_adddup2(&actions, pipes.errors.write, 2)
      }
    }
    // A child that ends without reading its input is no reason to die.
    _ = Glibc.signal(SIGPIPE, SIG_IGN)
    var text = input
    text.withUTF8 { _ = write(pipes.input.write, $0.baseAddress, $0.count) }
    close(pipes.input.write)
    let streams = try pipes.readAll(of: child, signal: signal)
    return Outcome(output: streams.output, errors: streams.errors, code: try wait(for: child))
  }

  /// Starts a child with pipes of its own.
  static func withPipes(_ start: (Pipes) throws -> pid_t) throws -> (pid_t, Pipes) {
    try spawning.withLock { _ in
      let pipes = try Pipes()
      defer { pipes.closeChildEnds() }
      return (try start(pipes), pipes)
    }
  }

  /// Starts a program; the caller says what its standard streams are.
  static func spawn(
    _ program: String, _ words: [String], environment: [String: String], in directory: String,
    newSession: Bool = false, _ streams: (inout posix_spawn_file_actions_t) -> Void
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    streams(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The thread that runs a test may block or ignore signals; a child starts without that.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    sigaddset(&signals, SIGINT)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let session: Int16 = 0x80
    let flags = Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
    posix_spawnattr_setflags(&attributes, newSession ? flags | session : flags)
    var environment = environment
    environment["PATH"] = "/usr/bin:/bin"
    let variables = environment.map { "\($0.key)=\($0.value)" }
    var child = pid_t()
    // Changes the directory in the child, and lets it have any name.
    let script = "cd \"$1\" && exec -a \"$3\" \"$2\" \"${@:4}\""
    let status = withStrings(["bash", "-c", script, "bash", directory, program] + words) { words in
      withStrings(variables) { variables in
        posix_spawn(&child, "/bin/bash", &actions, &attributes, words, variables)
      }
    }
    guard status == 0 else {
      throw ChildError(message: "\(program): \(String(cString: strerror(status)))")
    }
    return child
  }

  static func wait(for child: pid_t) throws -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw ChildError(message: "waitpid failed") }
    }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }

  private static func withStrings<Result>(
    _ strings: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("an array of one at least") }
      return body(start)
    }
  }
}
