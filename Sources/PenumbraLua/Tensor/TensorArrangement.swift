/// Splitting, padding, repeating, reversing and rolling, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorArrangement {
  static let entries: [Entry] = [
    Entry(
      "split",
      "Parts of `size` positions (the last may be smaller), or of the sizes in a table; "
        + "views", receiver, Parameter<Parts>("size", .parts("integer or table of sizes")), dim,
      returns: "table of Tensors",
      example: "local a, b = table.unpack(pn.arange(5):split(3))\nassert(#a == 3 and #b == 2)"
    ) { _, x, parts, dim in
      switch parts {
      case .number(let size): try x.split(size, dim)
      case .list(let sizes): try x.split(sizes, dim)
      }
    },
    Entry(
      "chunk", "At most `chunks` parts of equal size, but for the last; views", receiver,
      Parameter<Int>("chunks", .count), dim, returns: "table of Tensors",
      example: "for _, part in ipairs(pn.arange(6):chunk(3)) do print(part) end"
    ) { _, x, count, dim in try x.chunk(count, dim) },
    Entry(
      "tensor_split",
      "Parts whose sizes differ by at most one, or those that begin at the first "
        + "position and at each index of a table; views", receiver,
      Parameter<Parts>("sections", .parts("integer or table of indices")), dim,
      returns: "table of Tensors",
      example: "assert(#pn.arange(7):tensor_split(3)[1] == 3)\n"
        + "assert(#pn.arange(7):tensor_split({2, 4})[2] == 2)"
    ) { call, x, parts, dim in
      switch parts {
      case .number(let sections): return try x.tensorSplit(sections, dim)
      case .list(let indices):
        let positions = try indices.map { index in
          try call.checked("sections") { try OneBased.position(index) }
        }
        return try x.tensorSplit(positions, dim)
      }
    },
    Entry(
      "unbind", "Each position of a dimension, which goes away; views", receiver, dim,
      returns: "table of Tensors",
      example: "local a, b = table.unpack(pn.eye(2):unbind())\nprint(a, b)"
    ) { _, x, dim in try x.unbind(dim) },
    Entry(
      "unfold",
      "Windows of `size` neighbours along a dimension, `step` apart, in a new last "
        + "dimension; a view in which they overlap", receiver, Parameter<Int>("dim", .dimension),
      Parameter<Int>("size", .integer), Parameter<Int>("step", .integer), returns: "Tensor",
      example: "print(pn.arange(5):unfold(1, 3, 1))"
    ) { _, x, dim, size, step in try x.unfold(dim, size: size, step: step) },
    Entry(
      "tile",
      "Laid out so many times along each dimension (PyTorch's `repeat`, a word of Lua's); "
        + "fewer counts than dimensions are for the last ones", receiver, ShapeArguments.parameter,
      returns: "Tensor", example: "print(pn.tensor{1, 2}:tile(2, 2))"
    ) { _, x, counts in try x.repeated(counts.padded(to: x.rank)) },
    Entry(
      "repeat_interleave",
      "Each slice of a dimension (each element without dim) so many times in a row", receiver,
      Parameter<Parts>("repeats", .repeats), Parameter<Int?>.optional("dim", .dimension),
      returns: "Tensor",
      example: "print(pn.tensor{1, 2}:repeat_interleave(2))\n"
        + "print(pn.eye(2):repeat_interleave({1, 3}, 1))"
    ) { _, x, repeats, dim in
      switch repeats {
      case .number(let count): try x.repeatInterleave(count, dim)
      case .list(let counts):
        try x.repeatInterleave(Tensor(counts.map(Int64.init), [counts.count]), dim)
      }
    },
    Entry(
      "combinations",
      "Every choice of `r` elements of a vector, as rows in the order of their positions", receiver,
      Parameter<Int>("r", .integer, default: 2),
      Parameter<Bool>(
        "with_replacement", .boolean, default: false,
        "whether an element may be chosen several times"), returns: "Tensor",
      example: "print(pn.tensor{1, 2, 3}:combinations())\n"
        + "assert(#pn.tensor{1, 2, 3}:combinations(2, true) == 6)"
    ) { _, x, count, again in try x.combinations(count, withReplacement: again) },
    Entry(
      "flip", "A copy with the order along the given dimensions reversed", receiver,
      DimensionArguments.parameter, returns: "Tensor", example: "print(pn.eye(2):flip(1))"
    ) { _, x, dims in try x.flip(dims) },
    Entry(
      "fliplr", "A copy with dimension 2 reversed: left and right exchanged", receiver,
      returns: "Tensor", example: "print(pn.eye(2):fliplr())"
    ) { _, x in try x.flip([1]) },
    Entry(
      "flipud", "A copy with dimension 1 reversed: up and down exchanged", receiver,
      returns: "Tensor", example: "print(pn.eye(2):flipud())"
    ) { _, x in try x.flip([0]) },
    Entry(
      "roll",
      "A copy with the elements moved forward, those beyond the end back to the start; "
        + "without dims, of all elements in order", receiver,
      Parameter<[Int]>("shifts", .integers),
      Parameter<[Int]>("dims", .dimensions, default: [], shown: "nil"), returns: "Tensor",
      example: "print(pn.arange(4):roll(1), pn.eye(3):roll({1, -1}, {1, 2}))"
    ) { _, x, shifts, dims in try x.roll(shifts, dims) },
    Entry(
      "rot90", "A copy turned `k` times by 90° from the first towards the second dimension",
      receiver,
      Parameter<Int>("k", .integer, default: 1),
      Parameter<[Int]>("dims", .dimensions, default: [0, 1], shown: "{1, 2}"), returns: "Tensor",
      example: "print(pn.tensor{{1, 2}, {3, 4}}:rot90())"
    ) { _, x, count, dims in try x.rot90(count, dims) },
    Entry(
      "pad",
      "A copy with borders, {before, after} of the last dimension, then of the last but one, "
        + "...; negative numbers cut off", receiver, Parameter<[Int]>("pad", .list(of: .integer)),
      Parameter<Options>.options("pad", [mode.doc, value.doc]), returns: "Tensor",
      example: "print(pn.ones(2, 2):pad({1, 1}))\n"
        + "print(pn.arange(4):pad({2, 1}, {mode = \"reflect\"}))"
    ) { _, x, pads, options in
      try x.pad(
        pads, mode: PaddingMode(rawValue: options[mode]) ?? .constant, value: options[value])
    },
  ]

  private static let dim = Parameter<Int>("dim", .dimension, default: 0, shown: "1")
  private static let mode = Parameter<String>(
    "mode", .choice(PaddingMode.allCases.map(\.rawValue)), default: "constant",
    shown: "\"constant\"")
  private static let value = Parameter<Double>(
    "value", .number, default: 0, "what a constant border holds")
}

