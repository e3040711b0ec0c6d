/// Handles that are none: NULL, random, dead, of another kind. Every function survives them.

import CPenumbra
import PenumbraHeader
import Testing

@Suite struct HandleTests {
  /// Calls every function with a handle in each place for one that is not of its kind.
  private func tryEverything(_ handle: OpaquePointer?, _ good: Host) {
    let failure = penumbra_status(PENUMBRA_ERROR_ARGUMENT)
    var value = penumbra_nil()
    var out: OpaquePointer?
    let runtime = good.runtime
    let function: penumbra_function = { _, _ in 0 }
    if handle != nil { #expect(penumbra_runtime_destroy(handle) == failure) }
    #expect(penumbra_interrupt(handle) == failure)
    #expect(penumbra_collect_garbage(handle) == failure)
    #expect(penumbra_error_message(handle) == nil)
    #expect(penumbra_error_traceback(handle) == nil)
    #expect(penumbra_run(handle, "", "") == failure)
    #expect(penumbra_run_file(handle, "x") == failure)
    #expect(penumbra_call(handle, "print", nil, 0) == failure)
    #expect(penumbra_call_reference(handle, handle, nil, 0) == failure)
    #expect(penumbra_call_reference(runtime, handle, nil, 0) == failure)
    #expect(penumbra_get_global(handle, "x") == failure)
    #expect(penumbra_set_global(handle, "x", &value) == failure)
    #expect(penumbra_get_field(handle, handle, &value) == failure)
    #expect(penumbra_get_field(runtime, handle, &value) == failure)
    #expect(penumbra_result_count(handle) == 0)
    #expect(penumbra_result(handle, 0, &value) == failure)
    #expect(penumbra_reference_retain(handle) == failure)
    #expect(penumbra_reference_release(handle) == failure)
    #expect(penumbra_register(handle, "f", function, nil, nil) == failure)
    #expect(penumbra_frame_runtime(handle) == nil)
    #expect(penumbra_frame_count(handle) == 0)
    #expect(penumbra_frame_argument(handle, 0, &value) == failure)
    #expect(penumbra_frame_return(handle, &value) == failure)
    #expect(penumbra_frame_fail(handle, "x") == failure)
    #expect(penumbra_tensor_copy(handle, 0, nil, 0, &value, &out) == failure)
    #expect(penumbra_tensor_wrap(handle, 0, nil, 0, &value, nil, nil, &out) == failure)
    #expect(penumbra_tensor_contiguous(handle, handle, &out) == failure)
    #expect(penumbra_tensor_contiguous(runtime, handle, &out) == failure)
    #expect(penumbra_tensor_retain(handle) == failure)
    #expect(penumbra_tensor_release(handle) == failure)
    #expect(penumbra_tensor_rank(handle) == -1)
    #expect(penumbra_tensor_size(handle, 0) == -1)
    #expect(penumbra_tensor_element_count(handle) == -1)
    #expect(penumbra_tensor_dtype(handle) == -1)
    #expect(penumbra_tensor_data(handle) == nil)
    #expect(penumbra_tensor_mutable_data(handle) == nil)
    #expect(penumbra_tensor_read(handle, &value, 8) == failure)
    for wrong in [penumbra_of_tensor(handle), penumbra_of_reference(handle)] {
      #expect(penumbra_call(runtime, "print", [wrong], 1) == failure)
    }
  }

  @Test func randomOnesAreRefused() {
    let good = Host()
    for number in [0, 1, 8, 17, 1 << 40, -16, Int.max] {
      tryEverything(OpaquePointer(bitPattern: number), good)
    }
    withUnsafeMutablePointer(to: &Scratch.word) { tryEverything(OpaquePointer($0), good) }
    #expect(good.run("return 1") == PENUMBRA_OK)
  }

  private enum Scratch { nonisolated(unsafe) static var word = 0 }

  @Test func deadOnesAreRefused() {
    let good = Host()
    let tensor = good.tensor([1], [1])
    penumbra_tensor_release(tensor)
    tryEverything(tensor, good)
    let other = Host()
    penumbra_runtime_destroy(other.runtime)
    tryEverything(other.runtime, good)
  }

  @Test func othersPointersMayBeNull() {
    let host = Host()
    let failure = penumbra_status(PENUMBRA_ERROR_ARGUMENT)
    #expect(penumbra_runtime_create(nil, nil) == failure)
    #expect(penumbra_runtime_destroy(nil) == PENUMBRA_OK)
    #expect(penumbra_run(host.runtime, nil, nil) == failure)
    #expect(host.message == "source: expected a string, got NULL")
    #expect(penumbra_run(host.runtime, "return 1", nil) == PENUMBRA_OK)
    #expect(penumbra_run(host.runtime, "\u{ff}", nil) == PENUMBRA_ERROR_SCRIPT)
    #expect(
      [CChar](arrayLiteral: -1, 0).withUnsafeBufferPointer {
        penumbra_run(host.runtime, $0.baseAddress, nil)
      } == failure)
    #expect(penumbra_run_file(host.runtime, nil) == failure)
    #expect(penumbra_call(host.runtime, nil, nil, 0) == failure)
    #expect(penumbra_call(host.runtime, "print", nil, 1) == failure)
    #expect(penumbra_call(host.runtime, "print", nil, -1) == failure)
    #expect(penumbra_get_global(host.runtime, nil) == failure)
    #expect(penumbra_set_global(host.runtime, "x", nil) == failure)
    #expect(penumbra_result(host.runtime, 0, nil) == failure)
    var value = penumbra_integer(1)
    #expect(penumbra_result(host.runtime, 0, &value) == failure && value.type == 0)
    #expect(penumbra_result(host.runtime, -1, &value) == failure)
    value.type = 77
    #expect(penumbra_set_global(host.runtime, "x", &value) == failure)
    #expect(host.message == "value: expected a type from 0 to 6, got 77")
    value.type = penumbra_type(PENUMBRA_TYPE_STRING)
    value.length = 3
    value.string = nil
    #expect(penumbra_set_global(host.runtime, "x", &value) == failure)
  }

