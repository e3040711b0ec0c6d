/// Functions of tensors that are no one tensor's method: joining, choosing, derivatives.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorFunctions {
  static let entries: [Entry] = [
    Entry(
      "where",
      "a where the mask is true, b elsewhere, all three broadcast; with the mask alone, the "
        + "indices of its true elements, a tensor for each dimension",
      Parameter<Tensor>("mask", .tensor), Parameter<Operand?>.optional("a", .operand),
      Parameter<Operand?>.optional("b", .operand), returns: "Tensor, or several of indices",
      example: "local x = pn.tensor{1.0, -2.0}\nprint(pn.where(x:gt(0), x, 0))\n"
        + "print(pn.where(x:gt(0)))"
    ) { _, mask, a, b in
      guard let a, let b else {
        guard a == nil, b == nil else {
          throw TensorError(.value, "where", expected: "both a and b, or neither", got: "one")
        }
        return Several(
          try mask.nonzeroByDimension().map { Selected.indices(IndexTensor(positions: $0)) })
      }
      let (x, y) = try pair(a, b)
      return Several([Selected.values(try Tensor.select(mask, x, y))])
    },
    Entry(
      "polygamma", "The derivative of order n + 1 of log Γ at x", Parameter<Int>("n", .integer),
      Parameter<Tensor>("x", .tensor), returns: "Tensor",
      example: "print(pn.polygamma(1, pn.tensor{0.5, 1.5}))"
    ) { _, order, x in try x.polygamma(order) },
    Entry(
      "grad", "Derivatives of the outputs' sum with respect to the inputs",
      Parameter<[Tensor]>("outputs", .oneOrMore), Parameter<[Tensor]>("inputs", .oneOrMore),
      Parameter<Options>.options(
        "grad", [seeds.doc, TensorGraph.retain.doc, TensorGraph.create.doc, unused.doc]),
      returns: "one Tensor for each input; a table for more than eight",
      example: "local x = pn.tensor({2.0}, {requires_grad = true})\n"
        + "local g = pn.grad((x ^ 3):sum(), x, {create_graph = true})\n"
        + "assert(g:item() == 12)\nassert(pn.grad(g:sum(), x):item() == 12)"
    ) { call, outputs, inputs, options in
      let create = try options[TensorGraph.create]
      let results = try Tensor.gradients(
        of: outputs, withRespectTo: inputs, seeds: try options[seeds] ?? [],
        retainGraph: try options[TensorGraph.retain] ?? create, createGraph: create,
        allowUnused: try options[unused])
      guard results.count <= 8 else {
        return LuaValue.array(results.map { $0?.luaValue ?? .boolean(false) })
      }
      for result in results.dropLast() { try result.give(to: call.frame) }
      return (results.last ?? nil)?.luaValue ?? .nil
    },
    Entry(
      "gradcheck",
      "Compares fn's derivatives with finite differences; true, or an error with the worst entry",
      Parameter<LuaReference>("fn", .callable), Parameter<[Tensor]>("inputs", .oneOrMore),
      Parameter<Options>.options("gradcheck", [step.doc, absolute.doc, relative.doc]),
      returns: "true",
      example: "local x = pn.tensor({0.5, 1.5}, {dtype = \"float64\", requires_grad = true})\n"
        + "assert(pn.gradcheck(function(x) return x:sin() end, x))"
    ) { _, function, inputs, options in
      try checked("gradcheck", function).checkDerivatives(inputs, tolerance(options))
      return true
    },
    Entry(
      "gradgradcheck",
      "Compares fn's second derivatives with finite differences of the first, as gradcheck",
      Parameter<LuaReference>("fn", .callable), Parameter<[Tensor]>("inputs", .oneOrMore),
      Parameter<Options>.options("gradgradcheck", [step.doc, absolute.doc, relative.doc]),
      returns: "true",
      example: "local x = pn.tensor({0.5, 1.5}, {dtype = \"float64\", requires_grad = true})\n"
        + "assert(pn.gradgradcheck(function(x) return x:sin() end, x))"
    ) { _, function, inputs, options in
      try checked("gradgradcheck", function).checkSecondDerivatives(inputs, tolerance(options))
      return true
    },
    guarded(
      "no_grad", "Switches recording off until the scope ends: local _ <close> = pn.no_grad()",
      false),
    guarded("enable_grad", "Switches recording on until the scope ends", true),
    Entry(
      "set_grad_enabled",
      "Switches recording on or off; until the scope ends where the result is closed",
      Parameter<Bool>("enabled", .boolean), returns: "an object to close",
      example: "do\n  local _ <close> = pn.set_grad_enabled(false)\n"
        + "  assert(not pn.is_grad_enabled())\nend"
    ) { call, enabled in
      Instance(
        GradientGuard(call, enabled, outlivesCollection: true), GradientGuardClass.definition)
    },
    Entry(
      "is_grad_enabled", "Whether operations are recorded in this coroutine", returns: "boolean",
      example: "assert(pn.is_grad_enabled())"
    ) { _ in GradientMode.isEnabled },
  ]

  private static let seeds = Parameter<[Tensor]?>.optional(
    "grad_outputs", .oneOrMore, "of the objective, one for each output")
  private static let unused = Parameter<Bool>(
    "allow_unused", .boolean, default: false,
    "nil for an input that the outputs do not depend on, instead of an error")
  private static let step = Parameter<Double>(
    "eps", .positive, default: 1e-6, "half the distance of the points")
  private static let absolute = Parameter<Double>("atol", .nonNegative, default: 1e-5)
  private static let relative = Parameter<Double>("rtol", .nonNegative, default: 1e-3)

  private static func checked(_ name: String, _ function: LuaReference) -> DifferentiableFunction {
    DifferentiableFunction(name) { try function.tensors($0.map(\.luaValue), name) }
  }

  private static func tolerance(_ options: Options) throws -> DifferentiableFunction.Tolerance {
    .init(
      step: try options[step], absolute: try options[absolute], relative: try options[relative])
  }

  private static func guarded(_ name: String, _ summary: String, _ enabled: Bool) -> Entry {
    Entry(
      name, summary, returns: "an object to close",
      example: "do\n  local _ <close> = pn.\(name)()\n  "
        + "assert(pn.is_grad_enabled() == \(enabled))\nend"
    ) { call in
      Instance(GradientGuard(call, enabled), GradientGuardClass.definition)
    }
  }

  /// Two operands as tensors, of the types that they have beside each other. Of two numbers, Lua
  /// floats become float32, integers int64.
  static func pair(_ a: Operand, _ b: Operand) throws -> (Tensor, Tensor) {
    if case .tensor(let x) = a { return (x, try b.operand(beside: x)) }
    if case .tensor(let y) = b { return (try a.operand(beside: y), y) }
    let bare = try Tensor.scalar(0, dtype: .bool)
    return (try a.operand(beside: bare), try b.operand(beside: bare))
  }
}

/// What `where` gives: chosen values, or indices.
private enum Selected: LuaResult {
  case values(Tensor)
  case indices(IndexTensor)

  func give(to frame: LuaFrame) throws {
    switch self {
    case .values(let tensor): tensor.give(to: frame)
    case .indices(let tensor): try tensor.give(to: frame)
    }
  }
}

extension ParameterType where Value == [Tensor] {
  /// A tensor or a table of tensors.
  static let oneOrMore = ParameterType("Tensor or table of Tensors") { frame, index in
    if let one = try ParameterType<Tensor>.tensor.decode(frame, index) { return [one] }
    return try ParameterType<[Tensor]>.list(of: .tensor).decode(frame, index)
  }
}
