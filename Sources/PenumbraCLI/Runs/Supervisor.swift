// Watches over a script from a thread of its own: Ctrl-C, SIGTERM, a time limit.

internal import Glibc
internal import LuaEmbedding
internal import PenumbraLua
internal import Synchronization

/// Asks a script to stop, once; a second signal ends the process.
///
/// A script that comes to `pn.run:due` again and again is asked there, between two steps; one that does
/// not come by in time, and any other, is interrupted where it is.
final class Supervisor: Sendable {
  /// Why a script was asked to stop.
  enum Cause: Int32, Sendable {
    case interrupt = 130
    case termination = 143
    case timeout = 124

    var exitCode: Int32 { rawValue }

    init(signal: UInt8) { self = Int32(signal) == SIGTERM ? .termination : .interrupt }
  }

  /// Seconds that a script has for coming to a point where it can stop, and that one that has used up
  /// its time has for ending.
  static let grace = 30.0

  private let handle: InterruptHandle
  private let stop: StopRequest
  private let timeout: Double?
  private let asked = Atomic<Int32>(0)
  private let isOver = Atomic(false)
  /// Where the signal handler writes to: all that it may do.
  private static let pipe = Atomic<Int32>(-1)

  init(_ handle: InterruptHandle, _ stop: StopRequest, timeout: Double?) {
    (self.handle, self.stop, self.timeout) = (handle, stop, timeout)
  }

  /// Why the script was asked to stop; nil if it was not.
  var cause: Cause? { Cause(rawValue: asked.load(ordering: .acquiring)) }

  /// Says that the script has ended: it is not interrupted any more.
  func scriptEnded() { isOver.store(true, ordering: .releasing) }

  func start() {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { return }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    let input = ends[0]
    Supervisor.pipe.store(ends[1], ordering: .sequentiallyConsistent)
    for signal in [SIGINT, SIGTERM] {
      var before = sigaction()
      sigaction(signal, nil, &before)
      // Whoever starts a command in the background lets it ignore the terminal's signals.
      let handler = unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self)
      if handler == 1 { continue }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = Supervisor.note
      action.sa_flags = SA_RESTART
      sigaction(signal, &action, nil)
    }
    let box = Unmanaged.passRetained(Watch(supervisor: self, input: input)).toOpaque()
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let watch = Unmanaged<Watch>.fromOpaque(argument).takeRetainedValue()
        watch.supervisor.watch(watch.input)
        return nil
      }, box)
    if code == 0 { pthread_detach(thread) } else { Unmanaged<Watch>.fromOpaque(box).release() }
  }

  private final class Watch {
    let supervisor: Supervisor
    let input: Int32

    init(supervisor: Supervisor, input: Int32) {
      (self.supervisor, self.input) = (supervisor, input)
    }
  }

  private static let note: @convention(c) (Int32) -> Void = { signal in
    let code = errno
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = write(Supervisor.pipe.load(ordering: .relaxed), &byte, 1)
    errno = code
  }

  // MARK: - The watching thread

  private func watch(_ input: Int32) {
    let start = Supervisor.seconds
    var timeLimit = timeout.map { start + $0 }
    /// When a script that did not come by is interrupted, and when the process ends.
    var patience: Double?
    var end: Double?
    while true {
      let next = [timeLimit, patience, end].compactMap { $0 }.min()
      let wait = next.map { Int32(min(max(($0 - Supervisor.seconds) * 1000, 0), 1e9)) + 1 } ?? -1
      var polled = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      _ = poll(&polled, 1, wait)
      var byte: UInt8 = 0
      if polled.revents != 0, read(input, &byte, 1) == 1 {
        let cause = Cause(signal: byte)
        if self.cause != nil { _exit(cause.exitCode) }
        if ask(cause) { patience = Supervisor.seconds + Supervisor.grace }
      }
      let now = Supervisor.seconds
      if let limit = timeLimit, now >= limit {
        timeLimit = nil
        if cause == nil {
          end = now + 2 * Supervisor.grace
          if ask(.timeout) { patience = now + Supervisor.grace }
        }
      }
      if let limit = patience, now >= limit {
        patience = nil
        if !isOver.load(ordering: .acquiring) { handle.interrupt() }
      }
      if let limit = end, now >= limit { _exit(Cause.timeout.exitCode) }
    }
  }

  /// Whether the script will see the request by itself.
  private func ask(_ cause: Cause) -> Bool {
    asked.store(cause.rawValue, ordering: .releasing)
    stop.request()
    guard !isOver.load(ordering: .acquiring) else { return false }
    guard stop.isExpected else {
      handle.interrupt()
      return false
    }
    var text = "\npenumbra: stopping at the end of the step; Ctrl-C again ends at once\n"
    text.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
    return true
  }

  private static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
