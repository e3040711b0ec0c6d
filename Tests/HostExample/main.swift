// A host of its own: a simulation whose rules are scripts that the host does not trust.
import Penumbra

/// What scripts may know of the simulation: an object with methods and properties.
final class Simulation: ScriptObject {
  var temperature = 20.0
  private(set) var log: [String] = []

  func note(_ text: String) { log.append(text) }

  static let scriptClass = ScriptClass<Simulation>(
    "Simulation",
    .method("note") { (simulation, text: String) in simulation.note(text) },
    .property("temperature", get: { $0.temperature }, set: { $0.temperature = $1 }))
}

struct SensorError: Error, Equatable { let name: String }

// 1. A runtime: what its scripts may do, and how much.
var options = Runtime.Options(
  profile: .pure, luaMemoryLimit: 64 << 20, tensorMemoryLimit: 256 << 20,
  timeLimit: .seconds(5))
options.clock = { 1_000_000 }
options.modules = { name in name == "rules" ? "return {limit = 25}" : nil }
options.output = { stream, bytes in
  if stream == .output {
    print("script: \(String(decoding: bytes, as: UTF8.self))", terminator: "")
  }
}
let runtime = try Runtime(options)

// 2. What scripts get from the host: functions, objects, values.
try runtime.register("sensor") { (name: String, count: Int) throws -> [Double] in
  guard name == "roof" else { throw SensorError(name: name) }
  return (1...max(count, 1)).map { Double($0) }
}
try runtime.register(Simulation.scriptClass)
let simulation = Simulation()
try runtime.set("simulation", to: simulation)

// 3. A script.
try runtime.run(
  """
  local pn = require "penumbra"
  local rules = require "rules"
  print("clock", os.time(), "limit", rules.limit)

  function react(step)
    local mean = pn.tensor(sensor("roof", step)):mean():item()
    simulation.temperature = simulation.temperature + mean
    if simulation.temperature > rules.limit then simulation:note("hot at step " .. step) end
    return simulation.temperature
  end

  function smooth(x) return x:cumsum(1) end
  function broken() sensor("cellar", 1) end
  function endless() while true do pcall(function() while true do end end) end end
  """, name: "@rules.lua")

// 4. Calls with typed arguments and results.
for step in 1...4 {
  let temperature: Double = try runtime.call("react", step)
  print("host: step \(step): \(temperature)")
}
print("host: \(simulation.log)")

// 5. Tensors go over and come back without a copy.
let field = try Tensor([1, 2, 3], [3])
let total: Tensor = try runtime.call("smooth", field)
print("host: \(try total.doubles())")
try runtime.run("kept = ...", arguments: [field.luaValue])
let same: Tensor = try runtime.value("kept")
print("host: the same tensor: \(same === field)")

// 6. Errors are values; the host's own come back as themselves.
do {
  try runtime.call("broken")
} catch let error as LuaError {
  let cause = error.underlying as? SensorError
  print("host: \(error.file ?? "?"):\(error.line ?? 0): \(cause?.name ?? error.message)")
}

// 7. What a script may not do, and what ends one that does not end.
for source in ["os.execute('true')", "io.open('/etc/passwd')", "string.dump(print)"] {
  do { try runtime.run(source, name: "=script") } catch let error as LuaError {
    print("host: \(error.message)")
  }
}
let actor = try RuntimeActor(options)
let work = Task { try await actor.run { _ = try $0.run("while true do pcall(error) end") } }
try await Task.sleep(for: .milliseconds(50))
work.cancel()
do { try await work.value } catch is CancellationError { print("host: cancelled") }
print("host: \(try await actor.run { try $0.run("return 6 * 7").first?.integer ?? 0 })")
