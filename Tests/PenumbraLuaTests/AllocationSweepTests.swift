/// Every allocation fails in turn, over a corpus of scripts from each family of the library: of Lua, of the
/// tensors' pool, of the border's own bookkeeping. No crash, no leak, and afterwards the same results.

import Glibc
import LuaEmbedding
import Penumbra
import PenumbraTensor
import TestSupport
import Testing

@Suite(.serialized) struct AllocationSweepTests {
  /// Functions of `pn` whose result is compared with that of a run in which nothing fails.
  static let corpus: [(name: String, source: String)] = [
    (
      "tensors",
      """
      local x = pn.tensor({{1, 2}, {3, 4}}, {dtype = "float64"})
      x[{1, 2}] = 7
      local parts = pn.cat({x:t(), x[x:gt(2)]:reshape(-1, 1):expand(3, 2)}, 1)
      return tostring(parts) .. table.concat(parts:sum(1):totable(), " ") .. tostring(#parts)
      """
    ),
    (
      "derivatives",
      """
      local x = pn.tensor({0.5, -1, 2}):requires_grad_()
      local y = (x:exp() * x):sum()
      y:backward()
      local double = pn.autograd.fn{
        forward = function(context, v) context:save(v) return v * 2 end,
        backward = function(context, g) return g * 2 end,
      }
      local z = double(x:detach():requires_grad_())
      z:sum():backward()
      local h = pn.func.hessian(function(v) return (v * v * v):sum() end, x:detach())
      return tostring(x.grad) .. tostring(h)
      """
    ),
    (
      "modules",
      """
      pn.seed(1)
      local nn = pn.nn
      local net = nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.2), nn.BatchNorm1d(4),
        nn.module{ w = pn.ones(4):requires_grad_(), forward = function(self, x) return x * self.w end })
      local loss = net(pn.ones(2, 3)):sum()
      loss:backward()
      local names = {}
      for name in pairs(net:state_dict()) do names[#names + 1] = name end
      table.sort(names)
      return table.concat(names, " ") .. tostring(net) .. loss:item()
      """
    ),
    (
      "optimisers",
      """
      pn.seed(2)
      local w = pn.ones(3):requires_grad_()
      for _, make in ipairs{pn.optim.Adam, pn.optim.SGLD, pn.optim.LBFGS} do
        local opt = make({w}, {lr = 0.01})
        opt:step(function() opt:zero_grad() local l = (w * w):sum() l:backward() return l end)
      end
      return tostring(w)
      """
    ),
    (
      "blur",
      """
      pn.seed(3)
      local A = pn.blur.compose{pn.blur.noise{sigma = 1}, pn.blur.custom{sigma = 1,
        forward = function(x, s) return x * s end}}
      A.sigma = pn.schedule.linear{from = 1, to = 0, steps = 4}(2)
      return tostring(A(pn.ones(2, 2)))
      """
    ),
    (
      "data",
      """
      pn.seed(4)
      local data, seen = pn.data.dataset{pn.arange(1, 6):reshape(6, 1)}, 0
      for step, batch in data:batches{size = 2, steps = 4} do seen = seen + batch:sum():item() end
      local mixture = pn.data.mixture("ring")
      return seen .. tostring(mixture:sample(2):size(1))
      """
    ),
    (
      "files",
      """
      local path = os.tmpname()
      pn.save(path, {x = pn.ones(2, 3), y = pn.arange(0, 5)})
      local back = pn.load(path)
      pn.save_checkpoint(path, {net = pn.nn.Linear(2, 2), n = 3, t = {a = "b"}})
      local state = pn.load_checkpoint(path)
      os.remove(path)
      return tostring(back.x) .. tostring(back.y) .. state.n .. state.t.a
      """
    ),
    (
      "linear algebra and metrics",
      """
      local a = pn.tensor({{4, 1}, {1, 3}}, {dtype = "float64"})
      local values = pn.linalg.eigvalsh(a)
      local fd = pn.metrics.feature_moments():update(pn.tensor({{1, 2}, {3, 5}, {0, 1}}))
      return tostring(values) .. tostring(pn.linalg.solve(a, pn.ones(2, 1):to("float64"))) .. tostring(fd:mean())
      """
    ),
    (
      "scopes and coroutines",
      """
      local x, got = pn.ones(2):requires_grad_(), {}
      local co = coroutine.wrap(function()
        local guard <close> = pn.no_grad()
        for i = 1, 3 do coroutine.yield((x * i).requires_grad) end
      end)
      do
        local scope <close> = pn.scope()
        for i = 1, 3 do got[#got + 1] = tostring(co()) .. tostring((x * i).requires_grad) end
      end
      return table.concat(got, " ")
      """
    ),
    (
      "errors",
      """
      local said = {}
      for _, body in ipairs{
        function() pn.ones(2):matmul(pn.ones(3)) end, function() return pn.ones(2).nothing end,
        function() pn.nn.Linear(2, 3)(pn.ones(4)) end, function() error({}) end,
        function() pn.func.vjp(function() error("inside") end, pn.ones(1), pn.ones(1)) end,
      } do
        local ok, e = pcall(body)
        said[#said + 1] = type(e) == "string" and e or type(e)
      end
      return table.concat(said, "\\n")
      """
    ),
  ]

