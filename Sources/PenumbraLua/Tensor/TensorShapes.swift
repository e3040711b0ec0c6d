/// Other shapes and orders of the same elements, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorShapes {
  static let entries: [Entry] = [
    Entry(
      "size", "The shape as a table, or one extent", receiver,
      Parameter<Int?>.optional("dim", .dimension), returns: "table of integers, or integer",
      example: "local x = pn.zeros(2, 3)\nassert(x:size(2) == 3 and #x:size() == 2)"
    ) { call, x, dim in
      guard let dim else { return LuaValue.array(x.shape.array.map(\.luaValue)) }
      return .integer(Int64(x.shape[try x.dimension(dim, "size")]))
    },
    Entry(
      "stride", "The distance in elements between neighbours along each dimension, or along one",
      receiver, Parameter<Int?>.optional("dim", .dimension),
      returns: "table of integers, or integer",
      example: "assert(pn.zeros(2, 3):stride(1) == 3)"
    ) { call, x, dim in
      guard let dim else { return LuaValue.array(x.strides.array.map(\.luaValue)) }
      return .integer(Int64(x.strides[try x.dimension(dim, "stride")]))
    },
    Entry(
      "dim", "The number of dimensions", receiver, returns: "integer",
      example: "assert(pn.zeros(2, 3):dim() == 2)"
    ) { _, x in x.rank },
    Entry(
      "numel", "The number of elements", receiver, returns: "integer",
      example: "assert(pn.zeros(2, 3):numel() == 6)"
    ) { _, x in x.elementCount },
    Entry(
      "reshape", "The same elements in row-major order as another shape; one size may be -1",
      receiver, ShapeArguments.parameter, returns: "Tensor",
      example: "print(pn.arange(6):reshape(2, -1))"
    ) { _, x, shape in try x.reshape(shape) },
    Entry(
      "view",
      "The same memory as another shape; never a copy, but an error where memory does not allow it",
      receiver, ShapeArguments.parameter, returns: "Tensor",
      example: "print(pn.arange(6):view(3, 2))"
    ) { _, x, shape in try x.viewed(as: shape) },
    Entry(
      "reshape_as", "As `reshape` to another tensor's shape", receiver, other, returns: "Tensor",
      example: "print(pn.arange(6):reshape_as(pn.zeros(2, 3)))"
    ) { _, x, other in try x.reshape(other.shape) },
    Entry(
      "view_as", "As `view` to another tensor's shape", receiver, other, returns: "Tensor",
      example: "print(pn.arange(6):view_as(pn.zeros(2, 3)))"
    ) { _, x, other in try x.viewed(as: other.shape) },
    Entry(
      "flatten", "Dimensions first to last merged into one", receiver,
      Parameter<Int>("first", .dimension, default: 0, shown: "1"),
      Parameter<Int>("last", .dimension, default: -1), returns: "Tensor",
      example: "print(pn.zeros(2, 3, 4):flatten(2))"
    ) { _, x, first, last in try x.flatten(first, last) },
    Entry(
      "ravel", "All elements in one dimension: a view where memory allows it", receiver,
      returns: "Tensor", example: "print(pn.zeros(2, 3):ravel():size())"
    ) { _, x in try x.flatten() },
    Entry(
      "unflatten", "One dimension split into several; one of the sizes may be -1", receiver,
      Parameter<Int>("dim", .dimension), Parameter<[Int]>("sizes", .list(of: .integer)),
      returns: "Tensor", example: "print(pn.arange(12):unflatten(1, {3, -1}))"
    ) { _, x, dim, sizes in try x.unflatten(dim, Shape(sizes, operation: "unflatten")) },
    Entry(
      "squeeze", "Without the given dimensions of extent 1, or without all such", receiver,
      Parameter<[Int]?>.optional("dim", .dimensions), returns: "Tensor",
      example: "print(pn.zeros(1, 3, 1):squeeze():size(), pn.zeros(1, 3, 1):squeeze({1}):size())"
    ) { _, x, dims in try dims.map { try x.squeeze($0) } ?? x.squeeze() },
    Entry(
      "unsqueeze", "With a new dimension of extent 1 at that place, or at each of those places",
      receiver, Parameter<[Int]>("dim", .dimensions), returns: "Tensor",
      example: "print(pn.zeros(3):unsqueeze(1):size(), pn.zeros(3):unsqueeze({1, -1}):size())"
    ) { _, x, dims in try x.unsqueeze(dims) },
    Entry(
      "permute", "The dimensions in another order", receiver, DimensionArguments.parameter,
      returns: "Tensor", example: "print(pn.zeros(2, 3, 4):permute(3, 1, 2):size())"
    ) { _, x, order in try x.permute(order) },
    exchange("transpose", "Two dimensions exchanged"),
    exchange("swapaxes", "As `transpose`"), exchange("swapdims", "As `transpose`"),
    move("movedim", "The dimensions at `source` moved to the places `destination`"),
    move("moveaxis", "As `movedim`"),
    Entry(
      "t", "The transpose of a matrix", receiver, returns: "Tensor",
      example: "print(pn.zeros(2, 3):t())"
    ) { _, x in
      guard x.rank == 2 else {
        throw TensorError(.shape, "t", expected: "a matrix", got: "shape \(x.shape)")
      }
      return try x.transpose(0, 1)
    },
    Entry(
      "expand", "Repeated without copying; extents of 1 stretch, and -1 keeps an extent", receiver,
      ShapeArguments.parameter, returns: "Tensor",
      example: "print(pn.tensor{{1}, {2}}:expand(2, 3))"
    ) { _, x, shape in
      var target = shape
      let shift = target.rank - x.rank
      for index in 0..<target.rank where target[index] == -1 && index >= shift {
        target[index] = x.shape[index - shift]
      }
      return try x.expand(to: target)
    },
    Entry(
      "expand_as", "Repeated without copying to another tensor's shape", receiver, other,
      returns: "Tensor", example: "print(pn.tensor{{1}, {2}}:expand_as(pn.zeros(2, 3)))"
    ) { _, x, other in try x.expand(to: other.shape) },
    Entry(
      "broadcast_to", "Repeated without copying to a shape", receiver, ShapeArguments.parameter,
      returns: "Tensor", example: "print(pn.tensor{1, 2}:broadcast_to(3, 2))"
    ) { _, x, shape in try x.expand(to: shape) },
    atLeast(1), atLeast(2), atLeast(3),
    Entry(
      "contiguous", "The elements in row-major memory: x itself, or a copy", receiver,
      returns: "Tensor", example: "print(pn.zeros(2, 3):t():contiguous():is_contiguous())"
    ) { _, x in try x.contiguous() },
    Entry(
      "is_contiguous", "Whether the elements lie in row-major order", receiver, returns: "boolean",
      example: "assert(pn.zeros(2, 3):is_contiguous())"
    ) { _, x in x.isContiguous },
  ]

  private static let other = Parameter<Tensor>("other", .tensor)

  private static func exchange(_ name: String, _ summary: String) -> Entry {
    Entry(
      name, summary, receiver, Parameter<Int>("dim0", .dimension),
      Parameter<Int>("dim1", .dimension), returns: "Tensor",
      example: "print(pn.zeros(2, 3):\(name)(1, 2))"
    ) { _, x, first, second in try x.transpose(first, second) }
  }

  private static func move(_ name: String, _ summary: String) -> Entry {
    Entry(
      name, summary, receiver, Parameter<[Int]>("source", .dimensions),
      Parameter<[Int]>("destination", .dimensions), returns: "Tensor",
      example: "print(pn.zeros(2, 3, 4):\(name)(1, -1):size())"
    ) { _, x, sources, targets in try x.moveDimensions(sources, to: targets) }
  }

  private static func atLeast(_ count: Int) -> Entry {
    Entry(
      "atleast_\(count)d", "With dimensions of extent 1 added until there are \(count)", receiver,
      returns: "Tensor", example: "print(pn.tensor(5):atleast_\(count)d():size())"
    ) { _, x in try x.atLeast(count) }
  }
}

