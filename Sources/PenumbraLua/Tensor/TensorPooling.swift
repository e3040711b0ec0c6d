/// Pooling as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorPooling {
  static let entries: [Entry] = (1...3).flatMap { dimensions in
    [
      greatest(dimensions), mean(dimensions), adaptiveGreatest(dimensions),
      adaptiveMean(dimensions),
    ]
  }

  private static func greatest(_ dimensions: Int) -> Entry {
    let name = "max_pool\(dimensions)d"
    return Entry(
      name,
      "The greatest element of each window: [N, C, \(Spatial.sizes[dimensions - 1])] → [N, C, ...], "
        + "N may be missing; with return_indices also its place among the spatial dimensions, "
        + "counted from 1 in row-major order", receiver, kernel,
      Parameter<Options>.options(
        name,
        [
          stride.doc, Spatial.padding.doc, Spatial.dilation.doc, ceilMode.doc, returnIndices.doc,
        ]),
      returns: "Tensor, or Tensor and Tensor of indices",
      example: "print(\(sample(dimensions)):\(name)(2, {stride = 1}))"
    ) { _, x, kernel, options in
      let pooled = try x.maxPool(
        dimensions, kernel: kernel, stride: options[stride], padding: options[Spatial.padding],
        dilation: options[Spatial.dilation], ceilMode: options[ceilMode])
      return Pooled(pooled, withIndices: try options[returnIndices])
    }
  }

  private static func mean(_ dimensions: Int) -> Entry {
    let name = "avg_pool\(dimensions)d"
    return Entry(
      name,
      "The mean of each window: [N, C, \(Spatial.sizes[dimensions - 1])] → [N, C, ...], "
        + "N may be missing", receiver, kernel,
      Parameter<Options>.options(
        name, [stride.doc, Spatial.padding.doc, ceilMode.doc, countsPadding.doc, divisor.doc]),
      returns: "Tensor", example: "print(\(sample(dimensions)):\(name)(2))"
    ) { _, x, kernel, options in
      try x.averagePool(
        dimensions, kernel: kernel, stride: options[stride], padding: options[Spatial.padding],
        ceilMode: options[ceilMode], countsPadding: options[countsPadding],
        divisor: options[divisor])
    }
  }

  private static func adaptiveGreatest(_ dimensions: Int) -> Entry {
    let name = "adaptive_max_pool\(dimensions)d"
    return Entry(
      name,
      "The greatest elements of `size` windows that cover the input evenly; with return_indices also "
        + "their places", receiver, size,
      Parameter<Options>.options(name, [returnIndices.doc]),
      returns: "Tensor, or Tensor and Tensor of indices",
      example: "print(\(sample(dimensions)):\(name)(2))"
    ) { _, x, size, options in
      Pooled(
        try x.adaptiveMaxPool(dimensions, size: size), withIndices: try options[returnIndices])
    }
  }

  private static func adaptiveMean(_ dimensions: Int) -> Entry {
    let name = "adaptive_avg_pool\(dimensions)d"
    return Entry(
      name,
      "The means of `size` windows that cover the input evenly, ⌊i·in/size⌋ to ⌈(i + 1)·in/size⌉; "
        + "size 1 is global pooling", receiver, size, returns: "Tensor",
      example: "print(\(sample(dimensions)):\(name)(1))"
    ) { _, x, size in try x.adaptiveAveragePool(dimensions, size: size) }
  }

  /// Lua for an input of one channel.
  private static func sample(_ dimensions: Int) -> String {
    Spatial.call("rand", 1, 1, side: 4, dimensions)
  }

  private static let kernel = Parameter<Dimensions>("kernel", .spatial)
  private static let size = Parameter<Dimensions>("size", .spatial)
  static let stride = Parameter<Dimensions?>.optional(
    "stride", .spatial, "the kernel's size when left out")
  static let ceilMode = Parameter<Bool>(
    "ceil_mode", .boolean, default: false, "keep a last window that is not full")
  private static let returnIndices = Parameter<Bool>("return_indices", .boolean, default: false)
  static let countsPadding = Parameter<Bool>(
    "count_include_pad", .boolean, default: true, "padding counts as zeros")
  private static let divisor = Parameter<Int?>.optional(
    "divisor_override", .integer, "divides the sums in place of the window's size")
}

/// Pooled values, and their places where they were asked for.
private struct Pooled: LuaResult {
  let values: Tensor
  let places: IndexTensor?

  init(_ pooled: (values: Tensor, indices: Tensor), withIndices: Bool) {
    values = pooled.values
    places = withIndices ? IndexTensor(positions: pooled.indices) : nil
  }

  func give(to frame: LuaFrame) throws {
    values.give(to: frame)
    try places?.give(to: frame)
  }
}
