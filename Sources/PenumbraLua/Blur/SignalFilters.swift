/// `pn.blur`: filters that smooth each example as a signal.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum SignalFilters {
  private static let sigma = FilterClass.sigma
  private static let border = Parameter<String>(
    "border", .choice(FilterBorder.allCases.map(\.rawValue)), default: "reflect",
    shown: "\"reflect\"")
  private static let truncate = Parameter<Double>(
    "truncate", .positive, default: 3, "kernel radius in standard deviations")
  private static let size = Parameter<[Int]?>.optional(
    "size", .list(of: .count), "{height, width} of flat images [n, height·width]")

  static let entries = [
    Entry(
      "gaussian",
      "Of the signal: images [n, c, h, w] convolved with a Gaussian of standard "
        + "deviation sigma pixels",
      Parameter<Options>.options(
        "gaussian", [sigma.doc, border.doc, truncate.doc, size.doc]),
      returns: "Filter",
      example: "local A = pn.blur.gaussian{sigma = 1}\nprint(A(pn.rand(1, 1, 4, 4)))"
    ) { _, options in
      let imageSize = try options[size].map { size in
        guard size.count == 2 else {
          throw TensorError(
            .value, "gaussian", argument: "size", expected: "{height, width}", got: "\(size)")
        }
        return (height: size[0], width: size[1])
      }
      return try FilterClass.make(options[sigma]) { strength in
        let blur = try GaussianBlur(
          sigma: 0, border: FilterBorder(rawValue: options[border]) ?? .reflect,
          truncate: options[truncate], imageSize: imageSize)
        try blur.setSigma(strength)
        return blur
      }
    }
  ]
}
