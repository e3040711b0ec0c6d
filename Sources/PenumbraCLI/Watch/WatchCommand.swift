// `penumbra watch`: runs a script again whenever it, or a module that it requires, changes.

internal import Glibc
internal import LuaEmbedding
internal import Synchronization

struct WatchCommand {
  private var script: Word?
  private var arguments: [Word] = []
  private var options: [Word] = []
  private var showsHelp = false

  /// Seconds without a notice after which a change counts as complete, and seconds after which nobody
  /// waits for that any more.
  private static let quiet = 0.05
  private static let patience = 1.0

  /// Reads the words behind `watch`.
  ///
  /// - Throws: `UsageError`.
  init(_ words: [Word]) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word.text {
      case "--":
        arguments = Array(rest)
        rest = []
      case "--help", "-h": showsHelp = true
      case "--threads":
        guard let count = rest.popFirst() else {
          throw UsageError(message: "watch: '--threads' needs a value")
        }
        options += [word, count]
      case "-": throw UsageError(message: "watch: expected a script's file")
      case _ where word.isOption:
        let hint = Suggestion.text(for: word.text, among: ["--threads", "--help"])
        throw UsageError(message: "watch: unrecognized option '\(word.text)'\(hint)")
      default:
        guard script == nil else {
          throw UsageError(
            message: "watch: unexpected argument '\(word.text)'; the script's own stand behind '--'"
          )
        }
        script = word
      }
    }
    guard script != nil || showsHelp else {
      throw UsageError(message: "watch: expected a script")
    }
    // A wrong number of threads is one here, not of each run.
    _ = try OptionScanner.scan([Word("penumbra")] + options)
  }

  /// Returns the exit code.
  func run() -> Int32 {
    guard let script, !showsHelp else {
      Console.write(RunUsage.watch + "\n")
      return ExitCode.success
    }
    guard access(script.text, R_OK) == 0 else {
      Console.writeError("penumbra: cannot open \(script.text)\n")
      return ExitCode.scriptError
    }
    do {
      return try watch(script)
    } catch {
      Console.writeError("penumbra: \(error)\n")
      return ExitCode.scriptError
    }
  }

  // MARK: - The loop

  private func watch(_ script: Word) throws -> Int32 {
    let signals = try StopSignals()
    let folders = try FolderWatch()
    folders.add(Machine.lexical(script.text))
    let words = [Word("penumbra")] + options + [Word("--"), script] + arguments
    var child: WatchedProcess? = try WatchedProcess(words)
    var count = 1
    defer { child?.stop(isUrgent: { signals.count > 1 }) }
    while true {
      var polled = [signals.descriptor, folders.descriptor, child?.modules ?? -1].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      _ = poll(&polled, 3, -1)
      if let code = signals.exitCode { return code }
      if polled[2].revents != 0, let current = child {
        if let paths = current.newModules() {
          paths.forEach(folders.add)
        } else {
          report(current.ended(), WatchedProcess.seconds - current.started)
          child = nil
        }
      }
      guard polled[1].revents != 0, folders.drain() else { continue }
      settle(folders, signals)
      let changed = folders.changes().filter { access($0, R_OK) == 0 }
      guard let first = changed.first, signals.count == 0 else { continue }
      child?.stop(isUrgent: { signals.count > 0 })
      child = nil
      if let code = signals.exitCode { return code }
      count += 1
      say("\(WatchCommand.shown(first)) changed; run \(count) of \(script.text)")
      // A folder that was taken away and came back is another one.
      folders.add(Machine.lexical(script.text))
      child = try WatchedProcess(words)
    }
  }

  /// Waits until the writing is over.
  private func settle(_ folders: FolderWatch, _ signals: StopSignals) {
    let start = WatchedProcess.seconds
    while WatchedProcess.seconds - start < WatchCommand.patience {
      var polled = [signals.descriptor, folders.descriptor].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      guard poll(&polled, 2, Int32(WatchCommand.quiet * 1000)) > 0, signals.count == 0 else {
        return
      }
      _ = folders.drain()
    }
  }

  // MARK: - Lines

  private func report(_ code: Int32, _ seconds: Double) {
    let time = seconds < 10 ? "\((seconds * 100).rounded() / 100) s" : Shown.duration(seconds)
    let end = code == 0 ? "finished" : "ended with exit code \(code)"
    say("\(end) after \(time); waiting for changes")
  }

  private func say(_ text: String) {
    let line = "penumbra: " + TextTable.plain(text)
    Console.writeError(
      Console.hasColour(Console.errors) ? "\u{1B}[2m\(line)\u{1B}[0m\n" : line + "\n")
  }

  /// Relative to the working directory where it is inside.
  private static func shown(_ path: String) -> String {
    let here = Machine.folder + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }
}

/// Ctrl-C and SIGTERM, as something that can be waited for.
private final class StopSignals {
  let descriptor: Int32
  private static let pipe = Atomic<Int32>(-1)
  private static let seen = Atomic<Int32>(0)
  private static let first = Atomic<Int32>(0)

  init() throws {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { throw FileError(path: "pipe", code: errno) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    descriptor = ends[0]
    StopSignals.pipe.store(ends[1], ordering: .sequentiallyConsistent)
    for signal in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = StopSignals.note
      sigaction(signal, &action, nil)
    }
  }

  private static let note: @convention(c) (Int32) -> Void = { signal in
    let code = errno
    if seen.wrappingAdd(1, ordering: .relaxed).newValue == 1 {
      first.store(signal, ordering: .relaxed)
    }
    var byte: UInt8 = 0
    _ = write(pipe.load(ordering: .relaxed), &byte, 1)
    errno = code
  }

  /// How many came.
  var count: Int32 { StopSignals.seen.load(ordering: .relaxed) }

  /// What the first one asks for; nil before it.
  var exitCode: Int32? {
    guard count > 0 else { return nil }
    return 128 + StopSignals.first.load(ordering: .relaxed)
  }
}
