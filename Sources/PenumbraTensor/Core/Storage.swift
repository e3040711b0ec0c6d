/// The memory behind tensors. Views share one storage.

/// A block of elements on one device.
public final class Storage {
  let pointer: UnsafeMutableRawPointer
  let byteCount: Int
  /// Of the tenant that it was made for.
  private let account: MemoryAccount?
  /// Counts in-place changes, so that a backward pass notices a value that it saved and that is gone.
  private(set) var version = 0
  /// Whether a second tensor has ever had a window on this memory.
  var isShared = false

  /// Uninitialised memory from the pool.
  ///
  /// - Throws: `TensorError` (memory) when it cannot be had.
  init(byteCount: Int, operation: StaticString) throws {
    account = Tenant.current?.memory
    pointer = try MemoryPool.allocate(byteCount, on: account, operation: operation)
    self.byteCount = byteCount
  }

  deinit { MemoryPool.deallocate(pointer, byteCount, on: account) }

  @inline(__always)
  func markChanged() { version &+= 1 }
}
