/// Tensors on memory that a host owns.

/// Memory of a host under a storage. Tells the host when no tensor uses it any more.
final class ForeignMemory {
  private let release: @Sendable () -> Void

  init(release: @escaping @Sendable () -> Void) { self.release = release }

  deinit { release() }
}

extension Tensor {
  /// A contiguous tensor whose elements are a host's memory, without a copy.
  ///
  /// What either side writes the other sees. The memory does not count against `MemoryPool.limit`.
  ///
  /// - Parameters:
  ///   - memory: aligned to the size of an element; may be nil for a shape without elements.
  ///   - release: called once, when no tensor uses the memory any more, on the thread that drops the
  ///     last one. It is not called if this throws.
  /// - Throws: `TensorError` for a bad shape, no memory, or wrong alignment.
  public convenience init(
    borrowing memory: UnsafeMutableRawPointer?, _ shape: Shape, dtype: DType,
    release: @escaping @Sendable () -> Void
  ) throws {
    let count = try Tensor.checkedCount(shape, dtype, "tensor")
    guard let memory = memory ?? (count == 0 ? Tensor.nothing : nil) else {
      throw TensorError(
        .value, "tensor", argument: "memory", expected: "\(count) elements", got: "nil")
    }
    guard UInt(bitPattern: memory) % UInt(dtype.byteCount) == 0 else {
      throw TensorError(
        .value, "tensor", argument: "memory",
        expected: "an address that is a multiple of \(dtype.byteCount) for \(dtype)",
        got: "\(memory)")
    }
    self.init(
      storage: Storage(
        foreign: memory, byteCount: count * dtype.byteCount, ForeignMemory(release: release)),
      offset: 0, shape: shape, strides: shape.contiguousStrides, dtype: dtype)
  }

  /// An address for tensors without elements.
  private static var nothing: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: 64) }
}
