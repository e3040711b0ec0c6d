/// `pn.blur`: filters that smooth the examples' density.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum DensityFilters {
  private static let sigma = FilterClass.sigma
  private static let copies = Parameter<Int>("copies", .count, default: 5, "offsets a call")
  private static let sequence = Parameter<String>(
    "sequence", .choice(SmearSequence.allCases.map(\.rawValue)), default: "sobol",
    shown: "\"sobol\"")

  static let entries = [
    Entry(
      "noise", "Of the density: x + sigma·ξ, ξ standard normal, of any shape",
      Parameter<Options>.options("noise", [sigma.doc, Creation.generator.doc]),
      returns: "Filter", example: "print(pn.blur.noise{sigma = 0.5}(pn.zeros(2, 2)))"
    ) { call, options in
      try FilterClass.make(options[sigma]) {
        try NoiseBlur(
          sigma: $0, using: options[Creation.generator] ?? call.context.generator)
      }
    },
    Entry(
      "smear",
      "Of the density: K copies x + sigma·ξₖ with shared offsets, [n, ...] → [K, n, ...]; "
        + "average the losses over the copies",
      Parameter<Options>.options(
        "smear", [sigma.doc, copies.doc, sequence.doc, Creation.generator.doc]),
      returns: "Filter", example: "print(pn.blur.smear{sigma = 1, copies = 3}(pn.zeros(2, 2)))"
    ) { call, options in
      try FilterClass.make(options[sigma]) {
        try SmearBlur(
          sigma: $0, copies: options[copies],
          sequence: SmearSequence(rawValue: options[sequence]) ?? .sobol,
          using: options[Creation.generator] ?? call.context.generator)
      }
    },
  ]
}
