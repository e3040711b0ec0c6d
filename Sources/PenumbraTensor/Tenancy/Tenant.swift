/// On whose behalf a thread computes: one of the scripts that share the process.

internal import CKernels

/// One script's share of the process: memory, permissions, threads, how it is interrupted.
///
/// Operations find it through the thread that runs them, from the start of `within` to its end. Without
/// one the process's own bounds hold.
public final class Tenant: @unchecked Sendable {
  public let memory: MemoryAccount
  public let permissions: Permissions
  /// Whether the script may change what all scripts share: the limit of all tensor memory.
  public let changesProcess: Bool
  /// The most threads that it may use; nil for no bound.
  private let mostThreads: Int?
  /// What it chose for itself; nil where it has not.
  private(set) var threads: Int?
  var precision: MatmulPrecision?
  var printOptions: PrintOptions?
  /// Not 0 when the script's operations are to stop.
  private let interrupt: UnsafePointer<Int32>?
  /// Asked when memory runs short.
  private let reclaimer: Reclaimer?

  /// - Parameters:
  ///   - threads: the number of threads of its operations, which it cannot raise; nil for the process's.
  ///   - interrupt: a word that outlives the tenant.
  public init(
    memory: MemoryAccount = MemoryAccount(), permissions: Permissions = .all, threads: Int? = nil,
    changesProcess: Bool = true, interrupt: UnsafePointer<Int32>? = nil,
    reclaimer: Reclaimer? = nil
  ) {
    self.memory = memory
    self.permissions = permissions
    mostThreads = threads.map { min(max($0, 1), 1024) }
    self.threads = mostThreads
    self.changesProcess = changesProcess
    self.interrupt = interrupt
    self.reclaimer = reclaimer
  }

  func useThreads(_ count: Int) { threads = min(count, mostThreads ?? count) }

  /// The calling thread's.
  public static var current: Tenant? {
    pn_current_thread().pointee.tenant.map {
      Unmanaged<Tenant>.fromOpaque($0).takeUnretainedValue()
    }
  }

  /// Runs a body whose operations are the tenant's.
  @inline(__always)
  public func within<Result>(_ body: () throws -> Result) rethrows -> Result {
    let thread = pn_current_thread()!
    let own = Unmanaged.passUnretained(self).toOpaque()
    // The calls of one script nest: only the outermost changes anything.
    if thread.pointee.tenant == own { return try body() }
    let before = (thread.pointee.tenant, thread.pointee.interrupt, thread.pointee.reclaimer)
    thread.pointee.tenant = own
    thread.pointee.interrupt = interrupt
    thread.pointee.reclaimer = reclaimer.map { Unmanaged.passUnretained($0).toOpaque() }
    defer {
      thread.pointee.tenant = before.0
      thread.pointee.interrupt = before.1
      thread.pointee.reclaimer = before.2
    }
    return try withExtendedLifetime(self) { try body() }
  }
}
