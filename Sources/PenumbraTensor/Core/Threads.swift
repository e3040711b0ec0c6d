/// How many threads large operations may use.

internal import Glibc
internal import Synchronization

public enum Threads {
  private static let current = Atomic<Int>(0)

  /// Processors that this process may use.
  public static let available = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// The number of threads for matrix products and large loops; all processors unless set. Inside a
  /// tenant it is the tenant's, which has that of the process unless it sets its own.
  public static var count: Int {
    get {
      if let own = Tenant.current?.threads { return own }
      let value = current.load(ordering: .relaxed)
      return value == 0 ? available : value
    }
    set {
      let value = min(max(newValue, 1), 1024)
      if let tenant = Tenant.current {
        tenant.useThreads(value)
      } else {
        current.store(value, ordering: .relaxed)
      }
      Backend.setThreadCount(count)
    }
  }

  /// Makes the calling thread's products use `count` threads: the number that OpenMP uses belongs to the
  /// thread that asks it.
  public static func adopt() { Backend.setThreadCount(count) }
}