  @Test func optionsOfOtherVersions() {
    var runtime: OpaquePointer?
    var options = penumbra_options()
    let failure = penumbra_status(PENUMBRA_ERROR_ARGUMENT)
    #expect(penumbra_runtime_create(&options, &runtime) == failure && runtime == nil)
    options.size = MemoryLayout<penumbra_options>.size
    options.time_limit = -1
    #expect(penumbra_runtime_create(&options, &runtime) == failure)
    options.time_limit = .nan
    #expect(penumbra_runtime_create(&options, &runtime) == failure)
    // An older program: only the size, and garbage behind it.
    options.size = 8
    #expect(penumbra_runtime_create(&options, &runtime) == PENUMBRA_OK)
    penumbra_runtime_destroy(runtime)
    // A newer one, which asks for what this version cannot do.
    let size = MemoryLayout<penumbra_options>.size
    var words = [Int](repeating: 0, count: size / 8 + 2)
    words[0] = words.count * 8
    words.withUnsafeMutableBytes { bytes in
      let pointer = bytes.baseAddress?.assumingMemoryBound(to: penumbra_options.self)
      #expect(penumbra_runtime_create(pointer, &runtime) == PENUMBRA_OK)
      penumbra_runtime_destroy(runtime)
      bytes[size + 3] = 1
      #expect(penumbra_runtime_create(pointer, &runtime) == failure)
    }
  }

  @Test func textsOfStatus() {
    let texts = (-1...7).map { String(cString: penumbra_status_text($0)) }
    #expect(Set(texts).count == 8 && texts[1] == "success" && texts[0] == texts[8])
    #expect(String(cString: penumbra_version()).split(separator: ".").count == 3)
  }
}
