/// What the tests of the C interface share.

import CPenumbra
import PenumbraHeader
import Testing

/// A runtime that goes with the test.
final class Host {
  let runtime: OpaquePointer?

  init(_ options: penumbra_options? = nil) {
    var made: OpaquePointer?
    if var options {
      options.size = MemoryLayout<penumbra_options>.size
      #expect(penumbra_runtime_create(&options, &made) == PENUMBRA_OK)
    } else {
      #expect(penumbra_runtime_create(nil, &made) == PENUMBRA_OK)
    }
    runtime = made
  }

  deinit { penumbra_runtime_destroy(runtime) }

  /// Runs source and returns the status.
  @discardableResult
  func run(_ source: String) -> penumbra_status {
    penumbra_run(runtime, "local pn = require 'penumbra' " + source, "test")
  }

  var results: [penumbra_value] {
    (0..<penumbra_result_count(runtime)).map { index in
      var value = penumbra_nil()
      #expect(penumbra_result(runtime, index, &value) == PENUMBRA_OK)
      return value
    }
  }

  /// Results as text.
  var shown: [String] { results.map(show) }

  var message: String { penumbra_error_message(runtime).map { String(cString: $0) } ?? "none" }
  var traceback: String { penumbra_error_traceback(runtime).map { String(cString: $0) } ?? "none" }

  /// A tensor of float32, to be released.
  func tensor(_ values: [Float], _ shape: [Int64]) -> OpaquePointer? {
    var tensor: OpaquePointer?
    #expect(
      penumbra_tensor_copy(
        runtime, penumbra_dtype(PENUMBRA_FLOAT32), shape, shape.count, values, &tensor)
        == PENUMBRA_OK)
    return tensor
  }
}

func show(_ value: penumbra_value) -> String {
  switch Int(value.type) {
  case PENUMBRA_TYPE_NIL: "nil"
  case PENUMBRA_TYPE_BOOLEAN: value.boolean == 1 ? "true" : "false"
  case PENUMBRA_TYPE_INTEGER: "\(value.integer)"
  case PENUMBRA_TYPE_NUMBER: "\(value.number)"
  case PENUMBRA_TYPE_STRING: "'\(String(cString: value.string))'"
  case PENUMBRA_TYPE_TENSOR: "tensor \(floats(value.tensor))"
  case PENUMBRA_TYPE_REFERENCE: "reference"
  default: "type \(value.type)"
  }
}

/// The elements of a float32 tensor.
func floats(_ tensor: OpaquePointer?) -> [Float] {
  var result = [Float](repeating: 0, count: Int(max(0, penumbra_tensor_element_count(tensor))))
  let size = result.count * 4
  #expect(penumbra_tensor_read(tensor, &result, size) == PENUMBRA_OK)
  return result
}

func == (status: penumbra_status, constant: Int) -> Bool { status == penumbra_status(constant) }

/// Counts, for callbacks.
final class Counter: @unchecked Sendable {
  var count = 0
  var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func from(_ pointer: UnsafeMutableRawPointer?) -> Counter {
    Unmanaged<Counter>.fromOpaque(pointer!).takeUnretainedValue()
  }
}

let countUp: penumbra_release = { Counter.from($0).count += 1 }
