/// The memory behind tensors. Views share one storage.

/// A block of elements on one device.
public final class Storage {
  /// Where the memory came from, and goes back to.
  private enum Source {
    /// The pool, on the account of the tenant that it was made for.
    case pool(MemoryAccount?)
    /// A host.
    case foreign(ForeignMemory)
  }

  let pointer: UnsafeMutableRawPointer
  let byteCount: Int
  private let source: Source
  /// Counts in-place changes, so that a backward pass notices a value that it saved and that is gone.
  private(set) var version = 0
  /// Whether a second tensor has ever had a window on this memory.
  var isShared = false

  /// Uninitialised memory from the pool.
  ///
  /// - Throws: `TensorError` (memory) when it cannot be had.
  init(byteCount: Int, operation: StaticString) throws {
    let account = Tenant.current?.memory
    pointer = try MemoryPool.allocate(byteCount, on: account, operation: operation)
    self.byteCount = byteCount
    source = .pool(account)
  }

  /// Memory of a host, which lives as long as `foreign`.
  init(foreign pointer: UnsafeMutableRawPointer, byteCount: Int, _ foreign: ForeignMemory) {
    self.pointer = pointer
    self.byteCount = byteCount
    source = .foreign(foreign)
  }

  deinit {
    if case .pool(let account) = source {
      MemoryPool.deallocate(pointer, byteCount, on: account)
    }
  }

  @inline(__always)
  func markChanged() { version &+= 1 }
}