/// `2, 3` or `{2, 3}`: sizes given one by one or in a table, from the second argument on.
enum ShapeArguments {
  static let parameter = Parameter<Shape>(
    doc: ParameterDoc(name: "...", type: "sizes, or a table of them", standard: nil, summary: ""),
    type: ParameterType("integer sizes, or a table of them") { frame, index in
      try integers(frame, from: index).map { try Shape($0, operation: "shape") }
    })

  /// The integers from stack index `first` on, or of the table there.
  static func integers(_ frame: LuaFrame, from first: Int) throws -> [Int]? {
    if frame.type(at: first) == .table {
      return frame.integers(inTableAt: first)?.map { Int($0) }
    }
    guard frame.argumentCount >= first else { return [] }
    var sizes: [Int] = []
    for index in first...frame.argumentCount {
      guard let size = frame.integer(at: index) else {
        throw BadValue(expected: "integer sizes, got \(frame.describe(at: index))")
      }
      sizes.append(Int(size))
    }
    return sizes
  }
}

/// `3, 1, 2` or `{3, 1, 2}`: dimensions counted from 1.
enum DimensionArguments {
  static let parameter = Parameter<[Int]>(
    doc: ParameterDoc(
      name: "...", type: "dimensions, or a table of them", standard: nil, summary: ""),
    type: ParameterType("dimensions, or a table of them") { frame, index in
      try ShapeArguments.integers(frame, from: index)?.map { try OneBased.position($0) }
    })
}
