/// Derivatives as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorGraph {
  static let entries: [Entry] = [
    Entry(
      "backward", "Accumulates the derivative of this tensor into the `grad` of every leaf",
      receiver, Parameter<Tensor?>.optional("gradient", .tensor, "1 for a one-element tensor"),
      Parameter<Options>.options("backward", [retain.doc, create.doc]), returns: "nothing",
      example: "local x = pn.tensor({1.0, 2.0}, {requires_grad = true})\n"
        + "local y = (x * x):sum()\ny:backward()\nprint(x.grad)"
    ) { _, x, seed, options in
      try x.backward(
        seed: seed, retainGraph: options[retain] ?? false, createGraph: options[create])
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
      Parameter<LuaReference>("fn", .function), returns: "nothing",
      example: "local x = pn.tensor({1.0}, {requires_grad = true})\nlocal y = x * 2\n"
        + "y:register_hook(function(g) return g * 10 end)\ny:sum():backward()\n"
        + "assert(x.grad:item() == 20)"
    ) { _, x, function in
      _ = try x.registerHook { gradient in
        let results = try function.call([gradient.luaValue])
        guard case .object(let object, _)? = results.first else { return nil }
        return object as? Tensor
      }
      return NoResult()
    },
  ]

  static let retain = Parameter<Bool?>.optional(
    "retain_graph", .boolean, "keep the graph for another pass (default: create_graph)")
  static let create = Parameter<Bool>(
    "create_graph", .boolean, default: false, "make the gradients differentiable")
}
