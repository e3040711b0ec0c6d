/// `pn.nn`: convolutions over one to three spatial dimensions.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ConvolutionLayers {
  static let entries: [Entry] =
    (1...3).map(convolution) + (1...3).map(transposed)

  private static func convolution(_ dimensions: Int) -> Entry {
    let (size, name) = (Spatial.sizes[dimensions - 1], "Conv\(dimensions)d")
    return Entry(
      name,
      "Convolution (`conv\(dimensions)d`): [N, in, \(size)] → [N, out, ...]; parameters start uniform "
        + "in ±1/√(in/groups · kernel places)", input, output, kernel,
      Parameter<Options>.options(
        name,
        [
          TensorConvolution.stride.doc, TensorConvolution.padding.doc, Spatial.dilation.doc,
          TensorConvolution.groups.doc, NNLibrary.bias.doc, Creation.dtype.doc,
          Creation.generator.doc,
        ]),
      returns: "Module",
      example: "local layer = pn.nn.\(name)(1, 4, 4, {stride = 2, padding = 1})\n"
        + "print(layer(\(Spatial.call("ones", 2, 1, side: 6, dimensions))):size(3))"
    ) { call, input, output, kernel, options in
      NNLibrary.module(
        try Convolution(
          dimensions, input, output, kernel: kernel, stride: options[TensorConvolution.stride],
          padding: options[TensorConvolution.padding], dilation: options[Spatial.dilation],
          groups: options[TensorConvolution.groups], bias: options[NNLibrary.bias],
          dtype: options[Creation.dtype],
          using: options[Creation.generator] ?? call.context.generator))
    }
  }

  private static func transposed(_ dimensions: Int) -> Entry {
    let (size, name) = (Spatial.sizes[dimensions - 1], "ConvTranspose\(dimensions)d")
    return Entry(
      name,
      "Transposed convolution (`conv_transpose\(dimensions)d`): [N, in, \(size)] → [N, out, ...]; "
        + "parameters start uniform in ±1/√(out/groups · kernel places)", input, output, kernel,
      Parameter<Options>.options(
        name,
        [
          TensorConvolution.stride.doc, Spatial.padding.doc, TensorConvolution.outputPadding.doc,
          Spatial.dilation.doc, TensorConvolution.groups.doc, NNLibrary.bias.doc,
          Creation.dtype.doc, Creation.generator.doc,
        ]),
      returns: "Module",
      example: "local layer = pn.nn.\(name)(4, 1, 4, {stride = 2, padding = 1})\n"
        + "print(layer(\(Spatial.call("ones", 2, 4, side: 3, dimensions))):size(3))"
    ) { call, input, output, kernel, options in
      NNLibrary.module(
        try TransposedConvolution(
          dimensions, input, output, kernel: kernel, stride: options[TensorConvolution.stride],
          padding: options[Spatial.padding],
          outputPadding: options[TensorConvolution.outputPadding],
          dilation: options[Spatial.dilation], groups: options[TensorConvolution.groups],
          bias: options[NNLibrary.bias], dtype: options[Creation.dtype],
          using: options[Creation.generator] ?? call.context.generator))
    }
  }

  private static let input = Parameter<Int>("input", .count, "channels")
  private static let output = Parameter<Int>("output", .count, "channels")
  static let kernel = Parameter<Dimensions>("kernel", .spatial)
}
