/// Gradient estimates of less variance, `optim.SVRG` and `optim.ControlVariates`.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

enum GradientEstimatorClass {
  static let definition: LuaClass<VarianceReduction> = LuaClass<VarianceReduction>(
    "GradientEstimator",
    metamethods: [
      (
        "__tostring",
        { frame in
          let estimator = try frame.requireObject(at: 1, of: definition)
          frame.returns(estimator.interval.map { "SVRG(every=\($0))" } ?? "ControlVariates()")
        }
      )
    ])

  static let entries = [
    Entry(
      "SVRG",
      "The option `gradient` of samplers: g = ∇L_B(θ) − ∇L_B(θ̂) + ∇L(θ̂), θ̂ being the position of "
        + "every m-th step. The loop stays as it is; `batch` is called at θ̂ with the same batch",
      Parameter<Options>.options("SVRG", [batch.doc, full.doc, every.doc]),
      returns: "GradientEstimator", example: example("SVRG", "every = 50, ")
    ) { _, options in try make(options, interval: options[every], references: nil) },
    Entry(
      "ControlVariates",
      "The option `gradient` of samplers: g = ∇L_B(θ) − ∇L_B(θ̂) + ∇L(θ̂) about a fixed θ̂, such as a "
        + "mode (Baker et al. 2019)",
      Parameter<Options>.options("ControlVariates", [batch.doc, full.doc, reference.doc]),
      returns: "GradientEstimator", example: example("ControlVariates", "")
    ) { _, options in try make(options, interval: nil, references: options[reference]) },
  ]

  private static let batch = Parameter<LuaReference>(
    "batch", .callable, "gives the mean loss of the batch at hand, from the parameters as they are")
  private static let full = Parameter<LuaReference>(
    "full", .callable, "gives the mean loss of all data, or calls backward() and gives nothing")
  private static let every = Parameter<Int>(
    "every", .count, default: 100, "m, the steps between reference points")
  private static let reference = Parameter<[Tensor]?>.optional(
    "reference", .list(of: .tensor),
    "θ̂, for each parameter; where the first step begins if left out")

  private static func make(_ options: Options, interval: Int?, references: [Tensor]?) throws
    -> Instance<VarianceReduction>
  {
    let (batch, full) = (try options[batch], try options[full])
    let estimator = try VarianceReduction(
      interval: interval, references: references,
      batch: { try batch.loss("batch") },
      full: {
        guard let first = try full.call([]).first, !first.isNil else { return nil }
        guard let loss = first.tensor else {
          throw TensorError(
            .value, "full", argument: "result", expected: "a Tensor or nothing", got: first.kind)
        }
        return loss
      })
    return Instance(estimator, definition)
  }

  private static func example(_ name: String, _ every: String) -> String {
    "local net, x = pn.nn.Linear(2, 1), pn.randn(100, 2)\nlocal at = pn.tensor{1, 2, 3}\n"
      + "local function loss(rows) return net(rows):square():mean() end\n"
      + "local opt = pn.optim.SGLD(net:parameters(), {lr = 1e-3, n_data = 100, gradient = "
      + "pn.optim.\(name){\(every)batch = function() return loss(x[at]) end,\n"
      + "  full = function() return loss(x) end}})\n"
      + "opt:zero_grad()\nloss(x[at]):backward()\nopt:step()"
  }
}
