/// Operations defined by a script: `pn.autograd.fn{ name = ..., forward = ..., backward = ... }`.

internal import LuaEmbedding
internal import PenumbraTensor

/// An operation; its functions are in its userdata's user value, where Lua's collector sees them.
final class LuaOperation {
  let name: String

  init(name: String) { self.name = name }
}

enum LuaOperationClass {
  static let definition: LuaClass<LuaOperation> = LuaClass<LuaOperation>(
    "Operation",
    metamethods: [
      (
        "__call",
        { frame in
          let operation = try frame.requireObject(at: 1, of: definition)
          for result in try operation.call(frame) { try frame.returns(result) }
        }
      ),
      (
        "__tostring",
        { frame in
          frame.returns("Operation(\(try frame.requireObject(at: 1, of: definition).name))")
        }
      ),
    ], options: LuaClassOptions(identityMap: true, userValueCount: 1))
}

extension LuaOperation {
  /// Runs forward on the arguments and records backward.
  fileprivate func call(_ frame: LuaFrame) throws -> [LuaValue] {
    let (forward, backward) = try frame.withUserValue(1, at: 1) { functions in
      (
        try frame.withField("forward", ofTableAt: functions) { try frame.reference(at: $0) },
        try frame.withField("backward", ofTableAt: functions) { try frame.reference(at: $0) }
      )
    }
    let arguments =
      frame.argumentCount < 2
      ? []
      : try (2...frame.argumentCount).map {
        try frame.value(at: $0)
      }
    let places = arguments.indices.filter { arguments[$0].tensor != nil }
    let context = LuaFunctionContext(
      frame.state, arguments.map { $0.tensor?.requiresGradient ?? false })
    let holder = try context.anchor()
    let me = LuaValue.object(context, of: LuaFunctionContextClass.definition)
    var others: [(Int, LuaValue)] = []
    let tensors = try Tensor.custom(name, places.compactMap { arguments[$0].tensor }) { saving in
      let results = try forward.call([me] + arguments)
      others = results.enumerated().compactMap { $1.tensor == nil ? ($0, $1) : nil }
      saving.save(context.takeSaved())
      return results.compactMap(\.tensor)
    } backward: { [name] saved, gradients in
      // The holder keeps the context's fields for as long as the graph may need them.
      defer { withExtendedLifetime(holder) {} }
      context.setSaved(saved)
      defer { context.setSaved([]) }
      let found = try backward.call([me] + gradients.map(\.luaValue))
      guard found.count <= arguments.count else {
        throw TensorError(
          .value, name, argument: "backward",
          expected: "at most \(arguments.count) results, one for each argument of forward",
          got: "\(found.count)")
      }
      for (index, value) in found.enumerated() where !value.isNil {
        guard value.tensor != nil, places.contains(index) else {
          throw TensorError(
            .value, name, argument: "backward: result \(index + 1)",
            expected: places.contains(index)
              ? "a Tensor or nil" : "nil (forward's argument is no Tensor)",
            got: value.kind)
        }
      }
      return places.map { $0 < found.count ? found[$0].tensor : nil }
    }
    var results = tensors.map(\.luaValue)
    for (index, value) in others { results.insert(value, at: min(index, results.count)) }
    return results
  }

  /// The operation of a table {name, forward, backward}.
  static func make(_ call: Call, tableAt index: Int) throws -> LuaValue {
    let frame = call.frame
    let list = OptionList(
      ["name", "forward", "backward"].map {
        ParameterDoc(name: $0, type: "", standard: nil, summary: "")
      })
    try list.check(frame, index, "autograd.fn")
    for key in ["forward", "backward"] {
      try frame.withField(key, ofTableAt: index) { slot in
        guard frame.type(at: slot) == .function else {
          throw TensorError(
            .value, "autograd.fn", argument: key, expected: "a function",
            got: frame.describe(at: slot))
        }
      }
    }
    let name = try frame.withField("name", ofTableAt: index) { frame.string(at: $0) }
    let operation = LuaOperation(name: name ?? "custom")
    let value = LuaValue.object(operation, of: LuaOperationClass.definition)
    let holder = try frame.state.makeTable(.array([value]))
    try frame.state.setUserValue(
      1, of: operation, as: LuaOperationClass.definition,
      to: .reference(try frame.reference(at: index)))
    let result = try holder.get(.integer(1))
    return result
  }
}

/// `ctx` of one use of an operation: what forward leaves for backward.
final class LuaFunctionContext {
  private weak var state: LuaState?
  let needs: [Bool]
  private(set) var saved: [Tensor] = []

  init(_ state: LuaState, _ needs: [Bool]) {
    self.state = state
    self.needs = needs
  }

  func setSaved(_ tensors: [Tensor]) { saved = tensors }

  /// What forward saved; the graph keeps it from then on, not the context.
  func takeSaved() -> [Tensor] {
    defer { saved = [] }
    return saved
  }

  /// Makes this context's userdata, with a table for the script's own fields; lives as long as the result.
  func anchor() throws -> LuaReference {
    guard let state else { throw TensorError(.value, "autograd.fn", "the Lua state is gone") }
    let me = LuaValue.object(self, of: LuaFunctionContextClass.definition)
    let holder = try state.makeTable(.array([me]))
    try state.setUserValue(1, of: self, as: LuaFunctionContextClass.definition, to: .table([]))
    return holder
  }
}

enum LuaFunctionContextClass {
  static let definition: LuaClass<LuaFunctionContext> = LuaClass<LuaFunctionContext>(
    "FunctionContext",
    methods: [
      (
        "save",
        { frame in
          let context = try frame.requireObject(at: 1, of: definition)
          context.setSaved(
            try stride(from: 2, through: frame.argumentCount, by: 1).map { try frame.tensor($0) })
        }
      )
    ],
    index: { frame in
      let context = try frame.requireObject(at: 1, of: definition)
      switch frame.string(at: 2) {
      case "saved": try frame.returns(.array(context.saved.map(\.luaValue)))
      case "needs_grad": try frame.returns(.array(context.needs.map { .boolean($0) }))
      default:
        try frame.withUserValue(1, at: 1) { fields in
          guard case .reference(let table) = try frame.value(at: fields) else { return }
          try frame.returns(table.get(frame.value(at: 2)))
        }
      }
    },
    newIndex: { frame in
      let name = frame.string(at: 2)
      guard name != "saved", name != "needs_grad", name != "save" else {
        throw TensorError(
          .value, "ctx", "field '\(name ?? "")' cannot be set; ctx:save(...) keeps tensors")
      }
      try frame.withUserValue(1, at: 1) { fields in
        guard case .reference(let table) = try frame.value(at: fields) else { return }
        try table.set(frame.value(at: 2), to: frame.value(at: 3))
      }
    }, options: LuaClassOptions(identityMap: true, userValueCount: 1))
}
