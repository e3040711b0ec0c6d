/// `pn.nn`: layers that rearrange, resample or surround.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ShapeLayers {
  static let entries: [Entry] =
    [
      Entry("Identity", "x", returns: "Module", example: "print(pn.nn.Identity()(pn.ones(2)))") {
        _ in NNLibrary.module(Identity())
      },
      Entry(
        "Flatten", "Dimensions first to last as one: [n, ...] → [n, features] unless given",
        Parameter<Int>("first", .dimension, default: 1, shown: "2"),
        Parameter<Int>("last", .dimension, default: -1), returns: "Module",
        example: "print(pn.nn.Flatten()(pn.zeros(2, 3, 4)):size(2))"
      ) { _, first, last in NNLibrary.module(Flatten(first: first, last: last)) },
      Entry(
        "Unflatten", "One dimension as several, of which one size may be -1",
        Parameter<Int>("dim", .dimension), Parameter<[Int]>("sizes", .list(of: .integer)),
        returns: "Module", example: "print(pn.nn.Unflatten(2, {2, -1})(pn.zeros(3, 8)):size(3))"
      ) { _, dimension, sizes in
        NNLibrary.module(Unflatten(dimension, try Shape(sizes, operation: "Unflatten")))
      },
      Entry(
        "Reshape", "[n, ...] → [n] followed by the given sizes, of which one may be -1",
        ShapeArguments.parameter, returns: "Module",
        example: "print(pn.nn.Reshape(1, 2, 2)(pn.zeros(3, 4)))"
      ) { _, shape in NNLibrary.module(Reshape(shape)) },
      Entry(
        "Upsample",
        "[n, channels, ...] resampled (`interpolate`): new sizes or their ratio to the old ones, by "
          + "nearest samples, lines or cubics",
        Parameter<Options>.options(
          "Upsample", [size.doc, scaleFactor.doc, mode.doc, alignCorners.doc]), returns: "Module",
        example: "local up = pn.nn.Upsample{scale_factor = 2, mode = \"bilinear\", "
          + "align_corners = true}\nprint(up(pn.rand(1, 3, 4, 4)):size(4))"
      ) { _, options in
        let mode = InterpolationMode(rawValue: try options[mode]) ?? .nearest
        let target: Upsample.Target
        switch (try options[size], try options[scaleFactor]) {
        case (let size?, nil): target = .size(size)
        case (nil, let scale?): target = .scale(scale)
        default:
          throw TensorError(.value, "Upsample", "either size or scale_factor must be given")
        }
        return NNLibrary.module(
          try Upsample(target, mode: mode, alignsCorners: options[alignCorners]))
      },
      Entry(
        "PixelShuffle",
        "Channels spread over blocks of pixels: [..., c r², h, w] → [..., c, h r, w r]",
        factor, returns: "Module",
        example: "print(pn.nn.PixelShuffle(2)(pn.rand(1, 4, 3, 3)):size(4))"
      ) { _, factor in NNLibrary.module(try PixelShuffle(factor)) },
      Entry(
        "PixelUnshuffle",
        "Blocks of pixels gathered into channels: [..., c, h r, w r] → [..., c r², h, w]", factor,
        returns: "Module",
        example: "print(pn.nn.PixelUnshuffle(2)(pn.rand(1, 1, 4, 4)):size(2))"
      ) { _, factor in NNLibrary.module(try PixelShuffle(factor, inverse: true)) },
    ] + (1...3).flatMap(paddings)

  private static func paddings(_ dimensions: Int) -> [Entry] {
    [
      padding("ZeroPad", "zeros", .constant, dimensions),
      padding("ReflectionPad", "the elements mirrored at the edge", .reflect, dimensions),
      padding("ReplicationPad", "the edge repeated", .replicate, dimensions),
      padding("CircularPad", "the other end", .circular, dimensions),
      Entry(
        "ConstantPad\(dimensions)d",
        "[n, c, \(Spatial.sizes[dimensions - 1])] with borders of a value",
        amounts, Parameter<Double>("value", .number), returns: "Module",
        example: "print(pn.nn.ConstantPad\(dimensions)d(1, 0.5)"
          + "(\(Spatial.call("rand", 1, 1, side: 3, dimensions))):size(3))"
      ) { _, amounts, value in
        NNLibrary.module(try Padding(dimensions, amounts, value: value))
      },
    ]
  }

  private static func padding(
    _ stem: String, _ what: String, _ mode: PaddingMode, _ dimensions: Int
  ) -> Entry {
    Entry(
      "\(stem)\(dimensions)d", "[n, c, \(Spatial.sizes[dimensions - 1])] with borders of \(what)",
      amounts, returns: "Module",
      example: "print(pn.nn.\(stem)\(dimensions)d(1)"
        + "(\(Spatial.call("rand", 1, 1, side: 3, dimensions))):size(3))"
    ) { _, amounts in NNLibrary.module(try Padding(dimensions, amounts, mode: mode)) }
  }

  private static let amounts = Parameter<[Int]>(
    "padding", .integers, "one for all sides, or before and after the last dimension, and so on")
  private static let factor = Parameter<Int>("factor", .count, "r")
  private static let size = Parameter<[Int]?>.optional("size", .extents, "the new extents")
  private static let scaleFactor = Parameter<[Double]?>.optional(
    "scale_factor", .oneOrMore, "new extents as multiples of the old, rounded down")
  private static let mode = Parameter<String>(
    "mode", .choice(InterpolationMode.allCases.map(\.rawValue)), default: "nearest",
    shown: "\"nearest\"")
  private static let alignCorners = Parameter<Bool>(
    "align_corners", .boolean, default: false, "the outermost samples stay where they are")
}
