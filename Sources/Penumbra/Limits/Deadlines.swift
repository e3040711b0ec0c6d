/// Stops calls whose time is up, from a thread of its own.

internal import Glibc
internal import LuaEmbedding

/// The process's deadlines. The thread starts with the first one, and sleeps while there is none.
final class Deadlines: @unchecked Sendable {
  static let shared = Deadlines()

  private struct Entry {
    let number: Int
    let time: Double
    let handle: InterruptHandle
  }

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var entries: [Entry] = []
  private var count = 0
  private var isRunning = false

  private init() {
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    changed = .allocate(capacity: 1)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  /// Interrupts after so many seconds, unless the number that comes back is cancelled before.
  func add(_ handle: InterruptHandle, seconds: Double) -> Int {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    count += 1
    entries.append(Entry(number: count, time: Deadlines.now + seconds, handle: handle))
    if !isRunning { isRunning = start() }
    pthread_cond_signal(changed)
    return count
  }

  /// When this returns the deadline has passed, and the interrupt is raised, or it never will.
  func cancel(_ number: Int) {
    pthread_mutex_lock(mutex)
    entries.removeAll { $0.number == number }
    pthread_mutex_unlock(mutex)
  }

  private func start() -> Bool {
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { _ in
        Deadlines.shared.watch()
        return nil
      }, nil)
    if code == 0 { pthread_detach(thread) }
    return code == 0
  }

  private func watch() {
    pthread_mutex_lock(mutex)
    while true {
      let now = Deadlines.now
      for entry in entries where entry.time <= now { entry.handle.interrupt(.timeLimit) }
      entries.removeAll { $0.time <= now }
      guard let next = entries.map(\.time).min() else {
        pthread_cond_wait(changed, mutex)
        continue
      }
      let whole = next.rounded(.down)
      var until = timespec(tv_sec: Int(whole), tv_nsec: Int((next - whole) * 1e9))
      pthread_cond_timedwait(changed, mutex, &until)
    }
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
