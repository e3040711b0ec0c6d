/// How each golden operation is called: one row an operation, as Swift's methods are named.

import PenumbraTensor

enum GoldenOperations {
  typealias Call = @Sendable (_ golden: GoldenCase, _ inputs: [Tensor]) throws -> [Tensor]

  /// The groups of Scripts/golden.py, and the calls of each.
  static var groups: [(name: String, tables: [[String: Call]])] {
    [
      ("elementwise", [elementwise, arithmetic, comparisons]),
      ("structure", [reductions, movements, creation]),
      ("pointwise", [pointwise]), ("arrangement", [arrangement]), ("ordering", [ordering]),
      ("linear_algebra", [linearAlgebra]), ("convolution", [convolution]),
      ("normalization", [normalization]), ("selection", [selection]), ("factors", [factors]),
    ]
  }

  private static let table: [String: Call] = groups.flatMap(\.tables).reduce(into: [:]) {
    $0.merge($1) { first, _ in first }
  }

  static func call(_ operation: String) -> Call? { table[operation] }

  static func unary(_ body: @escaping @Sendable (Tensor) throws -> Tensor) -> Call {
    { _, x in [try body(x[0])] }
  }

  static func binary(_ body: @escaping @Sendable (Tensor, Tensor) throws -> Tensor) -> Call {
    { _, x in [try body(x[0], x[1])] }
  }

  static func value(_ body: @escaping @Sendable (Tensor, Double) throws -> Tensor) -> Call {
    { golden, x in [try body(x[0], golden.number("value") ?? .nan)] }
  }

  private static func truth(_ flag: Bool) throws -> [Tensor] {
    [try Tensor.scalar(flag ? 1 : 0, dtype: .bool)]
  }

  private static var elementwise: [String: Call] {
    [
      "abs": unary { try $0.abs() }, "sign": unary { try $0.sign() },
      "square": unary { try $0.square() }, "sqrt": unary { try $0.sqrt() },
      "rsqrt": unary { try $0.rsqrt() }, "reciprocal": unary { try $0.reciprocal() },
      "exp": unary { try $0.exp() }, "expm1": unary { try $0.expm1() },
      "log": unary { try $0.log() }, "log1p": unary { try $0.log1p() },
      "sin": unary { try $0.sin() }, "cos": unary { try $0.cos() },
      "tanh": unary { try $0.tanh() }, "sigmoid": unary { try $0.sigmoid() },
      "erf": unary { try $0.erf() }, "softplus": unary { try $0.softplus() },
      "floor": unary { try $0.floor() }, "ceil": unary { try $0.ceil() },
      "round": unary { try $0.round() }, "trunc": unary { try $0.trunc() },
      "negative": unary { try $0.negative() }, "isNaN": unary { try $0.isNaN() },
      "isFinite": unary { try $0.isFinite() }, "isInfinite": unary { try $0.isInfinite() },
      "relu": unary { try $0.relu() }, "gelu": unary { try $0.gelu() },
      "silu": unary { try $0.silu() },
      "leakyReLU.slope": { golden, x in [try x[0].leakyReLU(slope: golden.number("slope") ?? .nan)]
      },
      "elu.alpha": { golden, x in [try x[0].elu(alpha: golden.number("alpha") ?? .nan)] },
      "contiguous": unary { try $0.contiguous() }, "clone": unary { try $0.clone() },
      "detached": unary { $0.detached() },
      "to": { golden, x in [try x[0].to(goldenTypes[golden.integer("dtype") ?? 0])] },
    ]
  }

  /// In the order of NAMES in Scripts/golden.py.
  private static let goldenTypes: [DType] = [.float64, .float32, .int64, .uint8, .bool]

