/// Convolutions and columns as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorConvolution {
  static let entries: [Entry] =
    (1...3).map(convolution) + (1...3).map(transposed) + columns + TensorPooling.entries

  private static func convolution(_ dimensions: Int) -> Entry {
    let (size, name) = (Spatial.sizes[dimensions - 1], "conv\(dimensions)d")
    return Entry(
      name,
      "Cross-correlation: y[n, o, i] = bias[o] + Σ weight[o, c, k] x[n, c, stride·i + dilation·k − "
        + "padding]; [N, in, \(size)] → [N, out, ...], N may be missing", receiver,
      Parameter<Tensor>("weight", .tensor, "[out, in/groups, kernel...]"),
      Parameter<Tensor?>.optional("bias", .tensor, "[out]"),
      Parameter<Options>.options(
        name, [stride.doc, padding.doc, Spatial.dilation.doc, groups.doc]),
      returns: "Tensor",
      example: "local w = \(Spatial.call("ones", 4, 1, side: 3, dimensions))\n"
        + "print(\(Spatial.call("ones", 2, 1, side: 5, dimensions)):\(name)(w, nil, {padding = \"same\"}))"
    ) { _, x, weight, bias, options in
      try x.convolution(
        dimensions, weight, bias, stride: options[stride], padding: options[padding],
        dilation: options[Spatial.dilation], groups: options[groups])
    }
  }

  private static func transposed(_ dimensions: Int) -> Entry {
    let (size, name) = (Spatial.sizes[dimensions - 1], "conv_transpose\(dimensions)d")
    return Entry(
      name,
      "The transposed convolution, the gradient of `conv\(dimensions)d` with respect to its input: "
        + "[N, in, \(size)] → [N, out, ...] of size (size − 1) stride − 2 padding + "
        + "dilation (kernel − 1) + output_padding + 1", receiver,
      Parameter<Tensor>("weight", .tensor, "[in, out/groups, kernel...]"),
      Parameter<Tensor?>.optional("bias", .tensor, "[out]"),
      Parameter<Options>.options(
        name,
        [
          stride.doc, Spatial.padding.doc, outputPadding.doc, Spatial.dilation.doc, groups.doc,
        ]),
      returns: "Tensor",
      example: "local w = \(Spatial.call("ones", 1, 4, side: 4, dimensions))\n"
        + "print(\(Spatial.call("ones", 2, 1, side: 3, dimensions)):\(name)(w, nil, "
        + "{stride = 2, padding = 1}))"
    ) { _, x, weight, bias, options in
      try x.transposedConvolution(
        dimensions, weight, bias, stride: options[stride], padding: options[Spatial.padding],
        outputPadding: options[outputPadding], dilation: options[Spatial.dilation],
        groups: options[groups])
    }
  }

  static let stride = Parameter<Dimensions>(
    "stride", .spatial, default: Dimensions(1), shown: "1")
  static let padding = Parameter<ConvolutionPadding>(
    "padding", .convolutionPadding, default: .valid, shown: "0", "zeros on either side")
  static let outputPadding = Parameter<Dimensions>(
    "output_padding", .spatial, default: Dimensions(0), shown: "0",
    "more places at the end; less than the stride or the dilation")
  static let groups = Parameter<Int>("groups", .integer, default: 1)

  private static let columns: [Entry] = [
    Entry(
      "im2col",
      "The windows of an image as columns (torch.nn.functional.unfold): [N, C, H, W] → "
        + "[N, C · kernel places, output places]", receiver, kernel,
      Parameter<Options>.options(
        "im2col", [stride.doc, Spatial.padding.doc, Spatial.dilation.doc]),
      returns: "Tensor", example: "print(pn.rand(1, 1, 3, 3):im2col(2))"
    ) { _, x, kernel, options in
      try x.imageToColumns(
        kernel: kernel, stride: options[stride], padding: options[Spatial.padding],
        dilation: options[Spatial.dilation])
    },
    Entry(
      "col2im",
      "Columns added up where `im2col` took them from (torch.nn.functional.fold): "
        + "[N, C · kernel places, output places] → [N, C, H, W]", receiver,
      Parameter<Dimensions>("size", .spatial, "H and W"), kernel,
      Parameter<Options>.options(
        "col2im", [stride.doc, Spatial.padding.doc, Spatial.dilation.doc]),
      returns: "Tensor", example: "print(pn.ones(1, 4, 4):col2im({3, 3}, 2))"
    ) { _, x, size, kernel, options in
      try x.columnsToImage(
        size: size, kernel: kernel, stride: options[stride], padding: options[Spatial.padding],
        dilation: options[Spatial.dilation])
    },
    Entry(
      "pixel_shuffle",
      "Channels spread over blocks of r × r pixels: [..., C r², H, W] → [..., C, H r, W r]",
      receiver,
      factor, returns: "Tensor",
      example: "print(pn.arange(4):reshape(1, 4, 1, 1):pixel_shuffle(2))"
    ) { _, x, factor in try x.pixelShuffle(factor) },
    Entry(
      "pixel_unshuffle",
      "Blocks of r × r pixels gathered into channels: [..., C, H r, W r] → [..., C r², H, W]",
      receiver, factor, returns: "Tensor",
      example: "print(pn.arange(4):reshape(1, 1, 2, 2):pixel_unshuffle(2))"
    ) { _, x, factor in try x.pixelUnshuffle(factor) },
  ]

  private static let kernel = Parameter<Dimensions>("kernel", .spatial)
  private static let factor = Parameter<Int>("factor", .count, "r")
}

/// What convolutions and pooling share.
enum Spatial {
  /// The spatial sizes as the documentation names them.
  static let sizes = ["L", "H, W", "D, H, W"]

  static let padding = Parameter<Dimensions>(
    "padding", .spatial, default: Dimensions(0), shown: "0")
  static let dilation = Parameter<Dimensions>(
    "dilation", .spatial, default: Dimensions(1), shown: "1")

  /// Lua for a new tensor of shape [first, second, side...], in examples.
  static func call(
    _ function: String, _ first: Int, _ second: Int, side: Int, _ dimensions: Int
  ) -> String {
    let sizes = [first, second] + [Int](repeating: side, count: dimensions)
    return "pn.\(function)(" + sizes.map(String.init).joined(separator: ", ") + ")"
  }
}

extension ParameterType where Value == Dimensions {
  /// A number for all spatial dimensions, or a table with one for each.
  static let spatial = ParameterType("integer or table of integers") { frame, index in
    if let one = try ParameterType<Int>.integer.decode(frame, index) { return Dimensions(one) }
    guard let list = try ParameterType<[Int]>.list(of: .integer).decode(frame, index) else {
      return nil
    }
    guard list.count <= Dimensions.maximumRank else {
      throw BadValue(expected: "a number for each spatial dimension, got \(list.count)")
    }
    var numbers = Dimensions()
    for number in list { numbers.append(number) }
    return numbers
  }
}

extension ParameterType where Value == ConvolutionPadding {
  /// As `spatial`, or a word.
  static let convolutionPadding = ParameterType(
    "integer, table of integers, \"same\" or \"valid\""
  ) { frame, index in
    switch frame.string(at: index) {
    case "same": .same
    case "valid": .valid
    default: try ParameterType<Dimensions>.spatial.decode(frame, index).map { .zeros($0) }
    }
  }
}
