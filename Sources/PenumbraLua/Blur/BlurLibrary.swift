/// `pn.blur`: the filters A_λ.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

/// A filter as a Lua object; its σ may be a number over time.
final class FilterObject {
  let filter: any Filter
  private(set) var sigma: Schedulable

  init(_ filter: any Filter, _ sigma: Schedulable) {
    self.filter = filter
    self.sigma = sigma
  }

  func set(_ sigma: Schedulable, step: Double = 1) throws {
    try filter.setSigma(sigma.value(at: step))
    self.sigma = sigma
  }

  func apply(_ x: Tensor) throws -> Tensor { try filter(x) }
}

enum BlurLibrary {
  static let definition: LuaClass<FilterObject> = LuaClass<FilterObject>(
    "Filter",
    metamethods: [
      (
        "__call",
        { frame in
          let this = try frame.requireObject(at: 1, of: definition)
          try this.apply(input.decode(frame, 2, "Filter", place: "argument 1")).give(to: frame)
        }
      ),
      (
        "__tostring",
        { frame in frame.returns("\(try frame.requireObject(at: 1, of: definition).filter)") }
      ),
    ],
    index: { frame in
      let this = try frame.requireObject(at: 1, of: definition)
      guard frame.string(at: 2) == "sigma" else { throw frame.unknownField(at: 2) }
      frame.returns(this.filter.sigma)
    },
    newIndex: { frame in
      let this = try frame.requireObject(at: 1, of: definition)
      switch frame.string(at: 2) {
      case "sigma": try this.set(sigma.decode(frame, 3, "Filter", place: "field"))
      case "step":
        try this.set(this.sigma, step: step.decode(frame, 3, "Filter", place: "field"))
      default:
        throw TensorError(
          .value, "Filter", expected: "the field 'sigma' or 'step'", got: frame.describe(at: 2))
      }
    })

  private static let input = Parameter<Tensor>("x", .tensor)
  private static let step = Parameter<Double>("step", .number)
  private static let sigma = Parameter<Schedulable>(
    "sigma", .schedulable,
    "standard deviation: pixels for images, data units for points; "
      + "for a schedule or function set `filter.step = step`")
  private static let border = Parameter<String>(
    "border", .choice(FilterBorder.allCases.map(\.rawValue)), default: "reflect",
    shown: "\"reflect\"")
  private static let truncate = Parameter<Double>(
    "truncate", .positive, default: 3, "kernel radius in standard deviations")
  private static let size = Parameter<[Int]?>.optional(
    "size", .list(of: .count), "{height, width} of flat images [n, height·width]")
  private static let copies = Parameter<Int>("copies", .count, default: 5, "offsets a call")
  private static let sequence = Parameter<String>(
    "sequence", .choice(SmearSequence.allCases.map(\.rawValue)), default: "sobol",
    shown: "\"sobol\"")

  private static func give(_ filter: any Filter, _ sigma: Schedulable) -> Instance<FilterObject> {
    Instance(FilterObject(filter, sigma), definition)
  }

  static let library = Library(
    "pn.blur", "Coarse-graining: filters that data and samples pass before the discriminator.",
    [
      Entry(
        "gaussian",
        "Of the signal: images [n, c, h, w] convolved with a Gaussian of standard "
          + "deviation sigma pixels",
        Parameter<Options>.options(
          "gaussian", [sigma.doc, border.doc, truncate.doc, size.doc]),
        returns: "Filter",
        example: "local A = pn.blur.gaussian{sigma = 1}\nprint(A(pn.rand(1, 1, 4, 4)))"
      ) { _, options in
        let level = try options[sigma]
        let imageSize = try options[size].map { size in
          guard size.count == 2 else {
            throw TensorError(
              .value, "gaussian", argument: "size", expected: "{height, width}", got: "\(size)")
          }
          return (height: size[0], width: size[1])
        }
        return give(
          try GaussianBlur(
            sigma: level.value(at: 1), border: FilterBorder(rawValue: options[border]) ?? .reflect,
            truncate: options[truncate], imageSize: imageSize), level)
      },
      Entry(
        "noise", "Of the density: x + sigma·ξ, ξ standard normal, of any shape",
        Parameter<Options>.options("noise", [sigma.doc, Creation.generator.doc]),
        returns: "Filter", example: "print(pn.blur.noise{sigma = 0.5}(pn.zeros(2, 2)))"
      ) { call, options in
        let level = try options[sigma]
        return give(
          try NoiseBlur(
            sigma: level.value(at: 1),
            using: options[Creation.generator] ?? call.context.generator), level)
      },
      Entry(
        "smear",
        "Of the density: K copies x + sigma·ξₖ with shared offsets, [n, ...] → [K, n, ...]; "
          + "average the losses over the copies",
        Parameter<Options>.options(
          "smear", [sigma.doc, copies.doc, sequence.doc, Creation.generator.doc]),
        returns: "Filter", example: "print(pn.blur.smear{sigma = 1, copies = 3}(pn.zeros(2, 2)))"
      ) { call, options in
        let level = try options[sigma]
        return give(
          try SmearBlur(
            sigma: level.value(at: 1), copies: options[copies],
            sequence: SmearSequence(rawValue: options[sequence]) ?? .sobol,
            using: options[Creation.generator] ?? call.context.generator), level)
      },
    ])
}
