/// Tensors between C and Lua: copies, windows on C's memory, and their ends.

import CPenumbra
import PenumbraHeader
import Testing

@Suite struct TensorTests {
  @Test func copiesAndWhatTheyAre() {
    let host = Host()
    let tensor = host.tensor([1, 2, 3, 4, 5, 6], [2, 3])
    #expect(penumbra_tensor_rank(tensor) == 2)
    #expect((0..<3).map { penumbra_tensor_size(tensor, $0) } == [2, 3, -1])
    #expect(penumbra_tensor_element_count(tensor) == 6)
    #expect(penumbra_tensor_dtype(tensor) == PENUMBRA_FLOAT32)
    #expect(floats(tensor) == [1, 2, 3, 4, 5, 6])
    var value = penumbra_of_tensor(tensor)
    penumbra_set_global(host.runtime, "x", &value)
    #expect(host.run("return x:t(), (x * 2):sum():item()") == PENUMBRA_OK)
    let turned = host.results[0].tensor
    #expect(penumbra_tensor_data(turned) == nil && penumbra_tensor_mutable_data(turned) == nil)
    #expect(floats(turned) == [1, 4, 2, 5, 3, 6])
    #expect(host.results[1].number == 42)
    var straight: OpaquePointer?
    #expect(penumbra_tensor_contiguous(host.runtime, turned, &straight) == PENUMBRA_OK)
    #expect(penumbra_tensor_data(straight)?.load(fromByteOffset: 4, as: Float.self) == 4)
    var same: OpaquePointer?
    #expect(penumbra_tensor_contiguous(host.runtime, straight, &same) == PENUMBRA_OK)
    #expect(same == straight)
    for _ in 0..<2 { #expect(penumbra_tensor_release(straight) == PENUMBRA_OK) }
    #expect(penumbra_tensor_release(straight) == PENUMBRA_ERROR_ARGUMENT)
    penumbra_tensor_release(tensor)
  }

  @Test(arguments: [
    (PENUMBRA_FLOAT32, "float32"), (PENUMBRA_FLOAT64, "float64"), (PENUMBRA_INT64, "int64"),
    (PENUMBRA_UINT8, "uint8"), (PENUMBRA_BOOL, "bool"),
  ])
  func types(_ dtype: Int, _ name: String) {
    let host = Host()
    let bytes = [UInt8](repeating: 5, count: 8)
    var tensor: OpaquePointer?
    bytes.withUnsafeBytes {
      #expect(
        penumbra_tensor_copy(
          host.runtime, penumbra_dtype(dtype), nil, 0, $0.baseAddress, &tensor) == PENUMBRA_OK)
    }
    #expect(penumbra_tensor_dtype(tensor) == penumbra_dtype(dtype))
    host.run("function name(x) return x.dtype, x:to('int64'):item() end")
    #expect(penumbra_call(host.runtime, "name", [penumbra_of_tensor(tensor)], 1) == PENUMBRA_OK)
    #expect(host.shown.first == "'\(name)'")
    // A byte that is neither 0 nor 1 counts as 1.
    if dtype == PENUMBRA_BOOL { #expect(host.results[1].integer == 1) }
    penumbra_tensor_release(tensor)
  }

  @Test func wrappedMemoryIsShared() {
    let host = Host()
    let counter = Counter()
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: 4)
    memory.initialize(repeating: 1, count: 4)
    defer { memory.deallocate() }
    var tensor: OpaquePointer?
    #expect(
      penumbra_tensor_wrap(
        host.runtime, penumbra_dtype(PENUMBRA_FLOAT32), [2, 2], 2, memory, countUp, counter.pointer,
        &tensor) == PENUMBRA_OK)
    #expect(penumbra_tensor_data(tensor) == UnsafeRawPointer(memory))
    var value = penumbra_of_tensor(tensor)
    penumbra_set_global(host.runtime, "x", &value)
    memory[3] = 5
    #expect(host.run("x[{1, 1}] = 7 view = x[2] return x:sum():item()") == PENUMBRA_OK)
    #expect(memory[0] == 7 && host.results[0].number == 14)
    // Each window on it counts as a user.
    penumbra_tensor_release(tensor)
    host.run("x = nil")
    penumbra_collect_garbage(host.runtime)
    #expect(counter.count == 0)
    host.run("assert(view:sum():item() == 6) view = nil")
    penumbra_collect_garbage(host.runtime)
    #expect(counter.count == 1)
  }

  @Test func wrappedMemoryLivesAsLongAsAGraphNeedsIt() {
    let host = Host()
    let counter = Counter()
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: 2)
    memory.initialize(repeating: 3, count: 2)
    defer { memory.deallocate() }
    var tensor: OpaquePointer?
    penumbra_tensor_wrap(
      host.runtime, penumbra_dtype(PENUMBRA_FLOAT32), [2], 1, memory, countUp, counter.pointer,
      &tensor)
    var value = penumbra_of_tensor(tensor)
    penumbra_set_global(host.runtime, "x", &value)
    penumbra_tensor_release(tensor)
    host.run("w = pn.ones(2):requires_grad_() loss = (w * x):sum() x = nil collectgarbage()")
    #expect(counter.count == 0)
    #expect(host.run("loss:backward() return w.grad:sum():item()") == PENUMBRA_OK)
    #expect(host.results[0].number == 6)
    host.run("loss = nil collectgarbage() collectgarbage()")
    #expect(counter.count == 1)
  }

  @Test func aChangeThatABackwardPassNeedsIsNoticed() {
    let host = Host()
    host.run("w = pn.ones(2):requires_grad_() x = pn.ones(2) loss = (w * x):sum() return x")
    let x = host.results[0].tensor
    penumbra_tensor_mutable_data(x)?.storeBytes(of: 9, as: Float.self)
    #expect(host.run("loss:backward()") == PENUMBRA_ERROR_SCRIPT)
    #expect(host.message.contains("changed in place"))
  }

  @Test func wrongTensorsAreRefused() {
    let host = Host()
    let counter = Counter()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    defer { memory.deallocate() }
    var tensor: OpaquePointer?
    func refused(_ dtype: Int, _ shape: [Int64], _ rank: Int, at offset: Int? = 0) -> String {
      let address = offset.map { memory + $0 }
      let wrapped = penumbra_tensor_wrap(
        host.runtime, penumbra_dtype(dtype), shape, rank, address, countUp, counter.pointer, &tensor
      )
      #expect(wrapped != PENUMBRA_OK && tensor == nil)
      return host.message
    }
    #expect(refused(9, [1], 1) == "dtype: expected 0 to 4, got 9")
    #expect(refused(-1, [1], 1) == "dtype: expected 0 to 4, got -1")
    #expect(refused(0, [1], 9) == "rank: expected 0 to 8, got 9")
    #expect(refused(0, [1], -1) == "rank: expected 0 to 8, got 18446744073709551615")
    #expect(refused(0, [-1], 1) == "tensor: dimension 1: expected a size of at least 0, got -1")
    #expect(refused(0, [1 << 40, 1 << 40], 2).contains("too large"))
    #expect(refused(0, [2], 1, at: nil) == "tensor: memory: expected 2 elements, got nil")
    #expect(refused(1, [2], 1, at: 4).contains("a multiple of 8 for float64"))
    #expect(counter.count == 0)
    #expect(
      penumbra_tensor_copy(host.runtime, 0, [1 << 45], 1, memory, &tensor) == PENUMBRA_ERROR_MEMORY)
    #expect(penumbra_tensor_copy(host.runtime, 0, [1], 1, nil, &tensor) == PENUMBRA_ERROR_ARGUMENT)
    #expect(
      penumbra_tensor_copy(host.runtime, 0, nil, 1, memory, &tensor) == PENUMBRA_ERROR_ARGUMENT)
    #expect(penumbra_tensor_copy(host.runtime, 0, [1], 1, memory, nil) == PENUMBRA_ERROR_ARGUMENT)
    // Without elements there need be no memory.
    #expect(penumbra_tensor_copy(host.runtime, 0, [2, 0], 2, nil, &tensor) == PENUMBRA_OK)
    #expect(penumbra_tensor_read(tensor, nil, 0) == PENUMBRA_OK)
    penumbra_tensor_release(tensor)
    #expect(
      penumbra_tensor_wrap(host.runtime, 0, [0], 1, nil, countUp, counter.pointer, &tensor)
        == PENUMBRA_OK)
    penumbra_tensor_release(tensor)
    #expect(counter.count == 1)
    let small = host.tensor([1, 2], [2])
    #expect(penumbra_tensor_read(small, memory, 7) == PENUMBRA_ERROR_ARGUMENT)
    #expect(penumbra_tensor_read(small, nil, 8) == PENUMBRA_ERROR_ARGUMENT)
    penumbra_tensor_release(small)
  }
}
