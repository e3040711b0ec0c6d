/// Several runtimes at once, and one that an asynchronous host awaits.

import Penumbra
import Synchronization
import Testing

@Suite struct ConcurrencyTests {
  /// A few steps of training; returns its last bits.
  static let training = """
    local pn = require "penumbra"
    pn.seed(...)
    local net = pn.nn.Sequential(pn.nn.Linear(8, 64), pn.nn.Tanh(), pn.nn.Linear(64, 1))
    local optimiser = pn.optim.Adam(net:parameters(), {lr = 1e-2})
    local x, y = pn.randn(256, 8), pn.randn(256, 1)
    local loss
    for step = 1, 40 do
      optimiser:zero_grad()
      loss = (net(x) - y):square():mean()
      loss:backward()
      optimiser:step()
      coroutine.wrap(function() assert(not pcall(error)) end)()
    end
    return ("%a %a"):format(loss:item(), net:parameters()[1]:sum():item())
    """

  static func train(_ seed: Int) throws -> String {
    let runtime = try Runtime(Runtime.Options(profile: .pure, threads: 1))
    return try runtime.run(ConcurrencyTests.training, arguments: [.integer(Int64(seed))]).first?
      .string ?? ""
  }

  @Test func runtimesAtOnceGiveTheBitsOfOneAlone() async throws {
    let alone = try (1...8).map { try ConcurrencyTests.train($0) }
    #expect(Set(alone).count == 8)
    let together = try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for seed in 1...8 {
        group.addTask {
          let actor = try RuntimeActor(Runtime.Options(profile: .pure, threads: 1))
          let bits = try await actor.run { runtime in
            try runtime.run(ConcurrencyTests.training, arguments: [.integer(Int64(seed))]).first?
              .string ?? ""
          }
          return (seed, bits)
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for seed in 1...8 { #expect(together[seed] == alone[seed - 1], "seed \(seed)") }
  }

  @Test(arguments: InterruptTests.endless)
  func cancellingTheTaskStopsTheScript(_ source: String) async throws {
    let actor = try RuntimeActor()
    let clock = ContinuousClock()
    let ended = Mutex<ContinuousClock.Instant?>(nil)
    let task = Task {
      try await actor.run { runtime in
        // Here, not behind `await`: other tests keep the threads that tasks run on.
        defer { ended.withLock { $0 = clock.now } }
        _ = try runtime.run(source)
      }
    }
    try await Task.sleep(for: .milliseconds(100))
    let asked = clock.now
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    if let ended = ended.withLock({ $0 }) { #expect(ended - asked < .milliseconds(400)) }
    #expect(try await actor.run { try $0.run("return 1 + 1").first?.integer } == 2)
  }

  @Test func aCancelledTaskDoesNotTouchTheNext() async throws {
    let actor = try RuntimeActor()
    for _ in 1...200 {
      let task = Task { try await actor.run { try $0.run("return 1").first?.integer } }
      task.cancel()
      _ = try? await task.value
      #expect(try await actor.run { try $0.run("return 2").first?.integer } == 2)
    }
  }

  @Test func anActorsBodiesRunOnOneThreadInTheirOrder() async throws {
    let actor = try RuntimeActor()
    try await actor.run { _ = try $0.run("n = 0 function up() n = n + 1 return n end") }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...50 { group.addTask { try await actor.run { try $0.call("up") } } }
      try await group.waitForAll()
    }
    #expect(try await actor.run { try $0.value("n") as Int } == 50)
  }

  @Test func errorsOfTheBodyComeOut() async throws {
    let actor = try RuntimeActor(Runtime.Options(timeLimit: .milliseconds(50)))
    let error = await #expect(throws: LuaError.self) {
      try await actor.run { _ = try $0.run("error('x', 0)") }
    }
    #expect(error?.message == "x")
    let late = await #expect(throws: LuaError.self) {
      try await actor.run { _ = try $0.run("while true do end") }
    }
    #expect(late?.interruption == .timeLimit)
  }
}
