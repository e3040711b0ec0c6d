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

  private static let physical = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
  private static let state = Mutex(State(limit: physical / 10 * 9, cacheLimit: physical / 4))

  /// Live bytes as a plain word that a garbage collector's driver may read at any time.
  nonisolated(unsafe) public static let liveBytes: UnsafeMutablePointer<Int64> = {
    let word = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
    word.initialize(to: 0)
    return word
  }()

  /// Live tensors never hold more bytes than this; a request beyond it is a catchable error.
  /// The default is nine tenths of the machine's memory.
  public static var limit: Int {
    get { state.withLock { $0.limit } }
    set { state.withLock { $0.limit = max(0, newValue) } }
  }

  public static var statistics: Statistics { state.withLock { $0.statistics } }

  /// A block of at least `byteCount` bytes, aligned to 64, contents undefined.
  static func allocate(_ byteCount: Int, operation: StaticString) throws -> UnsafeMutableRawPointer
  {
    let sizeClass = SizeClass(byteCount)
    let address: UInt = state.withLock { state in
      guard sizeClass.bytes <= state.limit - state.statistics.live else { return 0 }
      state.statistics.requests += 1
      var address = state.popFree(sizeClass.index)
      if address != 0 {
        state.statistics.hits += 1
        state.statistics.cached -= sizeClass.bytes
      } else {
        address = systemAllocate(sizeClass.bytes)
      }
      if address == 0, state.statistics.cached > 0 {
        trim(&state)
        address = systemAllocate(sizeClass.bytes)
      }
      guard address != 0 else { return 0 }
      state.statistics.live += sizeClass.bytes
      state.statistics.peak = max(state.statistics.peak, state.statistics.live)
      liveBytes.pointee = Int64(state.statistics.live)
      return address
    }
    guard let block = UnsafeMutableRawPointer(bitPattern: address) else {
      throw TensorError(
        .memory, "\(operation)",
        "cannot allocate \(byteCount) bytes: \(statistics.live) are in use, the limit is \(limit)")
    }
    return block
  }

  /// Takes a block back.
  static func deallocate(_ block: UnsafeMutableRawPointer, _ byteCount: Int) {
    let sizeClass = SizeClass(byteCount)
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
