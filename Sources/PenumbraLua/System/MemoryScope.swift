/// `local scope <close> = pn.scope()`: the tensors made inside are released when it closes.

internal import LuaEmbedding
internal import PenumbraTensor

/// Knows the tensors that Lua got since it was opened, in the coroutine that opened it.
final class MemoryScope {
  /// A table with weak keys: the tensors' userdata.
  let tensors: LuaReference
  private let context: Context
  private let coroutine: UInt64

  init(_ call: Call) throws {
    context = call.context
    coroutine = call.frame.state.coroutine.id
    tensors = try context.weakTable(call.frame.state)
    context.scopes[coroutine, default: []].append(WeakScope(self))
    context.record(coroutine, in: call.frame.state)
  }

  /// The scope around this one, if it is open.
  var outer: MemoryScope? {
    let open = context.openScopes(of: coroutine)
    guard let place = open.firstIndex(where: { $0 === self }), place > 0 else { return nil }
    return open[place - 1]
  }

  /// Ends the recording; false when it had ended before.
  func end(_ frame: LuaFrame) -> Bool {
    guard var open = context.scopes[coroutine],
      let place = open.firstIndex(where: { $0.scope === self })
    else { return false }
    open.remove(at: place)
    context.scopes[coroutine] = open.isEmpty ? nil : open
    context.record(frame.state.coroutine.id, in: frame.state)
    return true
  }
}

/// A scope that is forgotten when nothing else knows it.
struct WeakScope {
  weak var scope: MemoryScope?

  init(_ scope: MemoryScope) { self.scope = scope }
}

extension Context {
  /// The scopes of a coroutine that are not yet closed, the innermost last.
  fileprivate func openScopes(of coroutine: UInt64) -> [MemoryScope] {
    (scopes[coroutine] ?? []).compactMap(\.scope)
  }

  /// Makes new objects known to the innermost scope of a coroutine.
  func record(_ coroutine: UInt64, in state: LuaState) {
    guard !scopes.isEmpty || state.recorder != nil else { return }
    let open = openScopes(of: coroutine)
    if open.isEmpty { scopes[coroutine] = nil }
    state.recorder = open.last?.tensors
  }

  /// A new table with weak keys.
  fileprivate func weakTable(_ state: LuaState) throws -> LuaReference {
    if weakTables == nil {
      let results = try state.run(
        """
        local setmetatable, weak = setmetatable, {__mode = "k"}
        return function() return setmetatable({}, weak) end
        """, name: "=penumbra")
      if case .reference(let function)? = results.first { weakTables = function }
    }
    guard case .reference(let table)? = try weakTables?.call().first else {
      throw TensorError(.memory, "scope", "no table could be made")
    }
    return table
  }
}

enum MemoryScopeClass {
  static let definition: LuaClass<MemoryScope> = LuaClass<MemoryScope>(
    "Scope", methods: library.methods,
    metamethods: [
      (
        "__close",
        { frame in
          guard let scope = frame.object(at: 1, of: definition), scope.end(frame) else { return }
          // Its table, where raw reading can see it.
          try frame.setUserValue(1, at: 1, to: .reference(scope.tensors))
          try frame.withUserValue(1, at: 1) { table in
            try frame.forEachField(ofTableAt: table) { key, _ in
              if frame.object(at: key, of: TensorClass.definition) != nil { frame.release(at: key) }
            }
          }
          try frame.setUserValue(1, at: 1, to: .nil)
        }
      )
    ], options: LuaClassOptions(userValueCount: 1))

  static let library = Library(
    "Scope", "Releases the tensors made inside it when it closes.", isClass: true,
    [
      Entry(
        "keep", "Lets tensors, or the tensors of a table, outlive the scope; returns them",
        Parameter<MemoryScope>("self", .object("Scope", definition)),
        Parameter<KeptTensors>("...", .keptTensors, "any number of them"),
        returns: "what was given",
        example: "local function double(x)\n  local scope <close> = pn.scope()\n"
          + "  return scope:keep(x + x)\nend\nprint(double(pn.ones(2)))"
      ) { call, scope, kept in
        for value in kept.values {
          try scope.tensors.set(.reference(value), to: .nil)
          if let outer = scope.outer {
            try outer.tensors.set(.reference(value), to: .boolean(true))
          }
        }
        for index in 2...max(2, call.frame.argumentCount) { call.frame.returns(argument: index) }
        return NoResult()
      }
    ])
}

/// The userdata that a scope is to let go.
struct KeptTensors {
  var values: [LuaReference] = []
}

extension ParameterType where Value == KeptTensors {
  /// All arguments from here on.
  fileprivate static let keptTensors = ParameterType("Tensors, or tables of them") { frame, first in
    guard frame.argumentCount >= first else { return nil }
    var kept = KeptTensors()
    for index in first...frame.argumentCount {
      if frame.object(at: index, of: TensorClass.definition) != nil {
        kept.values.append(try frame.reference(at: index))
        continue
      }
      guard frame.type(at: index) == .table else {
        throw BadValue(expected: "Tensors or tables of them, got \(frame.describe(at: index))")
      }
      try frame.forEachField(ofTableAt: index) { _, slot in
        guard frame.object(at: slot, of: TensorClass.definition) != nil else {
          throw BadValue(expected: "a table of Tensors, got \(frame.describe(at: slot)) in it")
        }
        kept.values.append(try frame.reference(at: slot))
      }
    }
    return kept
  }
}
