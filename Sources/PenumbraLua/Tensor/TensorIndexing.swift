/// Fields of a tensor, and `x[...]` for reading and writing.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorIndexing {
  /// A field that is read, and maybe written, without parentheses.
  struct Field: Sendable {
    let name: String
    let summary: String
    let read: @Sendable (LuaFrame, Tensor) throws -> Void
  }

  /// Fields in the order of the reference.
  static let fields: [Field] = [
    Field(name: "shape", summary: "the extents, as a table") { frame, x in
      try frame.returns(integers: x.shape.array.map(Int64.init))
    },
    Field(name: "dtype", summary: "the element type's name") { frame, x in
      frame.returns(x.dtype.name)
    },
    Field(name: "grad", summary: "the gradient accumulated by backward, or nil") { frame, x in
      try x.gradient.give(to: frame)
    },
    Field(name: "requires_grad", summary: "whether derivatives are wanted") { frame, x in
      frame.returns(x.requiresGradient)
    },
    Field(name: "is_leaf", summary: "whether no recorded operation made it") { frame, x in
      frame.returns(x.isLeaf)
    },
    Field(name: "T", summary: "the dimensions in reverse order") { frame, x in
      try x.permute(Array((0..<x.rank).reversed())).give(to: frame)
    },
  ]

  static let read: LuaFunction = { frame in
    let x = try frame.tensor(1)
    guard frame.type(at: 2) != .string else {
      let name = frame.string(at: 2)
      guard let field = fields.first(where: { $0.name == name }) else {
        throw frame.unknownField(at: 2)
      }
      return try field.read(frame, x)
    }
    try part(x, Key(frame, 2)).give(to: frame)
  }

  static let write: LuaFunction = { frame in
    let x = try frame.tensor(1)
    if let name = frame.string(at: 2) {
      guard name == "grad" else {
        throw TensorError(.value, "Tensor", "field '\(name)' cannot be set")
      }
      return try setGradient(x, frame)
    }
    guard let value = try ParameterType<Operand>.operand.decode(frame, 3) else {
      throw TensorError(
        .value, "x[...] =", expected: "Tensor or number", got: frame.describe(at: 3))
    }
    try assign(try value.tensor(beside: x), to: x, Key(frame, 2))
  }

  /// Writes `value`, which broadcasts to the part that the key names.
  private static func assign(_ value: Tensor, to x: Tensor, _ key: Key) throws {
    switch key {
    case .mask(let mask):
      guard mask.shape == x.shape else {
        throw TensorError(
          .shape, "x[mask] =", argument: "mask", expected: "\(x.shape)", got: "\(mask.shape)")
      }
      try x.replace("x[mask] =") { try Tensor.select(mask, value, $0).to(x.dtype) }
    case .items(let items):
      guard
        let place = items.firstIndex(where: { if case .positions = $0 { true } else { false } }),
        case .positions(let index) = items[place]
      else {
        try x.assign(value) { try part($0, key) }
        return
      }
      // One position after the other, so that a later one overwrites an earlier one.
      let axis = items[..<place].count { if case .position = $0 { false } else { true } }
      let whole = try value.expand(to: try part(x, key).shape)
      for (number, position) in try index.integers().enumerated() {
        var single = items
        single[place] = .position(Int(position))
        try assign(try whole.select(axis, number), to: x, .items(single))
      }
    }
  }

  private static func setGradient(_ x: Tensor, _ frame: LuaFrame) throws {
    try x.setGradient(frame.type(at: 3) == .nil ? nil : frame.tensor(3))
  }

  /// One index of `x[...]`.
  enum Item {
    case position(Int)
    /// First and last, counted from 0 or from the end, and a step.
    case range(first: Int, last: Int, step: Int)
    case all
    case positions(Tensor)
  }

  /// What stands in the brackets.
  enum Key {
    case items([Item])
    case mask(Tensor)

    init(_ frame: LuaFrame, _ index: Int) throws {
      do {
        if frame.type(at: index) == .table {
          var items: [Item] = []
          try frame.forEachElement(ofTableAt: index) { _, slot in
            items.append(try Key.item(frame, slot))
          }
          self = .items(items)
        } else if let tensor = frame.object(at: index, of: TensorClass.definition),
          tensor.dtype == .bool
        {
          self = .mask(tensor)
        } else {
          self = .items([try Key.item(frame, index)])
        }
      } catch let bad as BadValue {
        throw TensorError(.index, "x[...]", "expected \(bad.expected)")
      }
    }

    private static func item(_ frame: LuaFrame, _ slot: Int) throws -> Item {
      if let position = frame.integer(at: slot) {
        return .position(try OneBased.position(Int(position)))
      }
      if let tensor = frame.object(at: slot, of: TensorClass.definition) {
        return .positions(try OneBased.positions(tensor))
      }
      guard frame.type(at: slot) == .table, let bounds = frame.integers(inTableAt: slot),
        [0, 2, 3].contains(bounds.count)
      else {
        throw BadValue(
          expected: "an integer, {} for all, {first, last}, {first, last, step}, a mask or an "
            + "int64 tensor, got \(frame.describe(at: slot))")
      }
      if bounds.isEmpty { return .all }
      return .range(
        first: try OneBased.position(Int(bounds[0])), last: try OneBased.position(Int(bounds[1])),
        step: bounds.count == 3 ? Int(bounds[2]) : 1)
    }
  }

  /// The part that a key names; a view unless it names positions by a tensor.
  private static func part(_ x: Tensor, _ key: Key) throws -> Tensor {
    switch key {
    case .mask(let mask): return try x.maskedSelect(mask)
    case .items(let items):
      guard items.count <= x.rank else {
        throw TensorError(
          .index, "x[...]", expected: "at most \(x.rank) indices for shape \(x.shape)",
          got: "\(items.count)")
      }
      var (result, axis) = (x, 0)
      for item in items {
        switch item {
        case .position(let position): result = try result.select(axis, position)
        case .all: axis += 1
        case .positions(let index):
          result = try result.indexSelect(axis, index)
          axis += 1
        case .range(let first, let last, let step):
          result = try range(result, axis, first, last, step)
          axis += 1
        }
      }
      return result
    }
  }

  /// Positions first ... last, both included.
  private static func range(_ x: Tensor, _ axis: Int, _ first: Int, _ last: Int, _ step: Int) throws
    -> Tensor
  {
    let extent = x.shape[axis]
    let (low, high) = (first < 0 ? first + extent : first, last < 0 ? last + extent : last)
    guard step != 0 else { throw TensorError(.index, "x[...]", "a range's step cannot be 0") }
    guard low >= 0, low < extent, high >= 0, high < extent else {
      throw TensorError(
        .index, "x[...]", expected: "a range within 1 to \(extent) in dimension \(axis + 1)",
        got: "{\(low + 1), \(high + 1)}")
    }
    let count = (high - low) / step
    guard (high - low).signum() * step.signum() >= 0 else {
      return try x.narrow(axis, start: 0, count: 0)
    }
    return try x.narrow(axis, start: low, count: count + 1, step: step)
  }
}