/// One number for all, or a list of them.
enum Parts {
  case number(Int)
  case list([Int])
}

extension ParameterType where Value == Parts {
  static func parts(_ name: String) -> ParameterType {
    ParameterType(name) { frame, index in
      if let number = frame.integer(at: index) { return .number(Int(number)) }
      return try ParameterType<[Int]>.list(of: .integer).decode(frame, index).map(Parts.list)
    }
  }

  /// Counts, also as a tensor.
  static let repeats = ParameterType("integer, int64 Tensor or table of integers") { frame, index in
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) {
      guard !tensor.dtype.isFloating, tensor.rank <= 1 else {
        throw BadValue(
          expected:
            "an int64 tensor of counts in one dimension, got \(tensor.dtype) \(tensor.shape)")
      }
      return .list(try tensor.integers().map(Int.init))
    }
    return try ParameterType.parts("").decode(frame, index)
  }
}

extension Call {
  /// Names an argument in the errors of `body`.
  fileprivate func checked<Result>(_ argument: String, _ body: () throws -> Result) throws -> Result
  {
    do {
      return try body()
    } catch let bad as BadValue {
      throw TensorError(.value, name, argument: argument, "expected \(bad.expected)")
    }
  }
}

extension Dimensions {
  /// With ones in front until there are `count`.
  fileprivate func padded(to count: Int) -> Dimensions {
    var result = self
    while result.rank < count { result.insert(1, at: 0) }
    return result
  }
}
