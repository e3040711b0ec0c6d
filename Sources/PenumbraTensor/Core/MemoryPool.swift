/// A caching allocator: the memory of dead tensors is kept, by size class, for the next ones.

internal import Glibc
internal import Synchronization

/// The process's tensor memory.
///
/// Requests are rounded up to size classes (64-byte steps to 1 KiB, then four to each power of two)
/// and served from that class's free list. Freed blocks stay cached up to `cacheLimit`.
public enum MemoryPool {
  /// Figures for `pn.memory()`; bytes.
  public struct Statistics: Sendable {
    /// Held by live tensors.
    public var live = 0
    /// The most that live tensors ever held.
    public var peak = 0
    /// Free, kept for reuse.
    public var cached = 0
    /// Blocks ever handed out, and how many of those came from the cache.
    public var requests = 0
    public var hits = 0
  }

  private struct State: ~Copyable {
    /// Address of the first free block of each class; each block's first word is that of the next.
    var free = InlineArray<168, UInt>(repeating: 0)
    var statistics = Statistics()
    var limit: Int
    var cacheLimit: Int
    /// For tests: how many requests succeed before the next ones fail, and how many those are.
    var plannedFailures: (after: Int, count: Int)?

    /// The address of a free block of a class, taken from its list; 0 when there is none.
    mutating func popFree(_ index: Int) -> UInt {
      let address = free[index]
      if let block = UnsafePointer<UInt>(bitPattern: address) { free[index] = block.pointee }
      return address
    }

    mutating func pushFree(_ block: UnsafeMutableRawPointer, _ index: Int) {
      block.storeBytes(of: free[index], as: UInt.self)
      free[index] = UInt(bitPattern: block)
    }
  }

  private static let state = Mutex(
    State(limit: SystemMemory.available / 5 * 4, cacheLimit: SystemMemory.available / 4))

  /// Live bytes as a plain word that a garbage collector's driver may read at any time.
  nonisolated(unsafe) public static let liveBytes: UnsafeMutablePointer<Int64> = {
    let word = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
    word.initialize(to: 0)
    return word
  }()

  /// Live tensors never hold more bytes than this, nor they and the cache together; a request beyond
  /// it is a catchable error. The default is four fifths of the memory that the machine or the
  /// process's control group has, so that a script meets this error and not the system's killer.
  public static var limit: Int {
    get { state.withLock { $0.limit } }
    set { state.withLock { $0.limit = max(0, newValue) } }
  }

  /// The most bytes that stay cached; a quarter of the memory unless set.
  public static var cacheLimit: Int {
    get { state.withLock { $0.cacheLimit } }
    set {
      state.withLock { state in
        state.cacheLimit = max(0, newValue)
        if state.statistics.cached > state.cacheLimit { trim(&state) }
      }
    }
  }

  public static var statistics: Statistics { state.withLock { $0.statistics } }

  /// Measures the peak from what is live now.
  public static func resetPeak() {
    state.withLock { $0.statistics.peak = $0.statistics.live }
  }

  /// A block of at least `byteCount` bytes, aligned to 64, contents undefined.
  ///
  /// When there is none, or more than the account may hold: the cache is emptied, then the thread's
  /// `Reclaimer` asked.
  ///
  /// - Throws: `TensorError` (memory).
  static func allocate(
    _ byteCount: Int, on account: MemoryAccount?, operation: StaticString
  ) throws -> UnsafeMutableRawPointer {
    Profiler.count(bytes: byteCount)
    let sizeClass = SizeClass(byteCount)
    if let block = take(sizeClass, account) { return block }
    if let reclaimer = Reclaimer.current {
      // Not under the lock: it frees tensors.
      reclaimer.reclaim()
      if let block = take(sizeClass, account) { return block }
    }
    let (live, limit) = state.withLock { ($0.statistics.live, $0.limit) }
    let left = max(0, limit - live)
    let reason =
      if let account, sizeClass.bytes > max(0, account.limit - account.used) {
        "\(size(max(0, account.limit - account.used))) left of the script's limit of "
          + size(account.limit)
      } else if sizeClass.bytes > left {
        "\(size(left)) left of the limit of \(size(limit))"
      } else {
        "the system has none left"
      }
    throw TensorError(.memory, "\(operation)", "\(size(byteCount)) wanted, \(reason)")
  }

