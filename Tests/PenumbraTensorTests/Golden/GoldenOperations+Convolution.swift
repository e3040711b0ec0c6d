/// How the golden group is called: convolutions, columns and pooling.

import PenumbraTensor

extension GoldenOperations {
  static var convolution: [String: Call] {
    [
      "convolution": { golden, x in
        let padding: ConvolutionPadding =
          golden.flag("same")
          ? .same : golden.flag("valid") ? .valid : .zeros(list(golden, "padding", 0))
        return [
          try x[0].convolution(
            golden.integer("dims") ?? 0, x[1], x.count > 2 ? x[2] : nil,
            stride: list(golden, "stride", 1), padding: padding,
            dilation: list(golden, "dilation", 1), groups: golden.integer("groups") ?? 1)
        ]
      },
      "transposedConvolution": { golden, x in
        [
          try x[0].transposedConvolution(
            golden.integer("dims") ?? 0, x[1], x.count > 2 ? x[2] : nil,
            stride: list(golden, "stride", 1), padding: list(golden, "padding", 0),
            outputPadding: list(golden, "output_padding", 0),
            dilation: list(golden, "dilation", 1), groups: golden.integer("groups") ?? 1)
        ]
      },
      "imageToColumns": { golden, x in
        [
          try x[0].imageToColumns(
            kernel: list(golden, "kernel", 1), stride: list(golden, "stride", 1),
            padding: list(golden, "padding", 0), dilation: list(golden, "dilation", 1))
        ]
      },
      "columnsToImage": { golden, x in
        [
          try x[0].columnsToImage(
            size: list(golden, "size", 1), kernel: list(golden, "kernel", 1),
            stride: list(golden, "stride", 1), padding: list(golden, "padding", 0),
            dilation: list(golden, "dilation", 1))
        ]
      },
      "pixelShuffle": { golden, x in [try x[0].pixelShuffle(golden.integer("factor") ?? 0)] },
      "pixelUnshuffle": { golden, x in [try x[0].pixelUnshuffle(golden.integer("factor") ?? 0)] },
      "maxPool": { golden, x in
        let pooled = try x[0].maxPool(
          golden.integer("dims") ?? 0, kernel: list(golden, "kernel", 1),
          stride: optionalList(golden, "stride"), padding: list(golden, "padding", 0),
          dilation: list(golden, "dilation", 1), ceilMode: golden.flag("ceil"))
        return [pooled.values, pooled.indices]
      },
      "averagePool": { golden, x in
        [
          try x[0].averagePool(
            golden.integer("dims") ?? 0, kernel: list(golden, "kernel", 1),
            stride: optionalList(golden, "stride"), padding: list(golden, "padding", 0),
            ceilMode: golden.flag("ceil"), countsPadding: golden.flag("counts"),
            divisor: golden.integer("divisor"))
        ]
      },
      "adaptiveAveragePool": { golden, x in
        [try x[0].adaptiveAveragePool(golden.integer("dims") ?? 0, size: list(golden, "size", 1))]
      },
      "adaptiveMaxPool": { golden, x in
        let pooled = try x[0].adaptiveMaxPool(
          golden.integer("dims") ?? 0, size: list(golden, "size", 1))
        return [pooled.values, pooled.indices]
      },
    ]
  }

  private static func optionalList(_ golden: GoldenCase, _ key: String) -> Dimensions? {
    golden.integers(key).map { numbers in
      var list = Dimensions()
      for number in numbers { list.append(number) }
      return list
    }
  }

  private static func list(_ golden: GoldenCase, _ key: String, _ standard: Int) -> Dimensions {
    optionalList(golden, key) ?? Dimensions(standard)
  }
}
