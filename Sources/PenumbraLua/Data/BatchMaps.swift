/// Functions of a script that change batches on their way: augmentation.

internal import LuaEmbedding
internal import PenumbraTensor

/// The functions in a userdata's user value, where Lua's collector sees them; none are nil.
struct BatchMaps {
  private let state: LuaState
  /// A table of functions, the first applied first.
  private let functions: LuaValue

  /// Those of the first argument of a call.
  init(_ frame: LuaFrame) throws {
    state = frame.state
    functions = try frame.userValue(1, at: 1)
  }

  private init(_ state: LuaState, _ functions: LuaValue) {
    (self.state, self.functions) = (state, functions)
  }

  /// The functions one by one.
  private var list: [LuaValue] {
    get throws {
      guard let table = functions.reference else { return [] }
      var result: [LuaValue] = []
      while true {
        let value = try table.get(.integer(Int64(result.count + 1)))
        if value.isNil { return result }
        result.append(value)
      }
    }
  }

  func adding(_ function: LuaReference) throws -> BatchMaps {
    BatchMaps(state, .reference(try state.makeTable(.array(list + [.reference(function)]))))
  }

  /// A new object that has these functions.
  func anchored<Object: AnyObject>(_ object: Object, _ luaClass: LuaClass<Object>) throws
    -> LuaValue
  {
    // The table holds the userdata until it is returned.
    let holder = try state.makeTable(.array([.object(object, of: luaClass)]))
    if !functions.isNil { try state.setUserValue(1, of: object, as: luaClass, to: functions) }
    return try holder.get(.integer(1))
  }

  /// The tensors that come out at the end.
  ///
  /// - Throws: `TensorError` when a function does not return tensors; what it raises.
  func apply(_ batch: [Tensor]) throws -> [Tensor] {
    try list.reduce(batch) { tensors, function in
      guard case .reference(let reference) = function else { return tensors }
      let results = try reference.tensors(tensors.map(\.luaValue), "map")
      guard !results.isEmpty else {
        throw TensorError(
          .value, "map", argument: "fn", expected: "the batch's tensors", got: "no value")
      }
      return results
    }
  }
}
