/// The tensor: a strided view of a storage, and its place in the graph of derivatives.

/// An n-dimensional array with automatic differentiation.
///
/// A tensor is a window (offset, shape, strides) on a storage that it may share with other tensors.
/// Dimensions are counted from 0 in Swift; negative ones count from the end. It belongs to one
/// thread at a time.
public final class Tensor {
  let storage: Storage
  /// Position of the first element in the storage.
  let offset: Int
  public let shape: Shape
  public let strides: Strides
  public let dtype: DType
  /// The product of the extents.
  public let elementCount: Int
  /// Whether the elements lie one after the other in row-major order.
  public let isContiguous: Bool
  /// What made this value, or the leaf's own entry; nil where no derivative is wanted. A view's may be
  /// out of date: read `graphNode`.
  var node: Node?
  /// How often the graph of this tensor or of a view of it was changed in place; for a view, the base's
  /// number that `node` belongs to, or its complement (negative) where nothing was being recorded.
  var nodeVersion = 0
  /// The tensor whose window this is a part of, never itself a view; they share their graph.
  var base: Tensor?

  /// A window on a storage. The caller vouches for its bounds.
  @inline(__always)
  init(
    storage: Storage, offset: Int, shape: Shape, strides: Strides, dtype: DType, base: Tensor? = nil
  ) {
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
    self.dtype = dtype
    self.base = base
    var count = 1
    var contiguous = true
    var index = shape.rank - 1
    while index >= 0 {
      if shape[index] != 1, strides[index] != count { contiguous = false }
      count &*= shape[index]
      index -= 1
    }
    elementCount = count
    isContiguous = contiguous || count == 0
  }

  /// A new contiguous tensor with undefined contents.
  ///
  /// - Throws: `TensorError` when an extent is negative, the size overflows or memory is short.
  init(uninitialized shape: Shape, _ dtype: DType, _ operation: StaticString) throws {
    let count = try Tensor.checkedCount(shape, dtype, operation)
    self.storage = try Storage(byteCount: count * dtype.byteCount, operation: operation)
    self.offset = 0
    self.shape = shape
    self.strides = shape.contiguousStrides
    self.dtype = dtype
    self.elementCount = count
    self.isContiguous = true
    self.base = nil
  }

  deinit {
    guard let node else { return }
    self.node = nil
    ReleaseQueue.release(node)
  }

  public var rank: Int { shape.rank }

  /// Bytes of the storage that this tensor keeps alive.
  public var storageByteCount: Int { storage.byteCount }

  /// The first element's address.
  @inline(__always)
  var address: UnsafeMutableRawPointer {
    storage.pointer + offset &* dtype.byteCount
  }

  /// The number of elements of a shape, checked for sign and overflow.
  @inline(__always)
  static func checkedCount(_ shape: Shape, _ dtype: DType, _ operation: StaticString) throws -> Int
  {
    var count = 1
    var isDoubtful = false
    for index in 0..<shape.rank {
      let product = count.multipliedReportingOverflow(by: shape[index])
      isDoubtful = isDoubtful || product.overflow || shape[index] <= 0
      count = product.partialValue
    }
    if !isDoubtful, count <= Int.max / 16 { return count }
    return try doubtfulCount(shape, operation)
  }

  /// The same for shapes with a size of 0, which hides what the others amount to, and for bad ones.
  @inline(never)
  private static func doubtfulCount(_ shape: Shape, _ operation: StaticString) throws -> Int {
    var count = 1
    var overflow = false
    for index in 0..<shape.rank {
      guard shape[index] >= 0 else {
        throw TensorError(
          .shape, "\(operation)", argument: "dimension \(index + 1)",
          expected: "a size of at least 0", got: "\(shape[index])")
      }
      let product = count.multipliedReportingOverflow(by: max(shape[index], 1))
      overflow = overflow || product.overflow
      count = product.partialValue
    }
    guard !overflow, count <= Int.max / 16 else {
      throw TensorError(.memory, "\(operation)", "a tensor of shape \(shape) is too large")
    }
    return shape.elementCount
  }

  /// Another tensor of the same window, outside the graph.
  @inline(__always)
  func alias() -> Tensor {
    storage.isShared = true
    return Tensor(storage: storage, offset: offset, shape: shape, strides: strides, dtype: dtype)
  }

  /// A window on the same storage, outside the graph until an operation records it.
  @inline(__always)
  func window(offset: Int, shape: Shape, strides: Strides) -> Tensor {
    storage.isShared = true
    let root = base ?? self
    let result = Tensor(
      storage: storage, offset: offset, shape: shape, strides: strides, dtype: dtype, base: root)
    let isUnrecorded = nodeVersion < 0 || !GradientMode.isEnabled
    result.nodeVersion = isUnrecorded ? ~root.nodeVersion : root.nodeVersion
    return result
  }
}
