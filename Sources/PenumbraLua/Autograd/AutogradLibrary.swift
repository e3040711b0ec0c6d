/// `pn.autograd`: operations of your own, checkpoints and the search for NaN.

internal import LuaEmbedding
internal import PenumbraTensor

enum AutogradLibrary {
  static let library = Library(
    "pn.autograd", "Operations of your own, checkpoints and the search for NaN.",
    [backward, function, checkpoint, anomaly])

  private static let backward = Entry(
    "backward", "Accumulates the derivatives of several tensors' sum into the leaves, in one pass",
    Parameter<[Tensor]>("tensors", .oneOrMore),
    Parameter<[Tensor]?>.optional("grad_tensors", .oneOrMore, "1 for one-element tensors"),
    Parameter<Options>.options(
      "backward", [TensorGraph.retain.doc, TensorGraph.create.doc, TensorGraph.inputs.doc]),
    returns: "nothing",
    example: "local x = pn.tensor({1.0, 2.0}, {requires_grad = true})\n"
      + "pn.autograd.backward({x:sum(), x * x}, {pn.tensor(1.0), pn.ones(2)})\n"
      + "assert(x.grad[2]:item() == 5)"
  ) { _, tensors, seeds, options in
    try Tensor.backward(
      tensors, seeds: seeds ?? [], retainGraph: options[TensorGraph.retain] ?? false,
      createGraph: options[TensorGraph.create], inputs: options[TensorGraph.inputs])
    return NoResult()
  }

  private static let function = Entry(
    "fn",
    "An operation from a table {name, forward, backward}: forward(ctx, ...) computes and may "
      + "ctx:save(...) tensors, backward(ctx, gradients...) returns a gradient or nil for each "
      + "argument of forward and finds the tensors in ctx.saved; ctx.needs_grad tells which count",
    Parameter<LuaReference>("definition", .table), returns: "Operation, to be called",
    example: """
      local cube = pn.autograd.fn{
        name = "cube",
        forward = function(ctx, x) ctx:save(x) return x ^ 3 end,
        backward = function(ctx, g) return g * 3 * ctx.saved[1] ^ 2 end,
      }
      local x = pn.tensor({2.0}, {requires_grad = true})
      cube(x):backward()
      assert(x.grad:item() == 12)
      """
  ) { call, _ in try LuaOperation.make(call, tableAt: 1) }

  private static let checkpoint = Entry(
    name: "checkpoint",
    summary:
      "fn(...) without its graph, which is made again in the backward pass: memory for time. "
      + "fn must do the same again; pn's random numbers do",
    parameters: [
      ParameterDoc(name: "fn", type: "function or callable object", standard: nil, summary: ""),
      ParameterDoc(name: "...", type: "any values", standard: nil, summary: "arguments of fn"),
    ],
    returns: "the results of fn",
    example: """
      local x = pn.tensor({0.5}, {requires_grad = true})
      local y = pn.autograd.checkpoint(function(x) return x:exp():sin() end, x)
      y:backward()
      print(x.grad)
      """
  ) { frame in
    guard let function = try ParameterType<LuaReference>.callable.decode(frame, 1) else {
      throw TensorError(
        .value, "checkpoint", argument: "argument 1 (fn)", expected: "function or callable object",
        got: frame.describe(at: 1))
    }
    let arguments =
      frame.argumentCount < 2
      ? []
      : try (2...frame.argumentCount).map {
        try frame.value(at: $0)
      }
    let places = arguments.indices.filter { arguments[$0].tensor != nil }
    let results = try Tensor.checkpoint(
      places.compactMap { arguments[$0].tensor }, generators: [Context.of(frame).generator]
    ) { tensors in
      var all = arguments
      for (place, tensor) in zip(places, tensors) { all[place] = tensor.luaValue }
      return try function.tensors(all, "checkpoint")
    }
    for result in results { result.give(to: frame) }
  }

  private static let checksForward = Parameter<Bool>(
    "check_forward", .boolean, default: false, "look for NaN in results, too")

  private static let anomaly = Entry(
    "detect_anomaly",
    "Until the scope ends, the first NaN in a gradient is an error that names the operation and the "
      + "line that called it (slow): local _ <close> = pn.autograd.detect_anomaly()",
    Parameter<Options>.options("detect_anomaly", [checksForward.doc]),
    returns: "an object to close",
    example: "do\n  local _ <close> = pn.autograd.detect_anomaly()\n"
      + "  local x = pn.tensor({0.0}, {requires_grad = true})\n"
      + "  assert(not pcall(function() (x:sqrt() * 0):backward() end))\nend"
  ) { call, options in
    let state = call.frame.state
    return Instance(
      AnomalyGuard(
        AnomalyDetector(checksForward: try options[checksForward]) { [weak state] in
          state?.currentLocation()
        }), AnomalyGuard.definition)
  }
}

/// Looks for anomalies until it is closed or collected.
final class AnomalyGuard {
  private let before: AnomalyDetector?
  private let detector: AnomalyDetector
  private var isOpen = true

  init(_ detector: AnomalyDetector) {
    before = AnomalyDetector.current
    self.detector = detector
    AnomalyDetector.current = detector
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    if AnomalyDetector.current === detector { AnomalyDetector.current = before }
  }

  deinit { close() }

  static let definition: LuaClass<AnomalyGuard> = LuaClass<AnomalyGuard>(
    "AnomalyGuard", metamethods: [("__close", { $0.object(at: 1, of: definition)?.close() })])
}
