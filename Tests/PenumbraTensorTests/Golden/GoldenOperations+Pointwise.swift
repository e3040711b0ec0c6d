/// How the golden group is called: the elementwise functions beyond the first set, and creation.

import PenumbraTensor

extension GoldenOperations {
  static var pointwise: [String: Call] {
    [transcendental, pieces, pairs, compounds, tests, bits, diagonals, grids]
      .reduce(into: [:]) { $0.merge($1) { first, _ in first } }
  }

  private static var transcendental: [String: Call] {
    [
      "exp2": unary { try $0.exp2() }, "log2": unary { try $0.log2() },
      "log10": unary { try $0.log10() }, "tan": unary { try $0.tan() },
      "asin": unary { try $0.asin() }, "acos": unary { try $0.acos() },
      "atan": unary { try $0.atan() }, "sinh": unary { try $0.sinh() },
      "cosh": unary { try $0.cosh() }, "asinh": unary { try $0.asinh() },
      "acosh": unary { try $0.acosh() }, "atanh": unary { try $0.atanh() },
      "frac": unary { try $0.frac() },
      "rad2deg": unary { try $0.rad2deg() }, "deg2rad": unary { try $0.deg2rad() },
      "erfc": unary { try $0.erfc() }, "erfinv": unary { try $0.erfinv() },
      "lgamma": unary { try $0.lgamma() }, "digamma": unary { try $0.digamma() },
      "sinc": unary { try $0.sinc() },
      "polygamma": { golden, x in [try x[0].polygamma(golden.integer("order") ?? -1)] },
      "logit.margin": { golden, x in [try x[0].logit(margin: golden.number("margin"))] },
    ]
  }

  private static var pieces: [String: Call] {
    [
      "hardTanh": { golden, x in
        [try x[0].hardTanh(golden.number("low") ?? .nan, golden.number("high") ?? .nan)]
      },
      "relu6": unary { try $0.relu6() }, "hardSigmoid": unary { try $0.hardSigmoid() },
      "hardSwish": unary { try $0.hardSwish() },
      "softShrink": value { try $0.softShrink($1) },
      "hardShrink": value { try $0.hardShrink($1) },
      "threshold.value": { golden, x in
        [try x[0].threshold(golden.number("limit") ?? .nan, golden.number("value") ?? .nan)]
      },
      "prelu": binary { try $0.prelu($1) }, "glu": along { try $0.glu($1) },
      "selu": unary { try $0.selu() },
      "celu.alpha": { golden, x in [try x[0].celu(alpha: golden.number("alpha") ?? .nan)] },
      "softSign": unary { try $0.softSign() }, "tanhShrink": unary { try $0.tanhShrink() },
      "mish": unary { try $0.mish() }, "logSigmoid": unary { try $0.logSigmoid() },
      "geluTanh": unary { try $0.geluTanh() },
      "softplus.beta": { golden, x in
        let beta = golden.number("beta") ?? .nan
        guard let threshold = golden.number("threshold") else {
          return [try x[0].softplus(beta: beta)]
        }
        return [try x[0].softplus(beta: beta, threshold: threshold)]
      },
    ]
  }

  private static var pairs: [String: Call] {
    [
      "fmod": binary { try $0.fmod($1) }, "fmax": binary { try $0.fmax($1) },
      "fmin": binary { try $0.fmin($1) }, "hypot": binary { try $0.hypot($1) },
      "logAddExp": binary { try $0.logAddExp($1) },
      "logAddExp2": binary { try $0.logAddExp2($1) }, "xlogy": binary { try $0.xlogy($1) },
      "copySign": binary { try $0.copySign($1) }, "heaviside": binary { try $0.heaviside($1) },
    ]
  }

