/// `pn.zeros_like` and its kin: tensors of another one's shape.

internal import LuaEmbedding
internal import PenumbraTensor

enum CreationAlike {
  static let entries: [Entry] = [
    filled("zeros_like", "Zeros", 0), filled("ones_like", "Ones", 1),
    filled("empty_like", "A tensor to be written to (it holds zeros)", 0),
    Entry(
      "full_like", "Every element equal to `value`, of another tensor's shape and dtype", other,
      Parameter<Operand>("value", .operand), options("full_like"), returns: "Tensor",
      example: "print(pn.full_like(pn.eye(2), 0.5))"
    ) { _, other, value, options in
      let scalar = try value.tensor(beside: other).requiringOneElement("full_like")
      return try Creation.finish(
        scalar.repeated(to: other.shape, options[Creation.dtypeOrNil] ?? other.dtype), options)
    },
    random("rand_like", "Uniform numbers in [0, 1)") { try $0.uniform($1, dtype: $2) },
    random("randn_like", "Standard normal numbers") { try $0.normal($1, dtype: $2) },
    Entry(
      "randint_like",
      "Integers from low to high, both included, of another tensor's shape and dtype", other,
      Parameter<Int>("low", .integer), Parameter<Int>("high", .integer),
      options("randint_like", [Creation.generator.doc]), returns: "Tensor",
      example: "print(pn.randint_like(pn.eye(2), 1, 6))"
    ) { call, other, low, high, options in
      let drawn = try Creation.integers(call, low, high, other.shape, options)
      return try Creation.finish(
        drawn.to(options[Creation.dtypeOrNil] ?? other.dtype), options)
    },
  ]

  private static let other = Parameter<Tensor>("other", .tensor)

  private static func options(_ operation: String, _ more: [ParameterDoc] = []) -> Parameter<
    Options
  > {
    .options(operation, [dtype.doc, Creation.requiresGrad.doc] + more)
  }

  /// As the reference describes it; `Creation.dtypeOrNil` decodes it.
  private static let dtype = Parameter<DType?>.optional(
    "dtype", .dtype, "element type; the other tensor's when left out")

  private static func filled(_ name: String, _ summary: String, _ value: Double) -> Entry {
    Entry(
      name, summary + ", of another tensor's shape and dtype", other, options(name),
      returns: "Tensor", example: "print(pn.\(name)(pn.eye(2), {dtype = \"float64\"}))"
    ) { _, other, options in
      let type = try options[dtype] ?? other.dtype
      return try Creation.finish(Tensor.full(other.shape, value, dtype: type), options)
    }
  }

  private static func random(
    _ name: String, _ summary: String,
    _ draw: @escaping @Sendable (Generator, Shape, DType) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary + ", of another tensor's shape and dtype", other,
      options(name, [Creation.generator.doc]), returns: "Tensor",
      example: "print(pn.\(name)(pn.eye(2)))"
    ) { call, other, options in
      let source = try options[Creation.generator] ?? call.context.generator
      return try Creation.finish(
        draw(source, other.shape, options[dtype] ?? other.dtype), options)
    }
  }
}

extension Tensor {
  /// A copy of another type, or of this one's.
  func copy(as dtype: DType?) throws -> Tensor {
    guard let dtype, dtype != self.dtype else { return try clone() }
    return try to(dtype)
  }

  /// This tensor, if it holds one element.
  func requiringOneElement(_ operation: String) throws -> Tensor {
    guard elementCount == 1 else {
      throw TensorError(
        .shape, operation, argument: "value", expected: "a number or one-element tensor",
        got: "shape \(shape)")
    }
    return detached()
  }

  /// A new tensor whose every element is this one.
  func repeated(to target: Shape, _ dtype: DType?) throws -> Tensor {
    let result = try Tensor.zeros(target, dtype: dtype ?? self.dtype)
    return try result.copy(from: reshape(Shape()))
  }
}