  /// What is made to fail.
  enum Memory: String, CaseIterable, Sendable {
    case lua, pool, bookkeeping

    func fail(_ state: LuaState, after: Int?, count: Int) {
      switch self {
      case .lua: state.failAllocations(after: after, count: count)
      case .pool: MemoryPool.failAllocations(after: after, count: count)
      case .bookkeeping: LuaState.failBookkeeping(after: after, count: count)
      }
    }

    func requests(_ state: LuaState) -> Int {
      switch self {
      case .lua: state.allocationRequests
      case .pool: MemoryPool.statistics.requests
      case .bookkeeping: LuaState.bookkeepingRequests
      }
    }
  }

  /// Sweeps one script and prints a line for each thing that is wrong.
  ///
  /// - Returns: the number of positions tried and how many of them raised an error.
  static func sweep(
    _ memory: Memory, _ name: String, _ source: String, positions: Int, count: Int
  ) throws -> (tried: Int, raised: Int) {
    func expect(_ isTrue: Bool, _ what: @autoclosure () -> String) {
      if !isTrue { print("wrong: \(memory), \(name), \(count) at a time, \(what())") }
    }
    var options = Runtime.Options()
    options.warnings = false
    let runtime = try Runtime(options)
    let chunk = try runtime.run(
      "local pn = require 'penumbra' return function() \(source) end", name: "=\(name)")
    guard case .reference(let script)? = chunk.first else { return (0, 0) }
    func text(_ values: [LuaValue]) -> String { values.first?.string ?? "nothing" }
    func live() throws -> Int {
      try runtime.run("collectgarbage() collectgarbage()")
      return MemoryPool.statistics.live
    }
    let expected = text(try runtime.call(script))
    let requests = memory.requests(runtime.state)
    expect(text(try runtime.call(script)) == expected && expected != "nothing", "not repeatable")
    let total = memory.requests(runtime.state) - requests
    let before = try live()
    var (tried, raised) = (0, 0)
    for after in stride(from: 0, through: total, by: max(1, (total + positions - 1) / positions)) {
      tried += 1
      memory.fail(runtime.state, after: after, count: count)
      do {
        let results = try runtime.call(script)
        memory.fail(runtime.state, after: nil, count: 1)
        // `pcall` in that script may have met the failure in place of its own error.
        if name != "errors" { expect(text(results) == expected, "\(after): \(text(results))") }
      } catch {
        memory.fail(runtime.state, after: nil, count: 1)
        raised += 1
        expect(error is LuaError, "\(after): \(error)")
      }
      if tried % 16 == 0 { expect(try live() <= before + 4096, "\(after): a leak") }
    }
    let results = try runtime.call(script)
    expect(text(results) == expected, "afterwards: \(text(results))")
    expect(try live() <= before + 4096, "afterwards: a leak")
    return (tried, raised)
  }

  @Test(arguments: Memory.allCases.map(\.rawValue))
  func everyAllocationMayFail(_ kind: String) async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) { [kind] in
      guard let memory = Memory(rawValue: kind) else { return }
      let positions = runsSlowTests ? 1_000_000 : 6
      var (tried, raised) = (0, 0)
      for (name, source) in AllocationSweepTests.corpus {
        for count in [1, 2, 1000] {
          do {
            let part = try AllocationSweepTests.sweep(
              memory, name, source, positions: positions, count: count)
            tried += part.tried
            raised += part.raised
          } catch {
            print("wrong: \(memory), \(name), \(count) at a time: \(error)")
          }
        }
      }
      print("swept \(memory): \(tried) positions, \(raised) errors")
      if tried < 60 || raised < tried / 40 { print("wrong: too few") }
      fflush(nil)
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    let lines = output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("swept") }, "\(output)")
    for line in lines where line.hasPrefix("wrong") { Issue.record("\(line)") }
    for line in lines where line.hasPrefix("swept") && runsSlowTests { print(line) }
  }
}
