// The border's own memory fails at every place: an error each time, and nothing is lost.
import LuaEmbedding
import Testing

@Suite(.serialized) struct BookkeepingTests {
  private static let script = """
    local function through(n) return n == 0 and new(1):fail() or swift(through, n - 1) end
    for i = 1, 20 do
      local ok, e = pcall(through, i)
      assert(not ok)
      long('text' .. i)
      refer({})
      coroutine.wrap(function() pcall(through, 2) end)()
    end
    return new(2):get()
    """

  @Test(arguments: [1, 3, 1000])
  func everyRequestMayFail(_ failures: Int) throws {
    let count = LiveCount()
    var (after, raised, isComplete) = (0, 0, false)
    while !isComplete {
      let before = LuaState.bookkeepingRequests
      LuaState.failBookkeeping(after: after, count: failures)
      do {
        let state = try makeState(count)
        try state.define("swift") { frame in _ = try frame.call(at: 1, [frame.value(at: 2)]) }
        try state.define("long") { frame in frame.returns((frame.string(at: 1) ?? "") + "!") }
        try state.define("refer") { frame in _ = try frame.reference(at: 1) }
        let result = try state.run(Self.script)
        #expect(result.first?.number == 2)
      } catch {
        raised += 1
        #expect(error is LuaError, "\(error)")
      }
      isComplete = LuaState.bookkeepingRequests - before <= after
      LuaState.failBookkeeping(after: nil)
      #expect(count.live == 0, "a leak after failing request \(after)")
      after += 1
    }
    #expect(after > 30 && raised > 10, "\(after) positions, \(raised) errors")
  }
}
