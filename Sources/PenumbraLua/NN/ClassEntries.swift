/// `pn.objectives`: conditions and classes.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ClassEntries {
  static let entries: [Entry] = [
    Entry(
      "condition",
      "x with a condition beside it: [n, d] and [n, k] → [n, d + k]; [n, d, h, w] and [n, k] → "
        + "[n, d + k, h, w] with constant planes (Mirza and Osindero 2014)",
      Parameter<Tensor>("x", .tensor, "[n, d, ...]"),
      Parameter<Tensor>("c", .tensor, "[n, k], a one-hot code or an embedding"), returns: "Tensor",
      example: "local class = pn.tensor{1, 3}:one_hot(3)\n"
        + "print(pn.objectives.condition(pn.randn(2, 4), class):size(2))\n"
        + "print(pn.objectives.condition(pn.rand(2, 1, 8, 8), class):size(2))"
    ) { _, x, condition in try Conditioning.concatenate(x, condition) },
    Entry(
      "projection",
      "output + Σ_j features_j · embedding_j for each example, the output of a projection discriminator "
        + "(Miyato and Koyama 2018)",
      Parameter<Tensor>("output", .tensor, "[n, 1], without the class"),
      Parameter<Tensor>("features", .tensor, "[n, d]"),
      Parameter<Tensor>("embedding", .tensor, "[n, d], of the class"), returns: "Tensor",
      example: "local embedding = pn.nn.Embedding(10, 4)\nlocal features = pn.randn(2, 4)\n"
        + "print(pn.objectives.projection(pn.zeros(2, 1), features, embedding(pn.tensor{1, 10})))"
    ) { _, output, features, embedding in
      try Conditioning.project(output, features: features, embedding: embedding)
    },
    Entry(
      "auxiliary_classifier",
      "weight · E −log softmax(scores)[label]: AC-GAN adds it to D's loss for data and for samples, and to "
        + "G's for samples (Odena et al. 2017)", scores,
      labels, Parameter<Options>.options("auxiliary_classifier", [ObjectivesLibrary.weight.doc]),
      returns: "Tensor",
      example: "print(pn.objectives.auxiliary_classifier(pn.randn(2, 10), {1, 10}))"
    ) { _, scores, labels, options in
      try Classification.auxiliary(
        scores, labels: labels, weight: options[ObjectivesLibrary.weight])
    },
    Entry(
      "real_logit",
      "log Σ_k exp(scores_k), [n, K] → [n]: the logit of \"real\" of a discriminator of K real classes and a "
        + "false one whose score is 0 (Salimans et al. 2016)", scores, returns: "Tensor",
      example: "local real, fake = pn.randn(4, 10), pn.randn(4, 10)\nlocal logit = "
        + "pn.objectives.real_logit\n"
        + "print(pn.objectives.discriminator(\"minimax\", logit(real), logit(fake)))"
    ) { _, scores in try Classification.realLogit(scores) },
    Entry(
      "semi_supervised",
      "E −log softmax(labelled)[label] + weight · (−E log D(unlabelled) − E log(1 − D(fake))), the loss of a "
        + "discriminator of K classes and a false one, D = σ(real_logit) (Salimans et al. 2016)",
      Parameter<Tensor>("labelled", .tensor, "scores [m, K]"), labels,
      Parameter<Tensor>("unlabelled", .tensor, "scores [n, K]"),
      Parameter<Tensor>("fake", .tensor, "scores of samples [n, K]"),
      Parameter<Options>.options("semi_supervised", [ObjectivesLibrary.weight.doc]),
      returns: "Tensor",
      example: "local D = pn.nn.Linear(2, 10)\nprint(pn.objectives.semi_supervised("
        + "D(pn.randn(2, 2)), {1, 10}, D(pn.randn(8, 2)), D(pn.randn(8, 2))))"
    ) { _, labelled, labels, unlabelled, fake, options in
      try Classification.semiSupervised(
        labelled, labels: labels, unlabelled: unlabelled, fake: fake,
        weight: options[ObjectivesLibrary.weight])
    },
  ]

  private static let scores = Parameter<Tensor>("scores", .tensor, "[n, K]")
  private static let labels = Parameter<Tensor>("labels", .indices, "classes counted from 1")
}
