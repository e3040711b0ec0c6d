/// `pn.nn`: pooling over one to three spatial dimensions.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum PoolingLayers {
  static let entries: [Entry] =
    (1...3).map(maxPool) + (1...3).map(averagePool)
    + (1...3).flatMap { [adaptive(.average, $0), adaptive(.greatest, $0)] }
    + [
      global(.average, "mean"), global(.greatest, "greatest element"), global(.sum, "sum"),
    ]

  private static func maxPool(_ dimensions: Int) -> Entry {
    let name = "MaxPool\(dimensions)d"
    return Entry(
      name, "The greatest element of each window (`max_pool\(dimensions)d`)",
      ConvolutionLayers.kernel,
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
      name, "The mean of each window (`avg_pool\(dimensions)d`)", ConvolutionLayers.kernel,
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

  private static func adaptive(_ kind: AdaptivePool.Kind, _ dimensions: Int) -> Entry {
    let name = "Adaptive\(kind.rawValue)Pool\(dimensions)d"
    let what = kind == .average ? "means" : "greatest elements"
    return Entry(
      name, "The \(what) of `size` windows that cover the input evenly",
      Parameter<Dimensions>("size", .spatial), returns: "Module", example: example(name, dimensions)
    ) { _, size in NNLibrary.module(try AdaptivePool(kind, dimensions, size: size)) }
  }

  private static func global(_ kind: GlobalPool.Kind, _ what: String) -> Entry {
    let name = "Global\(kind.rawValue)Pool"
    return Entry(
      name, "The \(what) of each channel: [n, c, ...] → [n, c]", returns: "Module",
      example: "print(pn.nn.\(name)()(pn.rand(2, 3, 4, 4)))"
    ) { _ in NNLibrary.module(GlobalPool(kind)) }
  }

  private static func example(_ name: String, _ dimensions: Int) -> String {
    "print(pn.nn.\(name)(2)(\(Spatial.call("rand", 1, 1, side: 4, dimensions))):size(3))"
  }
}
