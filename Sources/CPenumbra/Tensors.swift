/// Tensors of the host: copies of its memory, windows on it, and what it reads from ours.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are those of the header.

internal import Penumbra
public import PenumbraHeader
internal import PenumbraTensor

/// A shape that C hands in.
private func shape(_ sizes: UnsafePointer<Int64>?, _ rank: Int) throws -> Shape {
  guard rank >= 0, rank <= Shape.maximumRank else {
    throw ArgumentProblem("rank", expected: "0 to 8", got: "\(UInt(bitPattern: rank))")
  }
  guard rank > 0 else { return Shape() }
  guard let sizes else { throw ArgumentProblem("shape", expected: "\(rank) sizes", got: "NULL") }
  return try Shape((0..<rank).map { Int(sizes[$0]) }, operation: "tensor")
}

private func dtype(_ value: penumbra_dtype) throws -> DType {
  guard let dtype = UInt8(exactly: value).flatMap({ DType(rawValue: $0) }) else {
    throw ArgumentProblem("dtype", expected: "0 to 4", got: "\(value)")
  }
  return dtype
}

@c @implementation
public func penumbra_tensor_copy(
  _ handle: OpaquePointer?, _ dtypeValue: penumbra_dtype, _ sizes: UnsafePointer<Int64>?,
  _ rank: Int, _ data: UnsafeRawPointer?, _ result: UnsafeMutablePointer<OpaquePointer?>?
) -> penumbra_status {
  using(handle) { host in
    let result = try place(result, "tensor")
    result.pointee = nil
    let dtype = try dtype(dtypeValue)
    let shape = try shape(sizes, rank)
    // Checks the sizes before their product is used.
    let tensor = try host.makingTensors { try Tensor.zeros(shape, dtype: dtype) }
    if tensor.elementCount > 0 {
      guard let data else { throw ArgumentProblem("data", expected: "elements", got: "NULL") }
      try tensor.withMutableBytes { bytes in
        bytes.copyMemory(from: UnsafeRawBufferPointer(start: data, count: bytes.count))
        if dtype == .bool {
          for position in bytes.indices where bytes[position] != 0 { bytes[position] = 1 }
        }
      }
    }
    result.pointee = Handles.add(tensor)
  }
}

@c @implementation
public func penumbra_tensor_wrap(
  _ handle: OpaquePointer?, _ dtypeValue: penumbra_dtype, _ sizes: UnsafePointer<Int64>?,
  _ rank: Int, _ data: UnsafeMutableRawPointer?, _ release: penumbra_release?,
  _ context: UnsafeMutableRawPointer?, _ result: UnsafeMutablePointer<OpaquePointer?>?
) -> penumbra_status {
  using(handle) { _ in
    let result = try place(result, "tensor")
    result.pointee = nil
    nonisolated(unsafe) let context = context
    let tensor = try Tensor(
      borrowing: data, shape(sizes, rank), dtype: dtype(dtypeValue)
    ) { release?(context) }
    result.pointee = Handles.add(tensor)
  }
}

@c @implementation
public func penumbra_tensor_contiguous(
  _ handle: OpaquePointer?, _ tensor: OpaquePointer?,
  _ result: UnsafeMutablePointer<OpaquePointer?>?
) -> penumbra_status {
  using(handle) { host in
    let result = try place(result, "contiguous")
    result.pointee = nil
    guard let source = Handles.find(tensor, as: Tensor.self) else {
      throw ArgumentProblem("tensor", expected: "a tensor", got: "a handle that is none")
    }
    if source.isContiguous, Handles.retain(tensor, as: Tensor.self) {
      result.pointee = tensor
    } else {
      result.pointee = Handles.add(try host.makingTensors { try source.contiguous() })
    }
  }
}

@c @implementation
public func penumbra_tensor_retain(_ handle: OpaquePointer?) -> penumbra_status {
  Handles.retain(handle, as: Tensor.self) ? .ok : .argument
}

@c @implementation
public func penumbra_tensor_release(_ handle: OpaquePointer?) -> penumbra_status {
  Handles.release(handle, as: Tensor.self) ? .ok : .argument
}

// MARK: - Reading

@c @implementation
public func penumbra_tensor_rank(_ handle: OpaquePointer?) -> Int32 {
  Handles.find(handle, as: Tensor.self).map { Int32($0.rank) } ?? -1
}

@c @implementation
public func penumbra_tensor_size(_ handle: OpaquePointer?, _ dimension: Int) -> Int64 {
  guard let tensor = Handles.find(handle, as: Tensor.self), dimension >= 0, dimension < tensor.rank
  else { return -1 }
  return Int64(tensor.shape[dimension])
}

@c @implementation
public func penumbra_tensor_element_count(_ handle: OpaquePointer?) -> Int64 {
  Handles.find(handle, as: Tensor.self).map { Int64($0.elementCount) } ?? -1
}

@c @implementation
public func penumbra_tensor_dtype(_ handle: OpaquePointer?) -> penumbra_dtype {
  Handles.find(handle, as: Tensor.self).map { penumbra_dtype($0.dtype.rawValue) } ?? -1
}

@c @implementation
public func penumbra_tensor_data(_ handle: OpaquePointer?) -> UnsafeRawPointer? {
  guard let tensor = Handles.find(handle, as: Tensor.self), tensor.isContiguous else { return nil }
  return try? tensor.withBytes { $0.baseAddress }
}

@c @implementation
public func penumbra_tensor_mutable_data(_ handle: OpaquePointer?) -> UnsafeMutableRawPointer? {
  guard let tensor = Handles.find(handle, as: Tensor.self), tensor.isContiguous else { return nil }
  return try? tensor.withMutableBytes { $0.baseAddress }
}

@c @implementation
public func penumbra_tensor_read(
  _ handle: OpaquePointer?, _ buffer: UnsafeMutableRawPointer?, _ size: Int
) -> penumbra_status {
  guard let tensor = Handles.find(handle, as: Tensor.self) else { return .argument }
  let wanted = tensor.elementCount * tensor.dtype.byteCount
  guard size < 0 || size >= wanted else { return .argument }
  guard wanted > 0 else { return .ok }
  guard let buffer else { return .argument }
  do {
    try tensor.withBytes { bytes in
      UnsafeMutableRawBufferPointer(start: buffer, count: wanted).copyMemory(from: bytes)
    }
    return .ok
  } catch {
    return penumbra_status(error)
  }
}