  private static var arithmetic: [String: Call] {
    [
      "add": binary { try $0.add($1) }, "sub": binary { try $0.sub($1) },
      "mul": binary { try $0.mul($1) }, "div": binary { try $0.div($1) },
      "pow": binary { try $0.pow($1) }, "maximum": binary { try $0.maximum($1) },
      "minimum": binary { try $0.minimum($1) }, "remainder": binary { try $0.remainder($1) },
      "floorDivide": binary { try $0.floorDivide($1) }, "atan2": binary { try $0.atan2($1) },
      "add.value": value { try $0.add($1) }, "sub.value": value { try $0.sub($1) },
      "mul.value": value { try $0.mul($1) }, "div.value": value { try $0.div($1) },
      "pow.value": value { try $0.pow($1) },
      "subtracted.from": value { try $0.subtracted(from: $1) },
      "maximum.value": value { try $0.maximum($1) }, "minimum.value": value { try $0.minimum($1) },
      "clamp.minimum": { golden, x in
        [try x[0].clamp(minimum: golden.number("low"), maximum: golden.number("high"))]
      },
      "matmul": binary { try $0.matmul($1) },
      "linear": { _, x in [try x[0].linear(x[1], x.count > 2 ? x[2] : nil)] },
    ]
  }

  private static var comparisons: [String: Call] {
    [
      "eq": binary { try $0.eq($1) }, "ne": binary { try $0.ne($1) },
      "lt": binary { try $0.lt($1) }, "le": binary { try $0.le($1) },
      "gt": binary { try $0.gt($1) }, "ge": binary { try $0.ge($1) },
      "eq.value": value { try $0.eq($1) }, "ne.value": value { try $0.ne($1) },
      "lt.value": value { try $0.lt($1) }, "le.value": value { try $0.le($1) },
      "gt.value": value { try $0.gt($1) }, "ge.value": value { try $0.ge($1) },
      "logicalAnd": binary { try $0.logicalAnd($1) }, "logicalOr": binary { try $0.logicalOr($1) },
      "logicalXor": binary { try $0.logicalXor($1) }, "logicalNot": unary { try $0.logicalNot() },
      "static.select": { _, x in [try Tensor.select(x[0], x[1], x[2])] },
      "maskedFill": { golden, x in
        if x.count == 3 { return [try x[0].maskedFill(x[1], with: x[2])] }
        return [try x[0].maskedFill(x[1], golden.number("value") ?? 0)]
      },
      "all": { _, x in try truth(x[0].all()) }, "any": { _, x in try truth(x[0].any()) },
      "isEqual.to": { _, x in try truth(x[0].isEqual(to: x[1])) },
    ]
  }

  static func reduction(
    _ body: @escaping @Sendable (_ x: Tensor, _ dimensions: [Int]?, _ keep: Bool) throws -> Tensor
  ) -> Call {
    { golden, x in [try body(x[0], golden.integers("dims"), golden.flag("keep"))] }
  }

  static func along(_ body: @escaping @Sendable (Tensor, Int) throws -> Tensor) -> Call {
    { golden, x in [try body(x[0], golden.integer("dim") ?? 99)] }
  }

  private static var reductions: [String: Call] {
    [
      "sum": reduction { try $0.sum($1, keepDimensions: $2) },
      "mean": reduction { try $0.mean($1, keepDimensions: $2) },
      "norm": reduction { try $0.norm($1, keepDimensions: $2) },
      "product": reduction { try $0.product($1, keepDimensions: $2) },
      "minimum.over": reduction { try $0.minimum(over: $1, keepDimensions: $2) },
      "maximum.over": reduction { try $0.maximum(over: $1, keepDimensions: $2) },
      "variance": { golden, x in
        let correction = golden.number("correction") ?? .nan
        return [try x[0].variance(golden.integers("dims"), correction: correction)]
      },
      "standardDeviation": { golden, x in
        let correction = golden.number("correction") ?? .nan
        return [try x[0].standardDeviation(golden.integers("dims"), correction: correction)]
      },
      "argMinimum": { golden, x in
        [try x[0].argMinimum(golden.integer("dim"), keepDimensions: golden.flag("keep"))]
      },
      "argMaximum": { golden, x in
        [try x[0].argMaximum(golden.integer("dim"), keepDimensions: golden.flag("keep"))]
      },
      "logSumExp": { golden, x in
        [try x[0].logSumExp(golden.integer("dim") ?? 99, keepDimensions: golden.flag("keep"))]
      },
      "softmax": along { try $0.softmax($1) }, "logSoftmax": along { try $0.logSoftmax($1) },
      "cumulativeSum": along { try $0.cumulativeSum($1) },
    ]
  }

