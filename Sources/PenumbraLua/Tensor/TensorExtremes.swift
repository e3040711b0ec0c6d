/// Least and greatest elements, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

extension TensorReductions {
  static let extremes: [Entry] = [
    extremum(
      "min",
      "The smallest element; over one dimension also the index of the first such; with a "
        + "tensor the smaller of each pair", { try $0.minimum($1) },
      { try $0.minimum(over: $1, keepDimensions: $2) },
      { try $0.minimum(along: $1, keepDimension: $2) }),
    extremum(
      "max",
      "The greatest element; over one dimension also the index of the first such; with a "
        + "tensor the greater of each pair", { try $0.maximum($1) },
      { try $0.maximum(over: $1, keepDimensions: $2) },
      { try $0.maximum(along: $1, keepDimension: $2) }),
    reduction("amin", "The smallest element; equal ones share the gradient") {
      try $0.minimum(over: $1, keepDimensions: $2)
    },
    reduction("amax", "The greatest element; equal ones share the gradient") {
      try $0.maximum(over: $1, keepDimensions: $2)
    },
    reduction(
      "aminmax", "The smallest and the greatest element; equal ones share the gradient",
      returns: "Tensor and Tensor"
    ) {
      let found = try $0.extrema($1, keepDimensions: $2)
      return Pair(found.minimum, found.maximum)
    },
    Entry(
      "argmin", "Index of the first smallest element, along a dimension or of all", receiver,
      Parameter<Int?>.optional("dim", .dimension), keep, returns: "Tensor",
      example: sample + "print(x:argmin(2))"
    ) { _, x, dim, keep in
      IndexTensor(positions: try x.argMinimum(dim, keepDimensions: keep))
    },
    Entry(
      "argmax", "Index of the first greatest element, along a dimension or of all", receiver,
      Parameter<Int?>.optional("dim", .dimension), keep, returns: "Tensor",
      example: sample + "print(x:argmax(2))"
    ) { _, x, dim, keep in
      IndexTensor(positions: try x.argMaximum(dim, keepDimensions: keep))
    },
  ]

  private static func extremum(
    _ name: String, _ summary: String,
    _ pairwise: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
    _ over: @escaping @Sendable (Tensor, [Int]?, Bool) throws -> Tensor,
    _ along: @escaping @Sendable (Tensor, Int, Bool) throws -> (values: Tensor, indices: Tensor)
  ) -> Entry {
    Entry(
      name, summary, receiver, Parameter<Scope>("dim", .scope, default: { .all }, shown: "nil"),
      keep, returns: "Tensor, or Tensor and Tensor of indices",
      example: sample + "print(x:\(name)(), x:\(name)(2), x:\(name)(x:t()))"
    ) { _, x, scope, keep in
      switch scope {
      case .other(let other): return Located(try pairwise(x, other))
      case .dimensions(let dims) where dims.count == 1:
        return Located(try along(x, dims[0], keep))
      case .dimensions(let dims): return Located(try over(x, dims, keep))
      case .all: return Located(try over(x, nil, keep))
      }
    }
  }
}

/// What an extreme is taken over.
private enum Scope {
  case all
  case dimensions([Int])
  /// Pairs with the elements of another tensor.
  case other(Tensor)
}

extension ParameterType where Value == Scope {
  fileprivate static let scope = ParameterType("dimension, table of dimensions or Tensor") {
    frame, index in
    if let dims = try ParameterType<[Int]>.dimensions.decode(frame, index) {
      return .dimensions(dims)
    }
    return try ParameterType<Tensor>.tensor.decode(frame, index).map(Scope.other)
  }
}
