/// Functions of the host: arguments, results, errors, and when their context is free.

import CPenumbra
import PenumbraHeader
import Testing

@Suite struct FunctionTests {
  @Test func argumentsComeAndResultsGo() {
    let host = Host()
    let swap: penumbra_function = { frame, _ in
      var value = penumbra_nil()
      for index in (0..<penumbra_frame_count(frame)).reversed() {
        #expect(penumbra_frame_argument(frame, index, &value) == PENUMBRA_OK)
        #expect(penumbra_frame_return(frame, &value) == PENUMBRA_OK)
      }
      #expect(penumbra_frame_argument(frame, 99, &value) == PENUMBRA_OK && value.type == 0)
      return 0
    }
    #expect(penumbra_register(host.runtime, "swap", swap, nil, nil) == PENUMBRA_OK)
    #expect(host.run("return swap(1, 'two', pn.ones(1), {}, nil, true)") == PENUMBRA_OK)
    #expect(host.shown == ["true", "nil", "reference", "tensor [1.0]", "'two'", "1"])
    #expect(
      host.run(
        """
        local t, net = {}, pn.nn.Linear(1, 1)
        local generator = pn.generator(1)
        local a, b, c = swap(t, net, generator)
        return rawequal(t, c), rawequal(net, b), rawequal(generator, a)
        """) == PENUMBRA_OK)
    #expect(host.shown == ["true", "true", "true"])
    // A ninth result is refused, and the eight before it stand.
    let many: penumbra_function = { frame, _ in
      var value = penumbra_integer(1)
      for _ in 0..<8 { #expect(penumbra_frame_return(frame, &value) == PENUMBRA_OK) }
      #expect(penumbra_frame_return(frame, &value) == PENUMBRA_ERROR_ARGUMENT)
      return 0
    }
    #expect(penumbra_register(host.runtime, "many", many, nil, nil) == PENUMBRA_OK)
    #expect(host.run("return select('#', many())") == PENUMBRA_OK && host.shown == ["8"])
  }

  @Test func fieldsOfTables() {
    let host = Host()
    host.run("host = {}")
    let one: penumbra_function = { frame, _ in
      var value = penumbra_integer(1)
      return penumbra_frame_return(frame, &value)
    }
    #expect(penumbra_register(host.runtime, "host.one", one, nil, nil) == PENUMBRA_OK)
    #expect(host.run("return host.one()") == PENUMBRA_OK && host.shown == ["1"])
    #expect(penumbra_register(host.runtime, "nothing.one", one, nil, nil) == PENUMBRA_ERROR_SCRIPT)
  }

  @Test func failuresAreLuaErrors() {
    let host = Host()
    let fail: penumbra_function = { frame, _ in penumbra_frame_fail(frame, "the disk is full") }
    let mute: penumbra_function = { _, _ in 42 }
    let nested: penumbra_function = { frame, _ in
      penumbra_call(penumbra_frame_runtime(frame), "raise", nil, 0)
    }
    for (name, body) in [("fail", fail), ("mute", mute), ("nested", nested)] {
      #expect(penumbra_register(host.runtime, name, body, nil, nil) == PENUMBRA_OK)
    }
    host.run("object = {} function raise() error(object) end")
    #expect(host.run("fail()") == PENUMBRA_ERROR_SCRIPT)
    #expect(host.message == "test:1: the disk is full")
    #expect(host.run("mute()") == PENUMBRA_ERROR_SCRIPT)
    #expect(host.message == "test:1: mute answered with status 42")
    // The very object comes through C.
    #expect(host.run("local ok, e = pcall(nested) return ok, rawequal(e, object)") == PENUMBRA_OK)
    #expect(host.shown == ["false", "true"])
    // An old error is not taken for the reason of a new one.
    #expect(host.run("local ok, e = pcall(mute) return e") == PENUMBRA_OK)
    #expect(host.shown == ["'mute answered with status 42'"])
  }

  @Test func callsNestThroughCAndLua() {
    let host = Host()
    let down: penumbra_function = { frame, _ in
      var value = penumbra_nil()
      penumbra_frame_argument(frame, 0, &value)
      let runtime = penumbra_frame_runtime(frame)
      let status = penumbra_call(runtime, "sink", [value], 1)
      guard status == PENUMBRA_OK else { return status }
      penumbra_result(runtime, 0, &value)
      return penumbra_frame_return(frame, &value)
    }
    #expect(penumbra_register(host.runtime, "down", down, nil, nil) == PENUMBRA_OK)
    host.run("function sink(n) if n == 0 then return 'floor' end return (down(n - 1)) end")
    #expect(host.run("return sink(30)") == PENUMBRA_OK && host.shown == ["'floor'"])
    #expect(host.run("return coroutine.wrap(sink)(20)") == PENUMBRA_OK && host.shown == ["'floor'"])
    // Without a bottom it is an error, not the end of the process.
    #expect(host.run("sink(1 << 40)") == PENUMBRA_ERROR_SCRIPT)
    #expect(host.message.contains("stack overflow"))
    #expect(host.run("return 1") == PENUMBRA_OK)
  }

  @Test func theContextIsReleasedOnce() {
    let counter = Counter()
    let nothing: penumbra_function = { _, _ in 0 }
    var host: Host? = Host()
    let runtime = host?.runtime
    #expect(penumbra_register(runtime, "f", nothing, counter.pointer, countUp) == PENUMBRA_OK)
    #expect(penumbra_register(runtime, "g", nothing, counter.pointer, countUp) == PENUMBRA_OK)
    #expect(penumbra_register(runtime, "x.y", nothing, counter.pointer, countUp) != PENUMBRA_OK)
    #expect(penumbra_register(runtime, nil, nothing, counter.pointer, countUp) != PENUMBRA_OK)
    #expect(penumbra_register(runtime, "h", nil, counter.pointer, countUp) != PENUMBRA_OK)
    #expect(counter.count == 0)
    host?.run("f = nil")
    penumbra_collect_garbage(runtime)
    #expect(counter.count == 1)
    host = nil
    #expect(counter.count == 2)
  }

  @Test func finalizersMayCallTheHostAtTheEnd() {
    let counter = Counter()
    let count: penumbra_function = { frame, context in
      #expect(penumbra_runtime_destroy(penumbra_frame_runtime(frame)) == PENUMBRA_ERROR_BUSY)
      Counter.from(context).count += 1
      return 0
    }
    var host: Host? = Host()
    #expect(penumbra_register(host?.runtime, "count", count, counter.pointer, nil) == PENUMBRA_OK)
    host?.run("last = setmetatable({}, { __gc = function() count() end })")
    host = nil
    #expect(counter.count == 1)
  }

  @Test func framesEndWithTheirCall() {
    let host = Host()
    let counter = Counter()
    let keep: penumbra_function = { frame, context in
      Counter.from(context).count = Int(bitPattern: frame)
      return 0
    }
    penumbra_register(host.runtime, "keep", keep, counter.pointer, nil)
    host.run("keep(1)")
    let frame = OpaquePointer(bitPattern: counter.count)
    var value = penumbra_nil()
    #expect(frame != nil && penumbra_frame_count(frame) == 0)
    #expect(penumbra_frame_runtime(frame) == nil)
    #expect(penumbra_frame_argument(frame, 0, &value) == PENUMBRA_ERROR_ARGUMENT)
    #expect(penumbra_frame_fail(frame, "late") == PENUMBRA_ERROR_ARGUMENT)
  }
}
