/// Scripts, values, errors, references.

import CPenumbra
import Glibc
import PenumbraHeader
import Testing

@Suite struct RunningTests {
  @Test func resultsOfEachType() {
    let host = Host()
    #expect(
      host.run("return nil, true, 1 << 62, 2.5, 'a\\0b', pn.ones(2), {}, print, pn.nn.Linear(1, 1)")
        == PENUMBRA_OK)
    #expect(
      host.shown == [
        "nil", "true", "4611686018427387904", "2.5", "'a'", "tensor [1.0, 1.0]", "reference",
        "reference", "reference",
      ])
    #expect(host.results[4].length == 3 && host.results[4].string[2] == 98)
    #expect(host.run("") == PENUMBRA_OK && host.results.isEmpty)
  }

  @Test func argumentsOfEachType() {
    let host = Host()
    host.run(
      "function echo(...) return ... end function kind(...) return math.type((...)), #... end")
    let tensor = host.tensor([1, 2], [2])
    defer { penumbra_tensor_release(tensor) }
    "text".withCString { text in
      let values = [
        penumbra_nil(), penumbra_boolean(7), penumbra_integer(-3), penumbra_number(0.5),
        penumbra_string(text), penumbra_of_tensor(tensor),
      ]
      #expect(penumbra_call(host.runtime, "echo", values, values.count) == PENUMBRA_OK)
    }
    #expect(host.shown == ["nil", "true", "-3", "0.5", "'text'", "tensor [1.0, 2.0]"])
    var bytes = penumbra_nil()
    bytes.type = penumbra_type(PENUMBRA_TYPE_STRING)
    #expect(penumbra_call(host.runtime, "echo", [bytes], 1) == PENUMBRA_OK)
    #expect(host.shown == ["''"])
  }

  @Test func namesAreGlobalsAndTheirFields() {
    let host = Host()
    host.run("train = { rate = 0.5, step = function(x) return x * 2 end }")
    #expect(penumbra_get_global(host.runtime, "train.rate") == PENUMBRA_OK)
    #expect(host.shown == ["0.5"])
    var value = penumbra_number(0.25)
    #expect(penumbra_set_global(host.runtime, "train.rate", &value) == PENUMBRA_OK)
    #expect(penumbra_set_global(host.runtime, "top", &value) == PENUMBRA_OK)
    #expect(penumbra_call(host.runtime, "train.step", [penumbra_integer(4)], 1) == PENUMBRA_OK)
    #expect(host.shown == ["8"])
    host.run("return train.rate, top")
    #expect(host.shown == ["0.25", "0.25"])
    #expect(penumbra_call(host.runtime, "train.other", nil, 0) == PENUMBRA_ERROR_SCRIPT)
    #expect(host.message == "there is no function 'train.other'")
    #expect(penumbra_get_global(host.runtime, "top.x") == PENUMBRA_ERROR_SCRIPT)
    #expect(host.message == "'top.x': 'top' is not a table")
    for name in ["", ".", "a..b", ".a", "a."] {
      #expect(penumbra_get_global(host.runtime, name) == PENUMBRA_ERROR_ARGUMENT, "\(name)")
    }
  }

  @Test func errorsHaveMessageAndTraceback() {
    let host = Host()
    #expect(host.message.isEmpty && host.traceback.isEmpty)
    #expect(
      host.run("local function f() pn.ones(2):matmul(pn.ones(3)) end f()") == PENUMBRA_ERROR_SCRIPT)
    #expect(host.message == "test:1: matmul: argument 2: expected [2], got [3]")
    #expect(host.traceback.contains("in upvalue 'f'") || host.traceback.contains("in local 'f'"))
    #expect(host.results.isEmpty)
    #expect(host.run("x = = 1") == PENUMBRA_ERROR_SCRIPT)
    #expect(host.message.contains("unexpected symbol"))
    #expect(penumbra_run_file(host.runtime, "/nowhere.lua") == PENUMBRA_ERROR_SCRIPT)
    #expect(host.message.contains("/nowhere.lua"))
    #expect(host.run("error({})") == PENUMBRA_ERROR_SCRIPT)
    #expect(host.run("return 1") == PENUMBRA_OK)
  }

  @Test func memoryIsAnErrorOfItsOwn() {
    var options = penumbra_options()
    options.lua_memory_limit = 16 << 20
    let host = Host(options)
    #expect(
      host.run("local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end")
        == PENUMBRA_ERROR_MEMORY)
    #expect(host.run("pn.zeros(1 << 45)") == PENUMBRA_ERROR_MEMORY)
    #expect(host.run("return 1") == PENUMBRA_OK)
  }

  @Test func limitsAreErrorsOfTheirOwn() {
    var options = penumbra_options()
    options.time_limit = 0.05
    options.tensor_memory_limit = 1 << 20
    let host = Host(options)
    #expect(host.run("while true do end") == PENUMBRA_ERROR_LIMIT)
    #expect(host.message.contains("time limit"))
    #expect(host.run("pn.zeros(1 << 20)") == PENUMBRA_ERROR_MEMORY)
    var tensor: OpaquePointer?
    let bytes = [Float](repeating: 0, count: 1 << 19)
    #expect(
      penumbra_tensor_copy(host.runtime, 0, [1 << 19], 1, bytes, &tensor) == PENUMBRA_ERROR_MEMORY)
    var counted = penumbra_options()
    counted.instruction_limit = 10_000
    let other = Host(counted)
    #expect(other.run("while true do pcall(error) end") == PENUMBRA_ERROR_LIMIT)
    #expect(other.run("return 1") == PENUMBRA_OK)
  }

  @Test func profilesCloseWhatTheyClose() {
    var options = penumbra_options()
    options.profile = penumbra_profile(PENUMBRA_PURE)
    let host = Host(options)
    #expect(host.run("return pn.ones(2):sum():item(), io.open") == PENUMBRA_OK)
    #expect(host.run("io.open('/etc/passwd')") == PENUMBRA_ERROR_SCRIPT)
    "/tmp".withCString { folder in
      var folders: [UnsafePointer<CChar>?] = [folder]
      folders.withUnsafeMutableBufferPointer { list in
        options.profile = penumbra_profile(PENUMBRA_EXPERIMENT)
        options.folders = UnsafePointer(list.baseAddress)
        options.folder_count = 1
        #expect(Host(options).run("assert(io.open('/etc/passwd'))") == PENUMBRA_ERROR_SCRIPT)
        list[0] = nil
        options.size = MemoryLayout<penumbra_options>.size
        var runtime: OpaquePointer?
        #expect(penumbra_runtime_create(&options, &runtime) == PENUMBRA_ERROR_ARGUMENT)
        options.profile = 3
        #expect(penumbra_runtime_create(&options, &runtime) == PENUMBRA_ERROR_ARGUMENT)
      }
    }
  }

  @Test func outputGoesToTheHost() {
    final class Text {
      var lines: [String] = []
    }
    let text = Text()
    var options = penumbra_options()
    options.output_context = Unmanaged.passUnretained(text).toOpaque()
    options.output = { context, stream, bytes, length in
      let part = String(
        decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
      Unmanaged<Text>.fromOpaque(context!).takeUnretainedValue().lines.append("\(stream) \(part)")
    }
    let host = Host(options)
    #expect(host.run("print('a', 1) io.write('b') io.stderr:write('c\\n')") == PENUMBRA_OK)
    let written = text.lines.joined()
    #expect(written.contains("0 a\t1\n") && written.contains("b") && written.contains("1 c\n"))
  }

  @Test func referencesOutliveTheirCall() {
    let host = Host()
    host.run("return function(x) return x + 1 end, { 10, name = 'n' }")
    let (function, table) = (host.results[0].reference, host.results[1].reference)
    #expect(penumbra_reference_retain(function) == PENUMBRA_OK)
    #expect(penumbra_reference_retain(table) == PENUMBRA_OK)
    host.run("collectgarbage()")
    #expect(
      penumbra_call_reference(host.runtime, function, [penumbra_integer(1)], 1) == PENUMBRA_OK)
    #expect(host.shown == ["2"])
    var key = penumbra_integer(1)
    #expect(penumbra_get_field(host.runtime, table, &key) == PENUMBRA_OK)
    #expect(host.shown == ["10"])
    #expect(penumbra_reference_release(function) == PENUMBRA_OK)
    #expect(penumbra_call_reference(host.runtime, function, nil, 0) == PENUMBRA_ERROR_ARGUMENT)
    // Those of another runtime are refused.
    let other = Host()
    #expect(penumbra_get_field(other.runtime, table, &key) == PENUMBRA_ERROR_ARGUMENT)
    #expect(
      other.message == "table: expected a reference of this runtime, got one of another runtime")
    #expect(penumbra_reference_release(table) == PENUMBRA_OK)
  }

  @Test func lentHandlesEndWithTheNextCall() {
    let host = Host()
    host.run("return pn.ones(1), {}")
    let (tensor, table) = (host.results[0].tensor, host.results[1].reference)
    #expect(penumbra_tensor_rank(tensor) == 1)
    host.run("return 1")
    #expect(penumbra_tensor_rank(tensor) == -1)
    #expect(penumbra_reference_retain(table) == PENUMBRA_ERROR_ARGUMENT)
  }

  @Test func whatIsRetainedOutlivesTheRuntime() {
    var host: Host? = Host()
    host?.run("return pn.ones(2), {}")
    let (tensor, table) = (host!.results[0].tensor, host!.results[1].reference)
    penumbra_tensor_retain(tensor)
    penumbra_reference_retain(table)
    host = nil
    #expect(floats(tensor) == [1, 1])
    #expect(penumbra_tensor_release(tensor) == PENUMBRA_OK)
    #expect(penumbra_reference_release(table) == PENUMBRA_OK)
    #expect(penumbra_reference_release(table) == PENUMBRA_ERROR_ARGUMENT)
  }

  @Test(arguments: [
    "while true do end", "while true do pcall(function() while true do end end) end",
    "local x = pn.ones(64, 64) while true do x = x:matmul(x) * 1e-2 end",
  ])
  func interruptFromAnotherThread(_ source: String) {
    let host = Host()
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { runtime in
        usleep(50_000)
        #expect(penumbra_interrupt(OpaquePointer(runtime)) == PENUMBRA_OK)
        return nil
      }, UnsafeMutableRawPointer(host.runtime))
    #expect(host.run(source) == PENUMBRA_ERROR_INTERRUPTED)
    pthread_join(thread, nil)
    #expect(host.run("return 1 + 1") == PENUMBRA_OK)
  }

  @Test func anotherThreadIsToldThatItIsBusy() {
    let host = Host()
    let body: penumbra_function = { frame, _ in
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { runtime in
          let runtime = OpaquePointer(runtime)
          #expect(penumbra_run(runtime, "x = 1", nil) == PENUMBRA_ERROR_BUSY)
          #expect(penumbra_error_message(runtime) == nil)
          #expect(penumbra_runtime_destroy(runtime) == PENUMBRA_ERROR_BUSY)
          return nil
        }, UnsafeMutableRawPointer(penumbra_frame_runtime(frame)))
      pthread_join(thread, nil)
      // This thread may call on, but not end what it stands on.
      #expect(penumbra_run(penumbra_frame_runtime(frame), "y = 1", nil) == PENUMBRA_OK)
      #expect(penumbra_runtime_destroy(penumbra_frame_runtime(frame)) == PENUMBRA_ERROR_BUSY)
      return 0
    }
    #expect(penumbra_register(host.runtime, "f", body, nil, nil) == PENUMBRA_OK)
    #expect(host.run("f() return x, y") == PENUMBRA_OK)
    #expect(host.shown == ["nil", "1"])
  }
}
