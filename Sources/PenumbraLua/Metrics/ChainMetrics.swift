/// `pn.metrics` of Markov chains: effective sample size, split R̂, Stein discrepancy, temperature bands.

internal import LuaEmbedding
internal import PenumbraMetrics
internal import PenumbraOptim
internal import PenumbraTensor

enum ChainMetrics {
  static let entries = [
    chains(
      "ess", "Effective sample size of chains: how many independent draws say as much of the mean",
      ChainDiagnostics.effectiveSampleSize),
    chains(
      "split_rhat", "Split R̂ of chains: 1 where they agree; more than 1.01 says that they do not",
      ChainDiagnostics.splitRHat),
    Entry(
      "ksd",
      "Kernel Stein discrepancy between samples and a density known by its scores ∇ log p, with the "
        + "kernel (scale² + |x − y|²)^power (Gorham and Mackey 2017)",
      Parameter<Tensor>("samples", .tensor, "[n, d] or [n]"),
      Parameter<Tensor>("scores", .tensor, "∇ log p at each sample, of the same shape"),
      Parameter<Options>.options("ksd", [scale.doc, power.doc]), returns: "number",
      example: "local x = pn.randn(200, 2)\nprint(pn.metrics.ksd(x, -x), pn.metrics.ksd(x, -x / 4))"
    ) { _, samples, scores, options in
      try SteinDiscrepancy.value(
        samples, scores: scores, scale: options[scale], power: options[power])
    },
    Entry(
      "temperature_band",
      "Low and high end of where p·p/d lies at temperature T, with a probability: T χ²_d/d",
      Parameter<Double>("temperature", .nonNegative), Parameter<Int>("d", .count),
      Parameter<Double>("probability", .probability, default: 0.95), returns: "two numbers",
      example: "print(pn.metrics.temperature_band(1, 100))"
    ) { _, temperature, count, probability in
      let band = try TemperatureBand(
        temperature: temperature, count: count, probability: probability)
      return Pair(band.low, band.high)
    },
  ]

  private static let scale = Parameter<Double>("scale", .positive, default: 1)
  private static let power = Parameter<Double>("power", .number, default: -0.5)

  private static func chains(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary,
      Parameter<Tensor>(
        "draws", .tensor, "[draws], [chains, draws] or [chains, draws, quantities...]"),
      returns: "number, or Tensor of the quantities' shape",
      example: "print(pn.metrics.\(name)(pn.randn(4, 500)))"
    ) { _, draws in
      let result = try body(draws)
      return result.rank == 0 ? LuaValue.number(try result.item()) : result.luaValue
    }
  }
}
