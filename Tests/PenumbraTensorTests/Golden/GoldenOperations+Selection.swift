/// How the golden groups are called: parts written, choices, rounded quotients; LU factors, norms.

import PenumbraTensor

extension GoldenOperations {
  static var selection: [String: Call] {
    [
      "selectScatter": { golden, x in
        [
          try x[0].selectScatter(
            x[1], golden.integer("dim") ?? 99, golden.integer("index") ?? 99)
        ]
      },
      "sliceScatter": { golden, x in
        [
          try x[0].sliceScatter(
            x[1], golden.integer("dim") ?? 99, first: golden.integer("first") ?? 99,
            last: golden.integer("last") ?? 99, step: golden.integer("step") ?? 0)
        ]
      },
      "diagonalScatter": { golden, x in
        [
          try x[0].diagonalScatter(
            x[1], golden.integer("offset") ?? 99, golden.integer("first") ?? 99,
            golden.integer("second") ?? 99)
        ]
      },
      "indexReduce": { golden, x in
        [
          try x[0].indexReduce(
            golden.integer("dim") ?? 99, x[1], x[2],
            ScatterReduction.allCases[golden.integer("reduce") ?? 0],
            includeSelf: !golden.flag("alone"))
        ]
      },
      "static.blockDiagonal": { _, x in [try Tensor.blockDiagonal(x)] },
      "static.cartesianProduct": { _, x in [try Tensor.cartesianProduct(x)] },
      "combinations": { golden, x in
        [
          try x[0].combinations(
            golden.integer("count") ?? -1, withReplacement: golden.flag("again"))
        ]
      },
      "addScaled": { golden, x in
        [try x[0].addScaled(x[1], by: golden.number("alpha") ?? .nan)]
      },
      "subScaled": { golden, x in
        [try x[0].subScaled(x[1], by: golden.number("alpha") ?? .nan)]
      },
      "divided.by": { golden, x in
        let rounding = DivisionRounding.allCases[golden.integer("rounding") ?? 0]
        return [try x[0].divided(by: x[1], rounding: rounding)]
      },
    ]
  }

  static var factors: [String: Call] {
    [
      "luDecomposition": { _, x in
        let (p, l, u) = try x[0].luDecomposition()
        return [p, l, u]
      },
      "luFactor": { _, x in
        let (factors, pivots) = try x[0].luFactor()
        return [factors, pivots]
      },
      "luSolve": { golden, x in
        [
          try x[0].luSolve(
            x[1], x[2], left: golden.flag("left"), adjoint: golden.flag("adjoint"))
        ]
      },
      // Bases by their products with themselves.
      "completeOrthogonalDecomposition": { _, x in
        let (q, r) = try x[0].completeOrthogonalDecomposition()
        return [try q.detached().matmul(q.detached().transpose(-1, -2)), r]
      },
      "fullSingularValueDecomposition": { _, x in
        let (u, s, vh) = try x[0].fullSingularValueDecomposition()
        let bases = try [u, vh].map { try $0.detached().matmul($0.detached().transpose(-1, -2)) }
        return [bases[0], s, bases[1]]
      },
      "generalNorm": { golden, x in
        let words: [NormOrder] = [.frobenius, .nuclear]
        let order =
          golden.integer("word").map { words[$0] }
          ?? golden.number("order").map(
            NormOrder.number)
        return [
          try x[0].generalNorm(
            order, golden.integers("dims"), keepDimensions: golden.flag("keep"))
        ]
      },
    ]
  }
}
