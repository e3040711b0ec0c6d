/// The plain optimisers of `pn.optim`; their options are their rules' settings.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

enum PlainEntries {
  static let entries: [Entry] = [
    entry(SGDRule.self, "θ ← θ − lr·g, with momentum, dampening and Nesterov's form if wanted"),
    entry(
      AdamRule.self, "θ ← θ − lr·m̂/(√v̂ + eps) (Kingma and Ba 2015; amsgrad: Reddi et al. 2018)"),
    entry(
      AdamWRule.self,
      "Adam whose weight decay is apart: θ ← (1 − lr·weight_decay)·θ first (Loshchilov and Hutter 2019)"
    ),
    entry(
      AdamaxRule.self, "θ ← θ − lr·m̂/u, u ← max(β₂·u, |g| + eps) (Kingma and Ba 2015)"),
    entry(NAdamRule.self, "Adam with Nesterov's momentum (Dozat 2016)"),
    entry(RMSpropRule.self, "θ ← θ − lr·g/(√v + eps), v a running mean of g²"),
    entry(
      AdagradRule.self,
      "θ ← θ − lr/(1 + (t−1)·lr_decay)·g/(√Σg² + eps) (Duchi, Hazan and Singer 2011)"),
    entry(
      AdadeltaRule.self, "θ ← θ − lr·δ, δ = √(u + eps)/√(v + eps)·g (Zeiler 2012)"),
    entry(
      RpropRule.self,
      "Steps that follow the gradient's sign, growing until it turns; for full batches "
        + "(Riedmiller and Braun 1993)"),
    search,
  ]

  private static func entry<Rule: UpdateRule>(_ rule: Rule.Type, _ summary: String) -> Entry {
    let decoder = SettingDecoder(Rule.standard)
    return Entry(
      Rule.name, summary, documented(GroupTable.source), options(decoder.docs),
      returns: "Optimizer", example: example(Rule.name)
    ) { call, _, _ in
      let given = try decoder.decode(call.frame, 2, Rule.name)
      var defaults = Rule.standard
      try defaults.set(given.values, Rule.name)
      let tables = try decoder.groups(call.frame, 1, Rule.name)
      let groups = try tables.map { table in
        var settings = defaults
        try settings.set(table.settings.values, Rule.name)
        return ParameterGroup(table.tensors, settings)
      }
      let object = OptimizerObject(
        try PlainOptimizer(groups: groups, defaults: defaults), schedules: given.schedules)
      for (index, table) in tables.enumerated() { try object.follow(table.settings, group: index) }
      object.readGroup = { try decoder.group($0, $1, $2) }
      return Instance(object, OptimizerClass.definition)
    }
  }

  private static let search: Entry = {
    let decoder = SettingDecoder(LBFGS.Settings())
    return Entry(
      LBFGS.name,
      "A quasi-Newton method with limited memory: opt:step(function() ... return loss end) evaluates "
        + "the loss several times (Liu and Nocedal 1989); PyTorch's line_search_fn = nil is \"none\"",
      documented(GroupTable.source), options(decoder.docs), returns: "Optimizer",
      example: "local x = pn.tensor{3.0, -2.0}:requires_grad_()\n"
        + "local opt = pn.optim.LBFGS({x}, {line_search_fn = \"strong_wolfe\"})\n"
        + "opt:step(function()\n  opt:zero_grad()\n  local loss = (x * x):sum()\n"
        + "  loss:backward()\n  return loss\nend)\nassert(x:abs():max():item() < 1e-6)"
    ) { call, _, _ in
      let given = try decoder.decode(call.frame, 2, LBFGS.name)
      var settings = LBFGS.Settings()
      try settings.set(given.values, LBFGS.name)
      let tensors = try GroupTable.source.decode(call.frame, 1, LBFGS.name)
      let object = OptimizerObject(try LBFGS(tensors, settings), schedules: given.schedules)
      try object.follow(GivenSettings(), group: 0)
      return Instance(object, OptimizerClass.definition)
    }
  }()

  /// The argument as documented; the body decodes it, which takes the rule.
  private static func documented(_ parameter: Parameter<[Tensor]>) -> Parameter<NoValue> {
    Parameter(doc: parameter.doc, type: .undecoded)
  }

  private static func options(_ docs: [ParameterDoc]) -> Parameter<NoValue> {
    var doc = ParameterDoc(name: "options", type: "table", standard: "{}", summary: "")
    doc.options = docs
    return Parameter(doc: doc, type: .undecoded)
  }

  private static func example(_ name: String) -> String {
    "local net = pn.nn.Linear(2, 1)\n"
      + "local opt = pn.optim.\(name)({\n  {params = {net.weight}, lr = 1e-3},\n"
      + "  {params = {net.bias}},\n}, {lr = 1e-2})\nopt:zero_grad()\n"
      + "net(pn.randn(8, 2)):square():mean():backward()\nopt:step()\nprint(opt)"
  }
}

/// An argument that is decoded later.
struct NoValue {}

extension ParameterType where Value == NoValue {
  static let undecoded = ParameterType("any value") { _, _ in NoValue() }
}
