/// `pn.nn`: affine maps of vectors.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum AffineLayers {
  static let entries: [Entry] = [
    Entry(
      "Linear", "x Wᵀ + b: [..., input] → [..., output]; parameters start uniform in ±1/√input",
      Parameter<Int>("input", .count), Parameter<Int>("output", .count),
      Parameter<Options>.options(
        "Linear", [NNLibrary.bias.doc, Creation.dtype.doc, Creation.generator.doc]),
      returns: "Module", example: "print(pn.nn.Linear(2, 3)(pn.ones(4, 2)))"
    ) { call, input, output, options in
      NNLibrary.module(
        try Linear(
          input, output, bias: options[NNLibrary.bias], dtype: options[Creation.dtype],
          using: NNLibrary.generator(call, options)))
    },
    Entry(
      "Bilinear",
      "y_o = x₁ᵀ W_o x₂ + b_o of two inputs: [..., in1] and [..., in2] → [..., output]; parameters start "
        + "uniform in ±1/√in1", Parameter<Int>("in1", .count), Parameter<Int>("in2", .count),
      Parameter<Int>("output", .count),
      Parameter<Options>.options(
        "Bilinear", [NNLibrary.bias.doc, Creation.dtype.doc, Creation.generator.doc]),
      returns: "Module",
      example: "print(pn.nn.Bilinear(2, 3, 4)(pn.ones(5, 2), pn.ones(5, 3)):size(2))"
    ) { call, first, second, output, options in
      NNLibrary.module(
        try Bilinear(
          first, second, output, bias: options[NNLibrary.bias], dtype: options[Creation.dtype],
          using: NNLibrary.generator(call, options)))
    },
  ]
}
