/// `pn.nn`: layers that see labels.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ConditionalLayers {
  static let entries: [Entry] =
    [
      Entry(
        "Embedding", "A row of a table for each label (counted from 1): [...] → [..., dimension]",
        Parameter<Int>("count", .count), Parameter<Int>("dimension", .count),
        Parameter<Options>.options("Embedding", [Creation.dtype.doc, Creation.generator.doc]),
        returns: "Module", example: "print(pn.nn.Embedding(10, 3)(pn.tensor{1, 10}))"
      ) { call, count, dimension, options in
        NNLibrary.module(
          try Embedding(
            count, dimension, firstIndex: 1, dtype: options[Creation.dtype],
            using: NNLibrary.generator(call, options)))
      },
      Entry(
        "ProjectionHead",
        "The last layer of a projection discriminator, ψ(φ) + ⟨embed[c], φ⟩ with an affine ψ: "
          + "φ [n, features] and labels c [n], counted from 1, → [n, 1]; φ alone gives ψ(φ) "
          + "(Miyato & Koyama 2018)", Parameter<Int>("features", .count),
        Parameter<Int>("classes", .count),
        Parameter<Options>.options(
          "ProjectionHead", [spectral.doc, Creation.dtype.doc, Creation.generator.doc]),
        returns: "Module",
        example: "print(pn.nn.ProjectionHead(8, 10)(pn.randn(2, 8), pn.tensor{1, 10}))"
      ) { call, features, classes, options in
        NNLibrary.module(
          try ProjectionHead(
            features, classes: classes, spectral: options[spectral], firstIndex: 1,
            dtype: options[Creation.dtype], using: NNLibrary.generator(call, options)))
      },
    ]
    + [
      ("1d", "[n, features] or [n, features, length]", BatchNorm.Kind.one, "4, 3"),
      ("2d", "[n, features, h, w]", .two, "4, 3, 2, 2"),
    ].map(batchNorm)

  private static func batchNorm(
    _ suffix: String, _ form: String, _ kind: BatchNorm.Kind, _ sizes: String
  ) -> Entry {
    let name = "ConditionalBatchNorm" + suffix
    return Entry(
      name,
      "Batch normalisation of x, \(form), with scale and shift of each example's class: called with x "
        + "and labels [n], counted from 1, or rows [n, classes] that weigh the classes",
      Parameter<Int>("features", .count), Parameter<Int>("classes", .count),
      Parameter<Options>.options(
        name,
        [
          NormalizationLayers.eps.doc, NormalizationLayers.momentum.doc,
          NormalizationLayers.tracks.doc, Creation.dtype.doc,
        ]), returns: "Module",
      example: "print(pn.nn.\(name)(3, 10)(pn.randn(\(sizes)), pn.tensor{1, 2, 10, 1}):size(2))"
    ) { _, features, classes, options in
      NNLibrary.module(
        try ConditionalBatchNorm(
          features, classes: classes, kind, epsilon: options[NormalizationLayers.eps],
          momentum: options[NormalizationLayers.momentum],
          tracksStatistics: options[NormalizationLayers.tracks], firstIndex: 1,
          dtype: options[Creation.dtype]))
    }
  }

  private static let spectral = Parameter<Bool>(
    "spectral_norm", .boolean, default: false, "divide both weights by their spectral norms")
}
