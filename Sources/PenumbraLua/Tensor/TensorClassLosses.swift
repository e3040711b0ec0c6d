/// Losses of class scores and probabilities, as methods. Labels count from 1.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorClassLosses {
  static let entries: [Entry] = [
    Entry(
      "cross_entropy",
      "The mean of −log softmax(x)[label], or of −Σ_c t_c log softmax(x)_c for probabilities t",
      scores, Parameter<Tensor>("target", .classTargets, "[n, ...], or probabilities of x's shape"),
      TensorLosses.options("cross_entropy", [weight.doc, ignoreIndex.doc, smoothing.doc]),
      returns: "Tensor", example: "print(pn.cross_entropy(pn.zeros(2, 3), {1, 3}))"
    ) { _, x, target, options in
      try x.crossEntropy(
        target, weight: options[weight], ignoredLabel: options[ignoreIndex],
        smoothing: options[smoothing], reduction: TensorLosses.chosen(options))
    },
    Entry(
      "nll_loss", "The mean of −x[label] for logarithms x of class probabilities", scores, labels,
      TensorLosses.options("nll_loss", [weight.doc, ignoreIndex.doc]), returns: "Tensor",
      example: "print(pn.zeros(2, 3):log_softmax(2):nll_loss({1, 3}))"
    ) { _, x, labels, options in
      try x.nllLoss(
        labels, weight: options[weight], ignoredLabel: options[ignoreIndex],
        reduction: TensorLosses.chosen(options))
    },
    Entry(
      "multi_margin_loss",
      "The mean of Σ_{c ≠ label} max(0, margin − x[label] + x[c])^p · weight[label] / classes",
      scores, labels,
      TensorLosses.options("multi_margin_loss", [power.doc, margin.doc, weight.doc]),
      returns: "Tensor", example: "print(pn.zeros(2, 3):multi_margin_loss({1, 3}))"
    ) { _, x, labels, options in
      try x.multiMarginLoss(
        labels, p: options[power], margin: options[margin], weight: options[weight],
        reduction: TensorLosses.chosen(options))
    },
    TensorLosses.loss(
      "multilabel_soft_margin_loss",
      "The mean over examples and classes of −t log σ(x) − (1 − t) log(1 − σ(x))",
      TensorLosses.target, [weight.doc], whole: true
    ) { x, t, reduction, options in
      try x.multiLabelSoftMarginLoss(t, weight: options[weight], reduction: reduction)
    },
    TensorLosses.loss(
      "binary_cross_entropy", "The mean of −t log x − (1 − t) log(1 − x) for probabilities x",
      TensorLosses.target, [factors.doc], whole: true
    ) { x, t, reduction, options in
      try x.binaryCrossEntropy(t, weight: options[factors], reduction: reduction)
    },
    logits("bce_with_logits"), logits("binary_cross_entropy_with_logits"),
    Entry(
      "kl_div", "The mean of t (log t − x) for logarithms x of probabilities", receiver,
      TensorLosses.target,
      Parameter<Options>.options("kl_div", [logTarget.doc, divergenceReduction.doc]),
      returns: "Tensor",
      example: "local p = pn.tensor{{0.25, 0.75}}\n"
        + "print(pn.kl_div(p:log(), p, {reduction = \"batchmean\"}))"
    ) { _, x, t, options in
      try x.klDiv(
        t.tensor(beside: x), isLogTarget: options[logTarget],
        reduction: DivergenceReduction(rawValue: options[divergenceReduction]) ?? .mean)
    },
  ]

  private static func logits(_ name: String) -> Entry {
    TensorLosses.loss(
      name, "Binary cross entropy: the mean of max(x, 0) − x t + log(1 + e^−|x|)",
      TensorLosses.target, [factors.doc, positiveWeight.doc]
    ) { x, t, reduction, options in
      try x.bceWithLogits(
        t, weight: options[factors], positiveWeight: options[positiveWeight], reduction: reduction)
    }
  }

  private static let scores = Parameter<Tensor>("self", .tensor, "[n, classes, ...] or [classes]")
  private static let labels = Parameter<Tensor>("labels", .indices, "[n, ...]")
  private static let weight = Parameter<Tensor?>.optional("weight", .tensor, "[classes]")
  private static let factors = Parameter<Tensor?>.optional(
    "weight", .tensor, "factors of the losses")
  private static let positiveWeight = Parameter<Tensor?>.optional(
    "pos_weight", .tensor, "factors of the first term, one a class")
  private static let ignoreIndex = Parameter<Int>(
    "ignore_index", .index, default: -100, "a label that counts for nothing")
  private static let smoothing = Parameter<Double>(
    "label_smoothing", .probability, default: 0, "the part spread evenly over the classes")
  private static let power = Parameter<Int>("p", .integer, default: 1, "1 or 2")
  private static let margin = Parameter<Double>("margin", .number, default: 1)
  private static let logTarget = Parameter<Bool>(
    "log_target", .boolean, default: false, "whether the target is log t")
  private static let divergenceReduction = Parameter<String>(
    "reduction", .choice(DivergenceReduction.allCases.map(\.rawValue)), default: "mean",
    shown: "\"mean\"")
}

extension ParameterType where Value == Tensor {
  /// Labels counted from 1, or probabilities.
  fileprivate static let classTargets = ParameterType(
    "int64 Tensor of labels, table of them, or Tensor of probabilities"
  ) { frame, index in
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index), tensor.dtype.isFloating {
      return tensor
    }
    return try ParameterType<Tensor>.indices.decode(frame, index)
  }
}
