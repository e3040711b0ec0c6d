/// Stopping a script from outside, wherever it is.

import Glibc
import LuaEmbedding
import Penumbra
import Testing

@Suite(.serialized) struct InterruptTests {
  static let endless = [
    "while true do end",
    "while true do pcall(function() while true do end end) end",
    "coroutine.wrap(function() pcall(function() while true do end end) end)()",
    "local pn = require 'penumbra' local x = pn.ones(64, 64) while true do x = x:matmul(x) * 1e-2 end",
    """
    local pn = require 'penumbra'
    local x = pn.ones(200):requires_grad_()
    local y = x for i = 1, 3000 do y = y + 1 end
    while true do pcall(function() y:sum():backward(nil, {retain_graph = true}) end) end
    """,
  ]

  @Test(arguments: endless)
  func stopsWithinAFifthOfASecond(_ source: String) throws {
    let runtime = try Runtime()
    let handle = runtime.interruptHandle
    let clock = ContinuousClock()
    nonisolated(unsafe) var asked = clock.now
    var thread = pthread_t()
    let box = Unmanaged.passRetained(
      Request {
        asked = clock.now
        handle.interrupt()
      })
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        usleep(100_000)
        Unmanaged<Request>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    let error = #expect(throws: LuaError.self) { try runtime.run(source) }
    pthread_join(thread, nil)
    #expect(error?.isInterrupt == true)
    #expect(clock.now - asked < .milliseconds(200))
    #expect(plain(try runtime.run("return 1 + 1")) == ["2"])
  }
}

private final class Request {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}
