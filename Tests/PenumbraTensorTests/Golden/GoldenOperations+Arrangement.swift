/// How the golden group is called: views, joining, padding, scattering, `x[...]`.

import PenumbraTensor

extension GoldenOperations {
  static var arrangement: [String: Call] {
    [regrouping, splitting, repetition, scattering, indexing].reduce(into: [:]) {
      $0.merge($1) { first, _ in first }
    }
  }

  private static var regrouping: [String: Call] {
    [
      "viewed.as": { golden, x in [try x[0].viewed(as: golden.shape("shape"))] },
      "unflatten": { golden, x in
        [try x[0].unflatten(golden.integer("dim") ?? 99, golden.shape("sizes"))]
      },
      "moveDimensions": { golden, x in
        [
          try x[0].moveDimensions(
            golden.integers("source") ?? [], to: golden.integers("target") ?? [])
        ]
      },
      "atLeast": { golden, x in [try x[0].atLeast(golden.integer("count") ?? 0)] },
      "static.broadcastTensors": { _, x in try Tensor.broadcastTensors(x) },
      "unfold": { golden, x in
        [
          try x[0].unfold(
            golden.integer("dim") ?? 99, size: golden.integer("size") ?? -1,
            step: golden.integer("step") ?? 0)
        ]
      },
      "static.hstack": { _, x in [try Tensor.hstack(x)] },
      "static.vstack": { _, x in [try Tensor.vstack(x)] },
      "static.dstack": { _, x in [try Tensor.dstack(x)] },
      "static.columnStack": { _, x in [try Tensor.columnStack(x)] },
    ]
  }

  private static var splitting: [String: Call] {
    [
      "split": { golden, x in
        let dim = golden.integer("dim") ?? 99
        if let sizes = golden.integers("sizes") { return try x[0].split(sizes, dim) }
        return try x[0].split(golden.integer("size") ?? -1, dim)
      },
      "chunk": { golden, x in
        try x[0].chunk(golden.integer("count") ?? 0, golden.integer("dim") ?? 99)
      },
      "tensorSplit": { golden, x in
        let dim = golden.integer("dim") ?? 99
        if let places = golden.integers("places") { return try x[0].tensorSplit(places, dim) }
        return try x[0].tensorSplit(golden.integer("count") ?? 0, dim)
      },
      "unbind": { golden, x in try x[0].unbind(golden.integer("dim") ?? 99) },
    ]
  }

  private static var repetition: [String: Call] {
    [
      "repeatInterleave": { golden, x in
        let dim = golden.integer("dim")
        if x.count == 2 { return [try x[0].repeatInterleave(x[1], dim)] }
        return [try x[0].repeatInterleave(golden.integer("count") ?? -1, dim)]
      },
      "roll": { golden, x in
        [try x[0].roll(golden.integers("shifts") ?? [], golden.integers("dims") ?? [])]
      },
      "rot90": { golden, x in
        [try x[0].rot90(golden.integer("count") ?? 99, golden.integers("dims") ?? [])]
      },
      "pad": { golden, x in
        let mode = PaddingMode.allCases[golden.integer("mode") ?? 0]
        return [
          try x[0].pad(
            golden.integers("pads") ?? [], mode: mode, value: golden.number("value") ?? .nan)
        ]
      },
    ]
  }

  private static var scattering: [String: Call] {
    [
      "scatter": { golden, x in
        let dim = golden.integer("dim") ?? 99
        if let value = golden.number("value") { return [try x[0].scatter(dim, x[1], value: value)] }
        return [try x[0].scatter(dim, x[1], x[2])]
      },
      "scatterReduce": { golden, x in
        let how = ScatterReduction.allCases[golden.integer("how") ?? 0]
        return [
          try x[0].scatterReduce(
            golden.integer("dim") ?? 99, x[1], x[2], how, includeSelf: golden.flag("include"))
        ]
      },
      "indexAdd": { golden, x in
        let scale = golden.number("scale") ?? .nan
        return [try x[0].indexAdd(golden.integer("dim") ?? 99, x[1], x[2], scale: scale)]
      },
      "indexCopy": { golden, x in [try x[0].indexCopy(golden.integer("dim") ?? 99, x[1], x[2])] },
      "indexFill": { golden, x in
        [try x[0].indexFill(golden.integer("dim") ?? 99, x[1], golden.number("value") ?? .nan)]
      },
      "put": { golden, x in [try x[0].put(x[1], x[2], accumulate: golden.flag("accumulate"))] },
      "maskedScatter": { _, x in [try x[0].maskedScatter(x[1], x[2])] },
    ]
  }

  private static var indexing: [String: Call] {
    [
      "take": binary { try $0.take($1) },
      "takeAlongDimension": { golden, x in
        [try x[0].takeAlongDimension(x[1], golden.integer("dim"))]
      },
      "part": { golden, x in [try x[0].part(key(golden, x))] },
      "indexPut": { golden, x in
        [
          try x[0].indexPut(
            key(golden, x), x[x.count - 1], accumulate: golden.flag("accumulate"))
        ]
      },
      "assign.indices": { golden, x in
        [try x[0].clone().assign(x[x.count - 1], at: key(golden, x))]
      },
    ]
  }

  /// The indices that Scripts/goldencases/arrangement.py spells; tensors come from the inputs.
  private static func key(_ golden: GoldenCase, _ x: [Tensor]) -> [TensorIndex] {
    var next = 1
    return (golden.parameters["key"] ?? "").split(separator: ";").map { word in
      switch word {
      case "*": return .all
      case "~": return .ellipsis
      case "+": return .newAxis
      case "i":
        defer { next += 1 }
        return x[next].dtype == .bool ? .mask(x[next]) : .positions(x[next])
      default:
        let numbers = word.split(separator: ":").compactMap { Int($0) }
        return numbers.count == 1
          ? .position(numbers[0])
          : .range(first: numbers[0], last: numbers[1], step: numbers[2])
      }
    }
  }
}
