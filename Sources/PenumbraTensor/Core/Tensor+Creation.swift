/// New tensors: filled, counted, copied from Swift.

extension Tensor {
  /// A tensor with every element equal to `value`.
  ///
  /// - Throws: `TensorError` for a negative size or when memory is short.
  public static func full(_ shape: Shape, _ value: Double, dtype: DType = .float32) throws -> Tensor
  {
    let result = try Tensor(uninitialized: shape, dtype, "full")
    Backend.fill(result, value)
    return result
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
    try full(shape, 0, dtype: dtype)
  }

  /// A tensor of ones.
  public static func ones(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
    try full(shape, 1, dtype: dtype)
  }

  /// A tensor without dimensions.
  public static func scalar(_ value: Double, dtype: DType = .float32) throws -> Tensor {
    try full(Shape(), value, dtype: dtype)
  }

  /// The n×n identity, or n×m with ones on the diagonal.
  public static func eye(_ rows: Int, _ columns: Int? = nil, dtype: DType = .float32) throws
    -> Tensor
  {
    let columns = columns ?? rows
    let result = try full(Shape(rows, columns), 0, dtype: dtype)
    let diagonal = result.window(
      offset: 0, shape: Shape(min(rows, columns)), strides: Strides(columns + 1))
    Backend.fill(diagonal, 1)
    return result
  }

  /// start, start + step, ... below `end` (above it for a negative step).
  ///
  /// - Throws: `TensorError` when step is zero, a bound is not finite, or the signs disagree.
  public static func arange(
    _ start: Double, _ end: Double, step: Double = 1, dtype: DType = .float32
  ) throws -> Tensor {
    guard start.isFinite, end.isFinite, step.isFinite, step != 0, (end - start) / step >= 0 else {
      throw TensorError(
        .value, "arange", expected: "finite bounds and a step that leads from start to end",
        got: "\(start), \(end), \(step)")
    }
    let count = ((end - start) / step).rounded(.up)
    guard count < 1e15 else {
      throw TensorError(.memory, "arange", "\(count) elements are too many")
    }
    return try generated(Shape(Int(count)), dtype, "arange") { start + Double($0) * step }
  }

  /// `count` evenly spaced values from `start` to `end`, both included.
  public static func linspace(
    _ start: Double, _ end: Double, count: Int, dtype: DType = .float32
  ) throws -> Tensor {
    let last = Double(max(count, 2) - 1)
    return try generated(Shape(count), dtype, "linspace") { index in
      // From the nearer end, so that both ends are exact.
      Double(index) < last / 2
        ? start + (end - start) / last * Double(index)
        : end - (end - start) / last * (last - Double(index))
    }
  }

  /// A copy of Swift numbers, in row-major order.
  ///
  /// - Throws: `TensorError` when their number is not the shape's.
  public convenience init(_ values: [Double], _ shape: Shape, dtype: DType = .float32) throws {
    try self.init(uninitialized: shape, dtype, "tensor")
    guard values.count == elementCount else {
      throw TensorError(
        .shape, "tensor", expected: "\(elementCount) values for shape \(shape)",
        got: "\(values.count)")
    }
    values.withUnsafeBytes { Backend.load($0.baseAddress, .float64, into: self) }
  }

  /// A copy of Swift integers, in row-major order. Bare literals such as `[1, 2]` are floats.
  @_disfavoredOverload
  public convenience init(_ values: [Int64], _ shape: Shape, dtype: DType = .int64) throws {
    try self.init(uninitialized: shape, dtype, "tensor")
    guard values.count == elementCount else {
      throw TensorError(
        .shape, "tensor", expected: "\(elementCount) values for shape \(shape)",
        got: "\(values.count)")
    }
    values.withUnsafeBytes { Backend.load($0.baseAddress, .int64, into: self) }
  }

  /// A copy of raw elements of the tensor's own type, in row-major order.
  ///
  /// - Throws: `TensorError` when their byte count is not the shape's.
  public convenience init(bytes: UnsafeRawBufferPointer, _ shape: Shape, dtype: DType) throws {
    try self.init(uninitialized: shape, dtype, "tensor")
    guard bytes.count == elementCount * dtype.byteCount else {
      throw TensorError(
        .shape, "tensor",
        expected: "\(elementCount * dtype.byteCount) bytes for \(dtype) \(shape)",
        got: "\(bytes.count)")
    }
    if let start = bytes.baseAddress { address.copyMemory(from: start, byteCount: bytes.count) }
  }

  /// The numbers 0 ..< n mapped through `value`.
  static func generated(
    _ shape: Shape, _ dtype: DType, _ operation: StaticString, _ value: (Int) -> Double
  ) throws -> Tensor {
    let count = try checkedCount(shape, dtype, operation)
    let wide = try Tensor(uninitialized: shape, .float64, operation)
    let elements = wide.address.assumingMemoryBound(to: Double.self)
    for index in 0..<count { elements[index] = value(index) }
    return try wide.to(dtype)
  }
}
