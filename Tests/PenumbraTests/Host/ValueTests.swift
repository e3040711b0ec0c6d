/// Typed values across the border: calls both ways, the host's functions, its classes.

import Penumbra
import Testing

private final class Counter: ScriptObject {
  var count: Int
  var label: String?
  let step = 2

  init(_ count: Int) { self.count = count }

  static let scriptClass = ScriptClass<Counter>(
    "Counter",
    .initializer { (count: Int?) in Counter(count ?? 0) },
    .method("add") { (counter, n: Int) in counter.count += n },
    .method("plus") { (counter, n: Int) in Counter(counter.count + n) },
    .method("fail") { (_: Counter) in throw CounterError.always },
    .property("count", get: { $0.count }, set: { $0.count = $1 }),
    .property("label", get: { $0.label }, set: { $0.label = $1 }),
    .property("step", get: { $0.step }))
}

private enum CounterError: Error { case always }

@Suite struct ValueTests {
  @Test func valuesGoToLuaAndComeBack() throws {
    let runtime = try Runtime()
    try runtime.run(
      "function same(...) return ... end function kind(x) return math.type(x) or type(x) end")
    func same<Value: ScriptValue & Equatable>(_ value: Value) throws -> Bool {
      let back: Value = try runtime.call("same", value)
      return back == value
    }
    #expect(try same(true) && same(-7) && same(0.5) && same(Float(0.25)) && same("ä\0b"))
    #expect(try same([1, 2, 3]) && same(["a": [1.5], "b": []]) && same([[true], []]))
    #expect(try same(Int?.none) && same(Int?.some(3)) && same(Int.max) && same(Int.min))
    #expect(try runtime.call("kind", 2.0) as String == "float")
    #expect(try runtime.call("kind", 2) as String == "integer")
    #expect(try runtime.call("same", 2.0) as Int == 2)
  }

