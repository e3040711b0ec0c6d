/// How many threads large operations may use.

internal import Glibc
internal import Synchronization

public enum Threads {
  private static let current = Atomic<Int>(0)

  /// Processors that this process may use.
  public static let available = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// The number of threads for matrix products and large loops; all processors unless set.
  public static var count: Int {
    get {
      let value = current.load(ordering: .relaxed)
      return value == 0 ? available : value
    }
    set {
      let value = min(max(newValue, 1), 1024)
      current.store(value, ordering: .relaxed)
      Backend.setThreadCount(value)
    }
  }
}
