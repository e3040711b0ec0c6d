/// Norms, distances and covariances, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

extension TensorReductions {
  static let measures: [Entry] = [
    Entry(
      "norm",
      "(Σ |x|^p)^(1/p) over all elements, a dimension or several; ±∞ for the greatest and "
        + "smallest |x|, 0 for the number of elements that are not zero", receiver,
      Parameter<Double>("p", .order, default: 2), dims, keep, returns: "Tensor",
      example: sample + "print(x:norm(), x:norm(1, 2), x:norm(math.huge, {1, 2}, true))\n"
        + "print(x:norm(\"fro\"))"
    ) { _, x, p, dims, keep in try x.norm(dims, order: p, keepDimensions: keep) },
    Entry(
      "dist", "The norm of the difference to another tensor", receiver,
      Parameter<Tensor>("other", .tensor), Parameter<Double>("p", .order, default: 2),
      returns: "Tensor", example: sample + "print(x:dist(pn.zeros(2)), x:dist(x, 1))"
    ) { _, x, other, p in try x.distance(to: other, order: p) },
    Entry(
      "cdist", "‖xᵢ − yⱼ‖ₚ for all pairs of points [..., n, d] and [..., m, d]: [..., n, m]",
      receiver, Parameter<Tensor>("other", .tensor), Parameter<Double>("p", .order, default: 2),
      returns: "Tensor", example: "print(pn.zeros(2, 3):cdist(pn.ones(4, 3)))"
    ) { _, x, other, p in try x.pairwiseDistances(to: other, order: p) },
    Entry(
      "renorm", "Each slice of a dimension whose norm exceeds maxnorm, scaled down to it", receiver,
      Parameter<Double>("p", .number), Parameter<Int>("dim", .dimension),
      Parameter<Double>("maxnorm", .nonNegative), returns: "Tensor",
      example: "print(pn.ones(2, 3):renorm(2, 1, 1.0))"
    ) { _, x, p, dim, limit in try x.renormalized(p, dim, limit: limit) },
    Entry(
      "cov", "The covariances of variables [v, n], n observations of each", receiver,
      Parameter<Options>.options("cov", [correction.doc, frequencies.doc, importances.doc]),
      returns: "Tensor",
      example: "print(pn.randn(3, 100):cov())\nprint(pn.randn(3, 100):cov{correction = 0})"
    ) { _, x, options in
      try x.covariance(
        correction: options[correction], frequencies: options[frequencies],
        importances: options[importances])
    },
    Entry(
      "corrcoef", "The correlations of variables [v, n], n observations of each", receiver,
      returns: "Tensor", example: "print(pn.randn(3, 100):corrcoef())"
    ) { _, x in try x.correlation() },
  ]

  private static let correction = Parameter<Double>(
    "correction", .number, default: 1, "what the number of observations is less by")
  private static let frequencies = Parameter<Tensor?>.optional(
    "fweights", .tensor, "int64 [n], how often each observation was made")
  private static let importances = Parameter<Tensor?>.optional(
    "aweights", .tensor, "[n], how much each observation counts")
}

extension ParameterType where Value == Double {
  /// The order of a norm: a number, or "fro" for 2.
  fileprivate static let order = ParameterType("number or \"fro\"") { frame, index in
    if let number = frame.number(at: index) { return number }
    return frame.string(at: index) == "fro" ? 2 : nil
  }
}
