/// Reading elements into Swift, and writing raw ones.

extension Tensor {
  /// The value of a one-element tensor.
  ///
  /// - Throws: `TensorError` when there is not exactly one element.
  public func item() throws -> Double {
    guard elementCount == 1 else {
      throw TensorError(
        .shape, "item", expected: "a tensor with one element", got: "shape \(shape)")
    }
    return switch dtype {
    case .float32: Double(address.load(as: Float.self))
    case .float64: address.load(as: Double.self)
    case .int64: Double(address.load(as: Int64.self))
    case .uint8, .bool: Double(address.load(as: UInt8.self))
    }
  }

  /// The value of a one-element integer tensor, exactly.
  public func integerItem() throws -> Int64 {
    guard elementCount == 1, dtype == .int64 else { return Int64(saturating: try item()) }
    return address.load(as: Int64.self)
  }

  /// All elements as doubles, in row-major order.
  public func doubles() throws -> [Double] {
    let source = try contiguous()
    return [Double](unsafeUninitializedCapacity: elementCount) { buffer, count in
      if let start = buffer.baseAddress { Backend.store(source, .float64, to: start) }
      count = elementCount
    }
  }

  /// All elements as integers, in row-major order; floats are cut towards zero.
  public func integers() throws -> [Int64] {
    let source = try contiguous()
    return [Int64](unsafeUninitializedCapacity: elementCount) { buffer, count in
      if let start = buffer.baseAddress { Backend.store(source, .int64, to: start) }
      count = elementCount
    }
  }

  /// Reads the raw elements in row-major order.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result
  {
    let source = try contiguous()
    return try withExtendedLifetime(source) {
      try body(
        UnsafeRawBufferPointer(
          start: source.address, count: elementCount * dtype.byteCount))
    }
  }

  /// Writes the raw elements of a contiguous tensor and marks it changed.
  ///
  /// - Throws: `TensorError` when the tensor is not contiguous.
  public func withMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) throws -> Result {
    guard isContiguous else {
      throw TensorError(.shape, "withMutableBytes", "the tensor is not contiguous")
    }
    defer { storage.markChanged() }
    return try body(
      UnsafeMutableRawBufferPointer(start: address, count: elementCount * dtype.byteCount))
  }
}

extension Int64 {
  /// The nearest representable integer towards zero; 0 for NaN.
  package init(saturating value: Double) {
    if value.isNaN {
      self = 0
    } else if value >= 9.223372036854775807e18 {
      self = .max
    } else if value <= -9.223372036854775808e18 {
      self = .min
    } else {
      self = Int64(value)
    }
  }
}
