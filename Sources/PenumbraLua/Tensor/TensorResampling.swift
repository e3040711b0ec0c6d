/// Resampling, embedding lookup and dropout, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorResampling {
  static let entries: [Entry] =
    [
      Entry(
        "interpolate",
        "[n, channels, ...] resampled to other extents by nearest samples, lines, cubics or means",
        receiver,
        Parameter<Options>.options(
          "interpolate", [size.doc, scaleFactor.doc, mode.doc, alignCorners.doc]),
        returns: "Tensor",
        example: "local x = pn.rand(1, 3, 8, 8)\nprint(x:interpolate{scale_factor = 2}:size(4))\n"
          + "print(#x:interpolate{size = {4, 6}, mode = \"bilinear\", align_corners = true}[1][1])"
      ) { _, x, options in
        let mode = InterpolationMode(rawValue: try options[mode]) ?? .nearest
        let aligns = try options[alignCorners]
        switch (try options[size], try options[scaleFactor]) {
        case (let size?, nil):
          return try x.interpolate(size: size, mode: mode, alignsCorners: aligns)
        case (nil, let scale?):
          return try x.interpolate(scale: scale, mode: mode, alignsCorners: aligns)
        default:
          throw TensorError(.value, "interpolate", "either size or scale_factor must be given")
        }
      },
      Entry(
        "embedding", "weight[label] for each label, counted from 1: [...] → [..., features]",
        Parameter<Tensor>("self", .indices), Parameter<Tensor>("weight", .tensor),
        Parameter<Options>.options("embedding", [padding.doc]), returns: "Tensor",
        example: "print(pn.embedding(pn.tensor{1, 3}, pn.eye(3), {padding_idx = 1}))"
      ) { _, labels, weight, options in
        try labels.embedding(weight, padding: options[padding])
      },
      drop(
        "dropout", "In training zeroes elements with probability p and divides the others by 1 − p"
      ) { try $0.dropout($1, isTraining: $2, using: $3) },
      drop("alpha_dropout", "Dropout that keeps mean and variance of SELU's values") {
        try $0.alphaDropout($1, isTraining: $2, using: $3)
      },
    ]
    + ["feature_dropout", "dropout1d", "dropout2d", "dropout3d"].map { name in
      drop(name, "As dropout for whole channels of [n, channels, ...]") {
        try $0.featureDropout($1, isTraining: $2, using: $3)
      }
    }

  private static let size = Parameter<[Int]?>.optional("size", .extents, "the new extents")
  private static let scaleFactor = Parameter<[Double]?>.optional(
    "scale_factor", .oneOrMore, "new extents as multiples of the old, rounded down")
  private static let mode = Parameter<String>(
    "mode", .choice(InterpolationMode.allCases.map(\.rawValue)), default: "nearest",
    shown: "\"nearest\"")
  private static let alignCorners = Parameter<Bool>(
    "align_corners", .boolean, default: false, "the outermost samples stay where they are")
  private static let padding = Parameter<Int?>.optional(
    "padding_idx", .index, "a label whose rows give the table no gradient")

  private static func drop(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (Tensor, Double, Bool, Generator) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary, receiver, Parameter<Double>("p", .probability, default: 0.5),
      Parameter<Bool>("training", .boolean, default: true),
      Parameter<Options>.options(name, [Creation.generator.doc]), returns: "Tensor",
      example: "print(pn.ones(2, 3, 4):\(name)(0.5))"
    ) { call, x, p, training, options in
      try body(x, p, training, options[Creation.generator] ?? call.context.generator)
    }
  }
}
