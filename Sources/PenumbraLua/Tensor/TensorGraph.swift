/// Derivatives as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorGraph {
  static let entries: [Entry] = [
    Entry(
      "backward", "Accumulates the derivative of this tensor into the `grad` of every leaf",
      receiver, Parameter<Tensor?>.optional("gradient", .tensor, "1 for a one-element tensor"),
      Parameter<Options>.options("backward", [retain.doc, create.doc, inputs.doc]),
      returns: "nothing",
      example: "local x = pn.tensor({1.0, 2.0}, {requires_grad = true})\n"
        + "local y = (x * x):sum()\ny:backward()\nprint(x.grad)"
    ) { _, x, seed, options in
      try x.backward(
        seed: seed, retainGraph: options[retain] ?? false, createGraph: options[create],
        inputs: options[inputs])
      return NoResult()
    },
    Entry(
      "requires_grad_", "Makes a leaf want a gradient, or not; returns x", receiver,
      Parameter<Bool>("wanted", .boolean, default: true), returns: "Tensor",
      example: "print(pn.zeros(2):requires_grad_())"
    ) { _, x, wanted in
      try x.requiresGradient(wanted)
      return FirstArgument()
    },
    Entry(
      "detach", "The same values outside the graph; shares memory", receiver, returns: "Tensor",
      example: "print(pn.zeros(2):detach())"
    ) { _, x in x.detached() },
    Entry(
      "clone", "A copy that is part of the graph", receiver, returns: "Tensor",
      example: "print(pn.zeros(2):clone())"
    ) { _, x in try x.clone() },
    Entry(
      "register_hook",
      "Calls fn(gradient) whenever this tensor's gradient is computed; a tensor "
        + "that it returns takes the gradient's place", receiver,
      Parameter<LuaReference>("fn", .function), returns: "Hook, whose :remove() takes it away",
      example: "local x = pn.tensor({1.0}, {requires_grad = true})\nlocal y = x * 2\n"
        + "y:register_hook(function(g) return g * 10 end)\ny:sum():backward()\n"
        + "assert(x.grad:item() == 20)"
    ) { _, x, function in
      let hook = try x.registerHook { gradient in
        guard let result = try function.call([gradient.luaValue]).first, !result.isNil else {
          return nil
        }
        guard let replacement = result.tensor else {
          throw TensorError(.value, "hook", expected: "a Tensor or nil", got: result.kind)
        }
        return replacement
      }
      return Instance(hook, HookClass.definition)
    },
    Entry(
      "retain_grad",
      "Lets backward keep the gradient of a tensor that is no leaf, in `grad`; returns x",
      receiver, returns: "Tensor",
      example: "local x = pn.tensor({1.0}, {requires_grad = true})\n"
        + "local y = (x * 2):retain_grad()\nlocal z = y * 3\nz:backward()\nassert(y.grad:item() == 3)"
    ) { _, x in
      try x.retainGradient()
      return FirstArgument()
    },
  ]

  static let retain = Parameter<Bool?>.optional(
    "retain_graph", .boolean, "keep the graph for another pass (default: create_graph)")
  static let create = Parameter<Bool>(
    "create_graph", .boolean, default: false, "make the gradients differentiable")
  static let inputs = Parameter<[Tensor]?>.optional(
    "inputs", .oneOrMore, "accumulate into these only")
}

enum HookClass {
  static let definition: LuaClass<GradientHook> = LuaClass<GradientHook>(
    "Hook",
    methods: [("remove", { try $0.requireObject(at: 1, of: definition).remove() })])
}
