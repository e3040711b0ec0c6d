/// Functions of a script that a filter calls.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

/// The functions of one filter. They are kept in its userdata's user value, where Lua's collector sees
/// cycles through what they capture; objects that can be called, such as modules, are held here.
final class FilterFunctions {
  private weak var state: LuaState?
  private weak var owner: FilterObject?
  private var objects: [String: LuaReference] = [:]

  init(_ state: LuaState) { self.state = state }

  /// The filter's object, with a userdata that keeps the functions and the parts.
  func owner(
    of filter: any Filter, _ setting: StrengthSetting? = nil, parts: [FilterObject] = [],
    uses: Int = 1, calling callables: [(name: String, callable: LuaReference)] = []
  ) throws -> Instance<FilterObject> {
    guard let state else { throw TensorError(.value, "blur", "the Lua state is gone") }
    let object = try FilterObject(filter, setting, parts: parts, uses: uses)
    var kept: [(key: String, value: LuaValue)] = []
    for (name, callable) in callables {
      if callable.type == .function {
        kept.append((key: name, value: .reference(callable)))
      } else {
        objects[name] = callable
      }
    }
    // A part that was made by a script lives only as long as its userdata.
    kept.append(
      (key: "parts", value: .array(parts.map { .object($0, of: FilterClass.definition) })))
    let holder = try state.makeTable(.array([.object(object, of: FilterClass.definition)]))
    try state.setUserValue(1, of: object, as: FilterClass.definition, to: .table(kept))
    withExtendedLifetime(holder) {}
    owner = object
    return Instance(object, FilterClass.definition)
  }

  /// Calls a function, which must give one tensor.
  func tensor(_ name: String, _ arguments: [LuaValue], _ operation: String) throws -> Tensor {
    let results = try callable(name, operation).call(arguments)
    guard let tensor = results.first?.tensor else {
      throw TensorError(
        .value, operation, argument: "\(name)'s result", expected: "a Tensor",
        got: results.first?.kind ?? "nothing")
    }
    return tensor
  }

  private func callable(_ name: String, _ operation: String) throws -> LuaReference {
    if let object = objects[name] { return object }
    guard let state, let owner,
      case .reference(let table) = try state.userValue(1, of: owner, as: FilterClass.definition),
      case .reference(let function) = try table.get(name)
    else { throw TensorError(.value, operation, "the Lua side of this filter is gone") }
    return function
  }
}
