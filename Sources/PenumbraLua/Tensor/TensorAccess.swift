/// Elements and types, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorAccess {
  static let entries: [Entry] = [
    Entry(
      "item", "The value of a one-element tensor", receiver, returns: "number",
      example: "assert(pn.ones(1):item() == 1)"
    ) { _, x in
      let value: LuaValue =
        switch x.dtype {
        case .bool: .boolean(try x.item() != 0)
        case .int64, .uint8: .integer(try x.integerItem())
        default: .number(try x.item())
        }
      return value
    },
    Entry(
      "totable", "The elements as nested tables", receiver, returns: "table or number",
      example: "print(pn.eye(2):totable()[1][1])"
    ) { _, x in try nested(x) },
    Entry(
      "to", "The elements in another type, or in that of another tensor", receiver,
      Parameter<DType>("dtype", .dtypeOrTensor), returns: "Tensor",
      example: "print(pn.tensor{1.5, 2.5}:to(\"int64\"))"
    ) { _, x, dtype in try x.to(dtype) },
    Entry(
      "type_as", "The elements in the type of another tensor", receiver,
      Parameter<Tensor>("other", .tensor), returns: "Tensor",
      example: "print(pn.ones(2):type_as(pn.tensor{1, 2}))"
    ) { _, x, other in try x.to(other.dtype) },
    converted("float", .float32), converted("double", .float64), converted("long", .int64),
    converted("byte", .uint8), converted("bool", .bool),
    Entry(
      "fill_", "Sets every element; returns x", receiver, Parameter<Double>("value", .number),
      returns: "Tensor", example: "print(pn.zeros(2):fill_(3))"
    ) { _, x, value in
      try x.fill(value)
      return FirstArgument()
    },
    Entry(
      "zero_", "Sets every element to 0; returns x", receiver, returns: "Tensor",
      example: "print(pn.ones(2):zero_())"
    ) { _, x in
      try x.fill(0)
      return FirstArgument()
    },
    Entry(
      "copy_", "Copies another tensor's values, broadcast and converted; returns x", receiver,
      Parameter<Tensor>("source", .tensor), returns: "Tensor",
      example: "print(pn.zeros(2):copy_(pn.ones(1)))"
    ) { _, x, source in
      try x.copy(from: source)
      return FirstArgument()
    },
  ]

  private static func converted(_ name: String, _ dtype: DType) -> Entry {
    Entry(
      name, "The elements as \(dtype)", receiver, returns: "Tensor",
      example: "assert(pn.ones(2):\(name)().dtype == \"\(dtype)\")"
    ) { _, x in try x.to(dtype) }
  }

  /// The most elements, or empty tables, that become Lua values.
  private static let limit = 10_000_000

  private static func nested(_ x: Tensor) throws -> LuaValue {
    // Extents of 0 hide how many tables the others ask for.
    let size = x.shape.array.reduce(1) { $0 > limit ? $0 : $0 * min(max($1, 1), limit + 1) }
    guard size <= limit else {
      throw TensorError(
        .value, "totable", expected: "at most \(limit) elements or tables", got: "\(x.shape)")
    }
    let values: [LuaValue] =
      switch x.dtype {
      case .float32, .float64: try x.doubles().map(LuaValue.number)
      case .int64, .uint8: try x.integers().map(LuaValue.integer)
      case .bool: try x.integers().map { .boolean($0 != 0) }
      }
    return level(values[...], x.shape.array[...])
  }

  private static func level(_ values: ArraySlice<LuaValue>, _ shape: ArraySlice<Int>) -> LuaValue {
    guard let extent = shape.first else { return values[values.startIndex] }
    if shape.count == 1 { return .array(Array(values)) }
    let step = extent == 0 ? 0 : values.count / extent
    return .array(
      (0..<extent).map { index in
        let start = values.startIndex + index * step
        return level(values[start..<(start + step)], shape.dropFirst())
      })
  }
}

extension ParameterType where Value == DType {
  /// A dtype's name, or a tensor that has it.
  fileprivate static let dtypeOrTensor = ParameterType("dtype or Tensor") { frame, index in
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) { return tensor.dtype }
    return try ParameterType<DType>.dtype.decode(frame, index)
  }
}
