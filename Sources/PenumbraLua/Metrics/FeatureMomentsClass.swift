/// `FeatureMoments`: running means and covariances of features as Lua objects.

internal import LuaEmbedding
internal import PenumbraMetrics
internal import PenumbraTensor

enum FeatureMomentsClass {
  static let definition: LuaClass<FeatureMoments> = LuaClass<FeatureMoments>(
    "FeatureMoments", methods: library.methods,
    metamethods: [
      ("__len", { frame in frame.returns(try this(frame).count) }),
      (
        "__tostring",
        { frame in
          let moments = try this(frame)
          let width = moments.dimension.map { " of \($0) numbers" } ?? ""
          frame.returns("FeatureMoments(\(moments.count) examples\(width))")
        }
      ),
    ])

  private static func this(_ frame: LuaFrame) throws -> FeatureMoments {
    try frame.requireObject(at: 1, of: definition)
  }

  private static let this = Parameter<FeatureMoments>(
    "self", .object("FeatureMoments", definition))

  static let sample =
    "local real = pn.metrics.feature_moments()\n"
    + "for step = 1, 4 do real:update(pn.randn(50, 3)) end\n"
    + "print(#real, pn.metrics.frechet_distance(real, pn.randn(200, 3)))\n"

  static let library = Library(
    "FeatureMoments", "Running mean and covariance of features; #moments is how many came.",
    isClass: true,
    [
      Entry(
        "update", "Takes a batch of features [n, ...] in; returns the moments", this,
        Parameter<Tensor>("features", .tensor), returns: "FeatureMoments", example: sample
      ) { _, moments, features in
        try moments.update(features)
        return FirstArgument()
      },
      Entry(
        "mean", "The mean, float64 [d]", this, returns: "Tensor",
        example: sample + "print(real:mean())"
      ) { _, moments in try moments.mean() },
      Entry(
        "covariance", "The covariance with the divisor n − 1, float64 [d, d]", this,
        returns: "Tensor", example: sample + "print(real:covariance())"
      ) { _, moments in try moments.covariance() },
      Entry(
        "state", "A table with everything that the next figures depend on", this,
        returns: "table", example: sample + "pn.metrics.feature_moments():load(real:state())"
      ) { _, moments in
        let state = try moments.state()
        return LuaValue.table([
          (key: "count", value: .integer(Int64(state.count))),
          (key: "finite", value: .boolean(state.isFinite)),
          (key: "mean", value: state.mean?.luaValue ?? .nil),
          (key: "scatter", value: state.scatter?.luaValue ?? .nil),
        ])
      },
      Entry(
        "load", "Continues from a state, bit for bit; returns the moments", this,
        Parameter<Options>.options("load", [count.doc, finite.doc, mean.doc, scatter.doc]),
        returns: "FeatureMoments",
        example: sample + "pn.metrics.feature_moments():load(real:state())"
      ) { _, moments, state in
        try moments.load(
          count: state[count], isFinite: state[finite], mean: state[mean],
          scatter: state[scatter])
        return FirstArgument()
      },
    ])

  private static let count = Parameter<Int>("count", .integer, default: 0, "examples")
  private static let finite = Parameter<Bool>("finite", .boolean, default: true)
  private static let mean = Parameter<Tensor?>.optional("mean", .tensor, "float64 [d]")
  private static let scatter = Parameter<Tensor?>.optional("scatter", .tensor, "float64 [d, d]")
}
