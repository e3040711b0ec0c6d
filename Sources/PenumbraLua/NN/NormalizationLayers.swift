/// `pn.nn`: normalisation layers.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum NormalizationLayers {
  static let entries: [Entry] =
    [
      batchNorm(
        "BatchNorm1d",
        "(x − μ) / √(v + eps) · weight + bias for each feature of [n, features] or "
          + "[n, features, length], with the batch's statistics in training, else the running ones",
        .one),
      batchNorm("BatchNorm2d", "As BatchNorm1d, for [n, features, h, w]", .two),
      batchNorm("BatchNorm3d", "As BatchNorm1d, for [n, features, d, h, w]", .three),
    ] + (1...3).map(instanceNorm) + [
      Entry(
        "LayerNorm",
        "(x − μ) / √(v + eps) · weight + bias with the statistics of each example's last dimensions, "
          + "which have the given sizes",
        Parameter<[Int]>("shape", .extents, "a size, or a table of them"),
        Parameter<Options>.options("LayerNorm", [eps.doc, affine.doc, Creation.dtype.doc]),
        returns: "Module", example: "print(pn.nn.LayerNorm({3})(pn.randn(2, 3)))"
      ) { _, shape, options in
        NNLibrary.module(
          try LayerNorm(
            try Shape(shape, operation: "LayerNorm"), epsilon: options[eps],
            affine: options[affine], dtype: options[Creation.dtype]))
      },
      Entry(
        "RMSNorm",
        "x / √(mean x² + eps) · weight with the mean over the last dimensions, which have the given "
          + "sizes", Parameter<[Int]>("shape", .extents, "a size, or a table of them"),
        Parameter<Options>.options("RMSNorm", [tiny.doc, affine.doc, Creation.dtype.doc]),
        returns: "Module", example: "print(pn.nn.RMSNorm(3)(pn.randn(2, 3)))"
      ) { _, shape, options in
        NNLibrary.module(
          try RMSNorm(
            try Shape(shape, operation: "RMSNorm"), epsilon: options[tiny],
            affine: options[affine], dtype: options[Creation.dtype]))
      },
      Entry(
        "GroupNorm",
        "(x − μ) / √(v + eps) · weight + bias with the statistics of each group of channels of each "
          + "example: [n, channels, ...]", Parameter<Int>("groups", .count),
        Parameter<Int>("channels", .count),
        Parameter<Options>.options("GroupNorm", [eps.doc, affine.doc, Creation.dtype.doc]),
        returns: "Module", example: "print(pn.nn.GroupNorm(2, 4)(pn.randn(2, 4, 3)))"
      ) { _, groups, channels, options in
        NNLibrary.module(
          try GroupNorm(
            groups, channels, epsilon: options[eps], affine: options[affine],
            dtype: options[Creation.dtype]))
      },
    ]

  private static func batchNorm(_ name: String, _ summary: String, _ kind: BatchNorm.Kind) -> Entry
  {
    let sizes = ["4, 3", "4, 3, 2, 2", "4, 3, 2, 2, 2"][kind == .one ? 0 : kind == .two ? 1 : 2]
    return Entry(
      name, summary, Parameter<Int>("features", .count),
      Parameter<Options>.options(
        name, [eps.doc, momentum.doc, affine.doc, tracks.doc, Creation.dtype.doc]),
      returns: "Module", example: "print(pn.nn.\(name)(3)(pn.randn(\(sizes))):size(2))"
    ) { _, features, options in
      NNLibrary.module(
        try BatchNorm(
          features, kind, epsilon: options[eps], momentum: options[momentum],
          affine: options[affine], tracksStatistics: options[tracks],
          dtype: options[Creation.dtype]))
    }
  }

  private static func instanceNorm(_ dimensions: Int) -> Entry {
    let name = "InstanceNorm\(dimensions)d"
    return Entry(
      name,
      "(x − μ) / √(v + eps) · weight + bias with the statistics of each channel of each example: "
        + "[n, features, \(Spatial.sizes[dimensions - 1])]", Parameter<Int>("features", .count),
      Parameter<Options>.options(
        name, [eps.doc, momentum.doc, isAffine.doc, isTracking.doc, Creation.dtype.doc]),
      returns: "Module",
      example: "print(pn.nn.\(name)(3)(\(Spatial.call("rand", 2, 3, side: 4, dimensions))):size(3))"
    ) { _, features, options in
      NNLibrary.module(
        try InstanceNorm(
          dimensions, features, epsilon: options[eps], momentum: options[momentum],
          affine: options[isAffine], tracksStatistics: options[isTracking],
          dtype: options[Creation.dtype]))
    }
  }

  static let eps = Parameter<Double>("eps", .positive, default: 1e-5, "added to the variance")
  static let momentum = Parameter<Double>(
    "momentum", .probability, default: 0.1, "weight of the newest batch in the running statistics")
  static let tracks = Parameter<Bool>(
    "track_running_stats", .boolean, default: true,
    "without running statistics the batch's own are always used")
  private static let affine = Parameter<Bool>("affine", .boolean, default: true, "scale and shift")
  private static let isAffine = Parameter<Bool>(
    "affine", .boolean, default: false, "scale and shift")
  private static let isTracking = Parameter<Bool>(
    "track_running_stats", .boolean, default: false,
    "keep running statistics, for use outside training")
  private static let tiny = Parameter<Double?>.optional(
    "eps", .nonNegative, "added to the mean square; the dtype's rounding when left out")
}
