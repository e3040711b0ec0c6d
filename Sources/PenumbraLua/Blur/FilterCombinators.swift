/// `pn.blur`: filters made of filters, and of a script's functions.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum FilterCombinators {
  static let entries = [
    Entry(
      "compose",
      "The filters one after the other; its `sigma` and `step`, when set, are those of all parts",
      Parameter<[FilterObject]>("filters", .list(of: .filter)), returns: "Filter",
      example:
        "local A = pn.blur.compose{pn.blur.gaussian{sigma = 1}, pn.blur.noise{sigma = 0.1}}\n"
        + "print(A, A(pn.zeros(1, 1, 4, 4)))"
    ) { call, parts in
      try FilterFunctions(call.frame.state).owner(
        of: ComposedFilter(parts.map(\.filter)), parts: parts)
    },
    Entry(
      "in_space",
      "A filter in another space: x + decode(A(z)) − decode(z) with z = encode(x), so that sigma = 0 is "
        + "the identity whatever the decoder loses; decode(A(z)) with residual = false; A(z), blurred "
        + "features, without a decoder",
      Parameter<Options>.options(
        "in_space", [inner.doc, encode.doc, decode.doc, residual.doc]),
      returns: "Filter",
      example: "local A = pn.blur.in_space{\n  filter = pn.blur.noise{sigma = 0.1},\n"
        + "  encode = function(x) return x:log() end, decode = function(z) return z:exp() end,\n}\n"
        + "print(A(pn.ones(2, 2)))"
    ) { call, options in try inSpace(call, options) },
    Entry(
      "custom",
      "A filter of your own: forward(x, sigma) returns the filtered tensor; sigma is a number or a Tensor. "
        + "It should be the identity at sigma = 0",
      Parameter<Options>.options(
        "custom", [forward.doc, FilterClass.sigma.doc, domain.doc, linear.doc, name.doc]),
      returns: "Filter",
      example: "local A = pn.blur.custom{\n"
        + "  sigma = 0.3, domain = \"density\", name = \"laplace\",\n"
        + "  forward = function(x, sigma)\n"
        + "    local u = pn.rand_like(x) - 0.5\n"
        + "    return x - u:sign() * (1 - 2 * u:abs()):log() * (sigma / 2 ^ 0.5)\n  end,\n}\n"
        + "print(A(pn.zeros(2, 2)))"
    ) { call, options in try custom(call, options) },
    Entry(
      "multi_scale",
      "The batch at several strengths, [n, ...] → [m, n, ...]: one filter at each of `sigmas`, or several "
        + "filters. For a batched ensemble of discriminators, or, by :list and :discriminate, for separate "
        + "ones. Its own sigma, at first 1, multiplies all strengths",
      Parameter<Options>.options("multi_scale", [shared.doc, sigmas.doc, filters.doc]),
      returns: "Filter",
      example:
        "local M = pn.blur.multi_scale{filter = pn.blur.noise{sigma = 0}, sigmas = {0, 0.3, 1}}\n"
        + "local D = {pn.nn.Linear(2, 1), pn.nn.Linear(2, 1), pn.nn.Linear(2, 1)}\n"
        + "local weight, bias = table.unpack(pn.optim.stack_chains(D)) -- [3, 1, 2], [3, 1]\n"
        + "print(M(pn.randn(8, 2)):matmul(weight:transpose(2, 3)) + bias:unsqueeze(2)) -- [3, 8, 1]"
    ) { call, options in try multiScale(call, options) },
  ]

  // MARK: In another space

  private static let inner = Parameter<FilterObject>("filter", .filter, "what acts on z")
  private static let encode = Parameter<LuaReference>(
    "encode", .callable, "a Module or function(x) → z")
  private static let decode = Parameter<LuaReference?>.optional(
    "decode", .callable, "a Module or function(z) → x; copies [K, n, ...] come as [K·n, ...]")
  private static let residual = Parameter<Bool>(
    "residual", .boolean, default: true, "decode the change only")

  private static func inSpace(_ call: Call, _ options: Options) throws -> Instance<FilterObject> {
    let part = try options[inner]
    let (encoder, decoder) = (try options[encode], try options[decode])
    let functions = FilterFunctions(call.frame.state)
    func map(_ name: String) -> SpaceFilter.Map {
      { try functions.tensor(name, [$0.luaValue], "blur.in_space") }
    }
    let filter = SpaceFilter(
      part.filter, encode: map("encode"), decode: decoder == nil ? nil : map("decode"),
      isResidual: try options[residual])
    return try functions.owner(
      of: filter, parts: [part],
      calling: [("encode", encoder)] + (decoder.map { [("decode", $0)] } ?? []))
  }

  // MARK: Of one's own

  private static let forward = Parameter<LuaReference>(
    "forward", .function, "function(x, sigma) → Tensor")
  private static let domain = Parameter<String>(
    "domain", .choice(FilterDomain.allCases.map(\.rawValue)), default: "signal",
    shown: "\"signal\"", "what it smooths")
  private static let linear = Parameter<Bool>(
    "linear", .boolean, default: false, "whether it is linear in x; readable as a field")
  private static let name = Parameter<String>(
    "name", .string, default: "custom", shown: "\"custom\"", "as it prints")

  private static func custom(_ call: Call, _ options: Options) throws -> Instance<FilterObject> {
    let functions = FilterFunctions(call.frame.state)
    let setting = try options[FilterClass.sigma]
    let filter = try CustomFilter(
      options[name], sigma: setting.strength(at: 1),
      domain: FilterDomain(rawValue: options[domain]) ?? .signal, isLinear: options[linear]
    ) { x, sigma in
      try functions.tensor("forward", [x.luaValue, sigma.luaValue], "blur.custom")
    }
    return try functions.owner(
      of: filter, setting, calling: [("forward", try options[forward])])
  }

  // MARK: Several scales

  private static let shared = Parameter<FilterObject?>.optional(
    "filter", .filter, "one filter for all scales")
  private static let sigmas = Parameter<[Double]?>.optional(
    "sigmas", .list(of: .nonNegative), "its strengths")
  private static let filters = Parameter<[FilterObject]?>.optional(
    "filters", .list(of: .filter), "or a filter for each scale, at its own strength")

  private static func multiScale(_ call: Call, _ options: Options) throws -> Instance<FilterObject>
  {
    let functions = FilterFunctions(call.frame.state)
    switch (try options[shared], try options[sigmas], try options[filters]) {
    case (let part?, let strengths?, nil):
      return try functions.owner(
        of: MultiScaleBlur(part.filter, sigmas: strengths), .fixed(.number(1)), parts: [part],
        uses: strengths.count)
    case (nil, nil, let parts?):
      return try functions.owner(of: MultiScaleBlur(parts.map(\.filter)), parts: parts)
    default:
      throw TensorError(
        .value, "multi_scale", expected: "filter and sigmas, or filters", got: "something else")
    }
  }
}