  private static var movements: [String: Call] {
    [
      "reshape": { golden, x in [try x[0].reshape(golden.shape("shape"))] },
      "flatten": { golden, x in
        [try x[0].flatten(golden.integer("first") ?? 99, golden.integer("last") ?? 99)]
      },
      "squeeze": { golden, x in
        if let dims = golden.integers("dims") { return [try x[0].squeeze(dims)] }
        return [try x[0].squeeze(golden.integer("dim"))]
      },
      "unsqueeze": { golden, x in
        if let dims = golden.integers("dims") { return [try x[0].unsqueeze(dims)] }
        return [try x[0].unsqueeze(golden.integer("dim") ?? 99)]
      },
      "permute": { golden, x in [try x[0].permute(golden.integers("order") ?? [])] },
      "transpose": { golden, x in
        [try x[0].transpose(golden.integer("first") ?? 99, golden.integer("second") ?? 99)]
      },
      "narrow": { golden, x in [try goldenPart(golden, x[0])] },
      "select": { golden, x in
        [try x[0].select(golden.integer("dim") ?? 99, golden.integer("index") ?? 99)]
      },
      "expand.to": { golden, x in [try x[0].expand(to: golden.shape("shape"))] },
      "repeated": { golden, x in [try x[0].repeated(golden.shape("counts"))] },
      "flip": { golden, x in [try x[0].flip(golden.integers("dims") ?? [])] },
      "indexSelect": { golden, x in [try x[0].indexSelect(golden.integer("dim") ?? 99, x[1])] },
      "gather": { golden, x in [try x[0].gather(golden.integer("dim") ?? 99, x[1])] },
      "scatterAdd": { golden, x in [try x[0].scatterAdd(golden.integer("dim") ?? 99, x[1], x[2])] },
      "maskedSelect": binary { try $0.maskedSelect($1) },
      "nonzeroPositions": unary { try $0.nonzeroPositions() },
      "oneHot": { golden, x in [try x[0].oneHot(golden.integer("classes") ?? 0)] },
      "sort": { golden, x in
        let sorted = try x[0].sort(
          golden.integer("dim") ?? 99, descending: golden.flag("descending"))
        return [sorted.values, sorted.indices]
      },
      "argSort": { golden, x in
        [try x[0].argSort(golden.integer("dim") ?? 99, descending: golden.flag("descending"))]
      },
      "static.cat": { golden, x in [try Tensor.cat(x, golden.integer("dim") ?? 99)] },
      "static.stack": { golden, x in [try Tensor.stack(x, golden.integer("dim") ?? 99)] },
      "assign": { golden, x in
        [try x[0].clone().assign(x[1]) { try goldenPart(golden, $0) }]
      },
    ]
  }

  private static func goldenPart(_ golden: GoldenCase, _ x: Tensor) throws -> Tensor {
    try x.narrow(
      golden.integer("dim") ?? 99, start: golden.integer("start") ?? 99,
      count: golden.integer("count") ?? 99, step: golden.integer("step") ?? 1)
  }

  private static var creation: [String: Call] {
    [
      "static.zeros": { golden, _ in [try Tensor.zeros(golden.shape("shape"), dtype: .float64)] },
      "static.ones": { golden, _ in [try Tensor.ones(golden.shape("shape"), dtype: .float64)] },
      "static.full": { golden, _ in
        [try Tensor.full(golden.shape("shape"), golden.number("value") ?? 0, dtype: .float64)]
      },
      "static.scalar": { golden, _ in
        [try Tensor.scalar(golden.number("value") ?? 0, dtype: .float64)]
      },
      "static.eye": { golden, _ in
        [try Tensor.eye(golden.integer("rows") ?? 0, golden.integer("columns"), dtype: .float64)]
      },
      "static.arange": { golden, _ in
        [
          try Tensor.arange(
            golden.number("start") ?? 0, golden.number("end") ?? 0,
            step: golden.number("step") ?? 0,
            dtype: .float64)
        ]
      },
      "static.linspace": { golden, _ in
        [
          try Tensor.linspace(
            golden.number("start") ?? 0, golden.number("end") ?? 0,
            count: golden.integer("count") ?? 0, dtype: .float64)
        ]
      },
    ]
  }
}
