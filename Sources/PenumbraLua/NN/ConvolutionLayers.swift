/// `pn.nn`: layers over one to three spatial dimensions.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ConvolutionLayers {
  static let entries: [Entry] =
    (1...3).map(convolution) + (1...3).map(transposed) + (1...3).map(maxPool)
    + (1...3).map(averagePool)

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

  private static func maxPool(_ dimensions: Int) -> Entry {
    let name = "MaxPool\(dimensions)d"
    return Entry(
      name, "The greatest element of each window (`max_pool\(dimensions)d`)", kernel,
      Parameter<Options>.options(
        name,
        [
          TensorPooling.stride.doc, Spatial.padding.doc, Spatial.dilation.doc,
          TensorPooling.ceilMode.doc,
        ]),
      returns: "Module", example: example(name, dimensions)
    ) { _, kernel, options in
      NNLibrary.module(
        try MaxPool(
          dimensions, kernel: kernel, stride: options[TensorPooling.stride],
          padding: options[Spatial.padding], dilation: options[Spatial.dilation],
          ceilMode: options[TensorPooling.ceilMode]))
    }
  }

  private static func averagePool(_ dimensions: Int) -> Entry {
    let name = "AvgPool\(dimensions)d"
    return Entry(
      name, "The mean of each window (`avg_pool\(dimensions)d`)", kernel,
      Parameter<Options>.options(
        name,
        [
          TensorPooling.stride.doc, Spatial.padding.doc, TensorPooling.ceilMode.doc,
          TensorPooling.countsPadding.doc,
        ]),
      returns: "Module", example: example(name, dimensions)
    ) { _, kernel, options in
      NNLibrary.module(
        try AveragePool(
          dimensions, kernel: kernel, stride: options[TensorPooling.stride],
          padding: options[Spatial.padding], ceilMode: options[TensorPooling.ceilMode],
          countsPadding: options[TensorPooling.countsPadding]))
    }
  }

  private static func example(_ name: String, _ dimensions: Int) -> String {
    "print(pn.nn.\(name)(2)(\(Spatial.call("rand", 1, 1, side: 4, dimensions))):size(3))"
  }

  private static let input = Parameter<Int>("input", .count, "channels")
  private static let output = Parameter<Int>("output", .count, "channels")
  private static let kernel = Parameter<Dimensions>("kernel", .spatial)
}
