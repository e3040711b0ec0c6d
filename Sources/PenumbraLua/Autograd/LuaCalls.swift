/// Lua functions as functions of tensors.

internal import LuaEmbedding
internal import PenumbraTensor

extension LuaValue {
  /// The tensor, if it is one.
  var tensor: Tensor? { object(of: TensorClass.definition) }
}

/// Tensors as a script passed them: one by itself, or several in a table.
struct TensorArguments {
  let tensors: [Tensor]
  let isTable: Bool

  /// Results in the form of the arguments: a single one by itself.
  func shaped(_ results: [Tensor]) -> LuaValue {
    isTable ? .array(results.map(\.luaValue)) : results.first?.luaValue ?? .nil
  }

  static func returned(_ results: [Tensor]) -> LuaValue {
    results.count == 1 ? results[0].luaValue : .array(results.map(\.luaValue))
  }
}

extension ParameterType where Value == TensorArguments {
  static let tensors = ParameterType("Tensor or table of Tensors") { frame, index in
    if let one = try ParameterType<Tensor>.tensor.decode(frame, index) {
      return TensorArguments(tensors: [one], isTable: false)
    }
    return try ParameterType<[Tensor]>.list(of: .tensor).decode(frame, index).map {
      TensorArguments(tensors: $0, isTable: true)
    }
  }
}

extension LuaReference {
  /// Calls a function whose results must be tensors.
  func tensors(_ arguments: [LuaValue], _ operation: String) throws -> [Tensor] {
    try call(arguments).enumerated().map { index, value in
      guard let tensor = value.tensor else {
        throw TensorError(
          .value, operation, argument: "fn: result \(index + 1)", expected: "a Tensor",
          got: value.kind)
      }
      return tensor
    }
  }
}

extension LuaValue {
  /// The kind of value, for errors.
  var kind: String {
    switch self {
    case .nil: "nil"
    case .boolean: "boolean"
    case .integer, .number: "number"
    case .string, .bytes: "string"
    case .object(_, let luaClass): luaClass.name
    case .array, .table: "table"
    case .function: "function"
    case .reference(let reference): "\(reference.type)"
    }
  }
}