  @Test func aWrongResultSaysWhatCame() throws {
    let runtime = try Runtime()
    try runtime.run("function f() return 'x' end t = {g = function() return {1, 'y'} end}")
    func message<Value: ScriptValue>(_: Value.Type, _ name: String) -> String? {
      #expect(throws: LuaError.self) { let _: Value = try runtime.call(name) }?.message
    }
    #expect(message(Int.self, "f") == "the result of f: expected integer, got string 'x'")
    #expect(
      message([Int].self, "t.g")
        == "the result of t.g: expected table of integer, got string 'y' as element 2")
    #expect(message(Int.self, "no") == "call: 'no': expected a function, got nil")
    #expect(message(Int.self, "t.no.x") == "'t.no.x': expected a table before 'x', got nil")
    #expect(message(Tensor.self, "f") == "the result of f: expected Tensor, got string 'x'")
  }

  @Test func aHostsFunctionNamesItsArguments() throws {
    let runtime = try Runtime()
    try runtime.register("mean") { (values: [Double], scale: Double?) in
      values.reduce(0, +) / Double(values.count) * (scale ?? 1)
    }
    #expect(try runtime.run("return mean({1, 2, 3})").first?.number == 2)
    #expect(try runtime.run("return mean({1, 2, 3}, 2)").first?.number == 4)
    func message(_ source: String) -> String? {
      #expect(throws: LuaError.self) { try runtime.run(source, name: "@host.lua") }?.message
    }
    #expect(
      message("mean('x')")
        == "host.lua:1: mean: argument 1: expected table of number, got string 'x'")
    #expect(
      message("mean({1, {}})")
        == "host.lua:1: mean: argument 1: expected table of number, got table as element 2")
    #expect(
      message("mean({}, 'x')")
        == "host.lua:1: mean: argument 2: expected number or nil, got string 'x'")
    #expect(
      message("mean()") == "host.lua:1: mean: argument 1: expected table of number, got no value")
  }

  @Test func objectsHaveMethodsAndProperties() throws {
    let runtime = try Runtime()
    try runtime.register(Counter.scriptClass)
    let counter = Counter(5)
    try runtime.set("c", to: counter)
    try runtime.run(
      """
      c:add(3) c.count = c.count * 2 c.label = "x"
      assert(c.step == 2 and c.label == "x" and c:plus(1).count == 17)
      assert(Counter().count == 0 and Counter(4).count == 4 and c == c)
      """)
    #expect(counter.count == 16 && counter.label == "x")
    #expect(try runtime.value("c") as Counter === counter)
    func message(_ source: String) -> String? {
      #expect(throws: LuaError.self) { try runtime.run(source, name: "=s") }?.message
    }
    #expect(
      message("c.cuont = 1") == "s:1: Counter: cannot assign field 'cuont' (did you mean 'count'?)")
    #expect(message("c.step = 1") == "s:1: Counter: cannot assign field 'step'")
    #expect(message("return c.ad") == "s:1: Counter has no field 'ad' (did you mean 'add'?)")
    #expect(message("c.count = 'x'") == "s:1: Counter.count: expected integer, got string 'x'")
    #expect(
      message("c:add('x')") == "s:1: Counter:add: argument 2: expected integer, got string 'x'")
    #expect(message("c.add(1, 2)")?.contains("expected Counter, got number 1") == true)
    let error = #expect(throws: LuaError.self) { try runtime.run("c:fail()") }
    #expect(error?.underlying as? CounterError == .always)
  }

  @Test func anObjectThatIsNotRegisteredIsAnError() throws {
    let runtime = try Runtime()
    #expect(throws: LuaError.self) { try runtime.set("c", to: Counter(1)) }
  }

  // MARK: - Tensors

  @Test func tensorsAreShared() throws {
    let runtime = try Runtime(Runtime.Options(profile: .pure))
    let x = try Tensor([1, 2, 3], [3])
    try runtime.run("function keep(t) kept = t return t end")
    #expect(try runtime.call("keep", x) as Tensor === x)
    #expect(try runtime.value("kept") as Tensor === x)
    try runtime.run("kept[1] = 7")
    #expect(try x.doubles() == [7, 2, 3])
    // A view in Swift of what Lua changed, and the reverse.
    try runtime.run("function tail() return kept:narrow(1, 2, 2) end")
    let view: Tensor = try runtime.call("tail")
    try runtime.run("kept:mul_(2)")
    #expect(try view.doubles() == [4, 6])
  }

  @Test func aTensorOutlivesItsOtherOwner() throws {
    weak var witness: Tensor?
    let runtime = try Runtime()
    var x: Tensor? = try Tensor([1, 2], [2])
    witness = x
    try runtime.set("x", to: x ?? Tensor.zeros([1]))
    x = nil
    #expect(witness != nil)
    #expect(try runtime.run("return x:sum():item()").first?.number == 3)
    var back: Tensor? = try runtime.value("x")
    try runtime.run("x = nil collectgarbage() collectgarbage()")
    #expect(try back?.doubles() == [1, 2])
    runtime.close()
    #expect(try back?.mul(back ?? Tensor.zeros([2])).doubles() == [1, 4])
    back = nil
    #expect(witness == nil)
  }

  @Test func aReleasedTensorIsStillSwifts() throws {
    let runtime = try Runtime()
    let x = try Tensor([1, 2], [2])
    try runtime.set("x", to: x)
    try runtime.run("x:release()")
    let error = #expect(throws: LuaError.self) { let _: Tensor = try runtime.value("x") }
    #expect(error?.message.contains("released") == true)
    #expect(try x.doubles() == [1, 2])
  }

  @Test func afterTheCloseEveryUseIsAnError() throws {
    let runtime = try Runtime()
    let function = try #require(try runtime.run("return function() end").first?.reference)
    runtime.close()
    runtime.close()
    #expect(throws: LuaError.self) { try runtime.run("return 1") }
    #expect(throws: LuaError.self) { try function.call() }
    #expect(throws: LuaError.self) { try runtime.call("print", 1) }
    #expect(throws: LuaError.self) { try runtime.set("x", to: 1) }
    #expect(throws: LuaError.self) { try runtime.register("f") { () in 1 } }
  }
}