  private static var compounds: [String: Call] {
    [
      "lerp": { golden, x in [try x[0].lerp(x[1], weight: golden.number("weight") ?? .nan)] },
      "lerp.weights": { _, x in [try x[0].lerp(x[1], weights: x[2])] },
      "addcmul": { golden, x in
        [try x[0].addcmul(x[1], x[2], scale: golden.number("scale") ?? .nan)]
      },
      "addcdiv": { golden, x in
        [try x[0].addcdiv(x[1], x[2], scale: golden.number("scale") ?? .nan)]
      },
      "clamp.from": { golden, x in
        let bounds = golden.integer("bounds") ?? 0
        return [
          try x[0].clamp(
            from: bounds & 1 != 0 ? x[1] : nil, through: bounds & 2 != 0 ? x[x.count - 1] : nil)
        ]
      },
    ]
  }

  private static var tests: [String: Call] {
    [
      "isClose": { golden, x in
        let (rtol, atol) = (golden.number("rtol") ?? 1e-5, golden.number("atol") ?? 1e-8)
        let equal = golden.flag("equal")
        return [try x[0].isClose(to: x[1], rtol: rtol, atol: atol, equalNaN: equal)]
      },
      "allClose": { golden, x in
        let isClose = try x[0].allClose(to: x[1], equalNaN: golden.flag("equal"))
        return [try Tensor.scalar(isClose ? 1 : 0, dtype: .bool)]
      },
      "isPositiveInfinity": unary { try $0.isPositiveInfinity() },
      "isNegativeInfinity": unary { try $0.isNegativeInfinity() },
      "signBit": unary { try $0.signBit() },
      "nanToNum": { golden, x in
        let (positive, negative) = (golden.number("positive"), golden.number("negative"))
        return [
          try x[0].nanToNum(golden.number("nan") ?? 0, positive: positive, negative: negative)
        ]
      },
    ]
  }

  private static var bits: [String: Call] {
    [
      "bitwiseAnd": binary { try $0.bitwiseAnd($1) }, "bitwiseOr": binary { try $0.bitwiseOr($1) },
      "bitwiseXor": binary { try $0.bitwiseXor($1) }, "bitwiseNot": unary { try $0.bitwiseNot() },
      "bitwiseLeftShift": binary { try $0.bitwiseLeftShift($1) },
      "bitwiseRightShift": binary { try $0.bitwiseRightShift($1) },
    ]
  }

  private static var diagonals: [String: Call] {
    [
      "diagonal": { golden, x in
        let (first, second) = (golden.integer("first") ?? 99, golden.integer("second") ?? 99)
        return [try x[0].diagonal(golden.integer("offset") ?? 0, first, second)]
      },
      "diagEmbed": { golden, x in
        let (first, second) = (golden.integer("first") ?? 99, golden.integer("second") ?? 99)
        return [try x[0].diagEmbed(golden.integer("offset") ?? 0, first, second)]
      },
      "diag": { golden, x in [try x[0].diag(golden.integer("offset") ?? 0)] },
      "tril": { golden, x in [try x[0].tril(golden.integer("diagonal") ?? 0)] },
      "triu": { golden, x in [try x[0].triu(golden.integer("diagonal") ?? 0)] },
      "static.trilIndices": triangle(Tensor.trilIndices),
      "static.triuIndices": triangle(Tensor.triuIndices),
    ]
  }

  private static func triangle(
    _ body: @escaping @Sendable (Int, Int, Int) throws -> Tensor
  ) -> Call {
    { golden, _ in
      let (rows, columns) = (golden.integer("rows") ?? -1, golden.integer("columns") ?? -1)
      return [try body(rows, columns, golden.integer("diagonal") ?? 0)]
    }
  }

  private static var grids: [String: Call] {
    [
      "static.logspace": { golden, _ in
        let (start, end) = (golden.number("start") ?? .nan, golden.number("end") ?? .nan)
        return [
          try Tensor.logspace(
            start, end, count: golden.integer("count") ?? -1, base: golden.number("base") ?? .nan,
            dtype: .float64)
        ]
      },
      "static.meshgrid": { golden, x in
        try Tensor.meshgrid(x, swapsFirst: golden.flag("xy"))
      },
      "vander": { golden, x in
        [try x[0].vander(golden.integer("count"), isIncreasing: golden.flag("increasing"))]
      },
      "nonzero": unary { try $0.nonzero() },
      "nonzeroByDimension": { _, x in try x[0].nonzeroByDimension() },
    ]
  }
}