  /// A block that is on the account too, or nil.
  private static func take(
    _ sizeClass: SizeClass, _ account: MemoryAccount?
  ) -> UnsafeMutableRawPointer? {
    guard let account else { return take(sizeClass) }
    guard account.charge(sizeClass.bytes) else { return nil }
    if let block = take(sizeClass) { return block }
    account.credit(sizeClass.bytes)
    return nil
  }

  /// A block of a class, or nil when the limit or the system refuses.
  private static func take(_ sizeClass: SizeClass) -> UnsafeMutableRawPointer? {
    let address: UInt = state.withLock { state in
      guard sizeClass.bytes <= state.limit - state.statistics.live else { return 0 }
      if let planned = state.plannedFailures {
        state.plannedFailures = (planned.after - 1, planned.count)
        if planned.after <= 0, planned.after > -planned.count { return 0 }
      }
      var address = state.popFree(sizeClass.index)
      if address != 0 {
        state.statistics.hits += 1
        state.statistics.cached -= sizeClass.bytes
      } else {
        let room = state.limit - state.statistics.live - state.statistics.cached
        if sizeClass.bytes > room { trim(&state) }
        address = systemAllocate(sizeClass.bytes)
      }
      if address == 0, state.statistics.cached > 0 {
        trim(&state)
        address = systemAllocate(sizeClass.bytes)
      }
      guard address != 0 else { return 0 }
      state.statistics.requests += 1
      state.statistics.live += sizeClass.bytes
      state.statistics.peak = max(state.statistics.peak, state.statistics.live)
      liveBytes.pointee = Int64(state.statistics.live)
      return address
    }
    return UnsafeMutableRawPointer(bitPattern: address)
  }

  /// A number of bytes for people: "512 bytes", "1.2 GB".
  static func size(_ bytes: Int) -> String {
    var (value, unit) = (Double(bytes), "bytes")
    for next in ["kB", "MB", "GB", "TB", "PB", "EB"] where value >= 1000 {
      (value, unit) = (value / 1000, next)
    }
    if unit == "bytes" { return "\(bytes) bytes" }
    return "\((value * 10).rounded() / 10) \(unit)"
  }

  /// Takes a block back.
  static func deallocate(
    _ block: UnsafeMutableRawPointer, _ byteCount: Int, on account: MemoryAccount?
  ) {
    let sizeClass = SizeClass(byteCount)
    account?.credit(sizeClass.bytes)
    let keep: Bool = state.withLock { state in
      state.statistics.live -= sizeClass.bytes
      liveBytes.pointee = Int64(state.statistics.live)
      guard state.statistics.cached + sizeClass.bytes <= state.cacheLimit else { return false }
      state.pushFree(block, sizeClass.index)
      state.statistics.cached += sizeClass.bytes
      return true
    }
    if !keep { free(block) }
  }

  /// For tests: after `after` more requests for memory, `count` requests fail. Nil: none fail.
  package static func failAllocations(after: Int?, count: Int = 1) {
    state.withLock { $0.plannedFailures = after.map { ($0, count) } }
  }

  /// Gives all cached memory back to the system.
  public static func emptyCache() {
    state.withLock { trim(&$0) }
  }

  private static func systemAllocate(_ byteCount: Int) -> UInt {
    UInt(bitPattern: aligned_alloc(64, byteCount))
  }

  private static func trim(_ state: inout State) {
    for index in 0..<SizeClass.count {
      while let block = UnsafeMutableRawPointer(bitPattern: state.popFree(index)) { free(block) }
    }
    state.statistics.cached = 0
  }
}

/// A block size that the pool deals in.
private struct SizeClass {
  static let count = 168  // 16 + 4 · 38
  let index: Int
  let bytes: Int

  /// The smallest class that holds `byteCount`.
  init(_ byteCount: Int) {
    if byteCount <= 1024 {
      index = max(0, (byteCount + 63) / 64 - 1)
      bytes = (index + 1) * 64
      return
    }
    // byteCount is in (2^power, 2^(power+1)], power ≥ 10, cut in quarters.
    let power = Int.bitWidth - (byteCount - 1).leadingZeroBitCount - 1
    let quarter = 1 << (power - 2)
    let step = (byteCount - (1 << power) + quarter - 1) / quarter
    bytes = (1 << power) + step * quarter
    index = min(16 + 4 * (power - 10) + step - 1, SizeClass.count - 1)
  }
}
