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

  /// Runs a body whose products use the number of threads that was chosen for the tenant or the process,
  /// if one was: the number that OpenMP uses belongs to the thread that asks it.
  public static func adopting<Result>(_ body: () throws -> Result) rethrows -> Result {
    let chosen = Tenant.current?.threads ?? current.load(ordering: .relaxed)
    let before = Backend.threadCount
    if chosen > 0, chosen != before { Backend.setThreadCount(chosen) }
    // The script may have chosen another.
    defer { if Backend.threadCount != before { Backend.setThreadCount(before) } }
    return try body()
  }
}
