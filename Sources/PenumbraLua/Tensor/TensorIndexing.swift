/// Fields of a tensor, and `x[...]` for reading and writing.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorIndexing {
  /// A field that is read, and maybe written, without parentheses.
  struct Field: Sendable {
    let name: String
    /// As the reference names types.
    let type: String
    let summary: String
    let read: @Sendable (LuaFrame, Tensor) throws -> Void
  }

  /// Fields in the order of the reference.
  static let fields: [Field] = [
    Field(name: "shape", type: "table of integers", summary: "the extents, as a table") {
      frame, x in
      try frame.returns(integers: x.shape.array.map(Int64.init))
    },
    Field(name: "dtype", type: "dtype", summary: "the element type's name") { frame, x in
      frame.returns(x.dtype.name)
    },
    Field(
      name: "grad", type: "Tensor or nil", summary: "the gradient accumulated by backward, or nil"
    ) { frame, x in
      try x.gradient.give(to: frame)
    },
    Field(name: "requires_grad", type: "boolean", summary: "whether derivatives are wanted") {
      frame, x in
      frame.returns(x.requiresGradient)
    },
    Field(name: "is_leaf", type: "boolean", summary: "whether no recorded operation made it") {
      frame, x in
      frame.returns(x.isLeaf)
    },
    Field(name: "ndim", type: "integer", summary: "the number of dimensions") { frame, x in
      x.rank.give(to: frame)
    },
    Field(
      name: "grad_fn", type: "string or nil",
      summary: "the operation that made it, by name; nil for a leaf"
    ) {
      frame, x in
      try x.gradientFunction.give(to: frame)
    },
    Field(name: "retains_grad", type: "boolean", summary: "whether retain_grad was called") {
      frame, x in
      frame.returns(x.retainsGradient)
    },
    Field(name: "T", type: "Tensor", summary: "the dimensions in reverse order") { frame, x in
      try x.permute(Array((0..<x.rank).reversed())).give(to: frame)
    },
    Field(
      name: "mT", type: "Tensor", summary: "the last two dimensions exchanged: matrices transposed"
    ) {
      frame, x in try x.transpose(-2, -1).give(to: frame)
    },
  ]

  static let read: LuaFunction = { frame in
    let x = try frame.tensor(1)
    if let name = frame.string(at: 2), !IndexKey.words.contains(name) {
      guard let field = fields.first(where: { $0.name == name }) else {
        throw frame.unknownField(at: 2)
      }
      return try field.read(frame, x)
    }
    try x.part(IndexKey.decode(frame, 2)).give(to: frame)
  }

  static let write: LuaFunction = { frame in
    let x = try frame.tensor(1)
    if let name = frame.string(at: 2), !IndexKey.words.contains(name) {
      if name == "requires_grad", let wanted = frame.boolean(at: 3) {
        try x.requiresGradient(wanted)
        return
      }
      guard name == "grad" else {
        throw TensorError(.value, "Tensor", "field '\(name)' cannot be set")
      }
      return try setGradient(x, frame)
    }
    let key = try IndexKey.decode(frame, 2)
    try x.assign(value(frame, beside: x), at: key)
  }

  /// What is assigned: a tensor, a number, a boolean or nested tables of them.
  private static func value(_ frame: LuaFrame, beside x: Tensor) throws -> Tensor {
    if let operand = try ParameterType<Operand>.operand.decode(frame, 3) {
      return try operand.tensor(beside: x)
    }
    switch frame.type(at: 3) {
    case .boolean, .table:
      return try NestedTable(frame, 3).tensor(x.dtype.isFloating ? x.dtype : nil)
    default:
      throw TensorError(
        .value, "x[...] =", expected: "Tensor, number, boolean or nested tables",
        got: frame.describe(at: 3))
    }
  }

  private static func setGradient(_ x: Tensor, _ frame: LuaFrame) throws {
    try x.setGradient(frame.type(at: 3) == .nil ? nil : frame.tensor(3))
  }
}
