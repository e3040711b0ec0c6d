/// The userdata class of tensors: methods from the libraries, operators, fields, indexing.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorClass {
  static let definition: LuaClass<Tensor> = LuaClass<Tensor>(
    "Tensor",
    methods: library.methods,
    metamethods: operators + [
      ("__len", length), ("__tostring", { frame in frame.returns("\(try frame.tensor(1))") }),
    ],
    index: TensorIndexing.read,
    newIndex: TensorIndexing.write,
    options: LuaClassOptions(releaseMethod: "release"))

  static let library = Library(
    "Tensor", "An n-dimensional array with automatic differentiation.", isClass: true,
    TensorElementwise.entries + TensorReductions.entries + TensorShapes.entries
      + TensorProducts.entries + TensorSelection.entries + TensorGraph.entries
      + TensorAccess.entries + TensorMath.entries + TensorArrangement.entries
      + TensorScatter.entries
      + TensorOrdering.entries + TensorLinearAlgebra.entries + TensorConvolution.entries
      + TensorNormalization.entries + TensorRandom.entries)

  private static let length: LuaFunction = { frame in
    let tensor = try frame.tensor(1)
    guard tensor.rank > 0 else {
      throw TensorError(.shape, "#", expected: "a tensor with a dimension", got: "a scalar")
    }
    frame.returns(tensor.shape[0])
  }
}

extension LuaFrame {
  /// The tensor at an index.
  @inline(__always)
  func tensor(_ index: Int) throws -> Tensor {
    try requireObject(at: index, of: TensorClass.definition)
  }
}

/// A tensor or a plain number or boolean.
enum Operand {
  case tensor(Tensor)
  /// A Lua float.
  case number(Double)
  /// A Lua integer.
  case integer(Int64)
  case boolean(Bool)

  /// As a tensor that takes part in promotion beside `other`, as PyTorch's numbers do: a float makes
  /// floats of integers, whatever its value.
  func operand(beside other: Tensor) throws -> Tensor {
    switch self {
    case .tensor(let tensor): tensor
    case .number(let value): try other.operand(value, allowsInteger: false)
    case .integer(let value): try other.operand(value)
    case .boolean(let value):
      try Tensor.scalar(value ? 1 : 0, dtype: other.dtype.isFloating ? other.dtype : .bool)
    }
  }

  /// As a tensor beside `other`, whose type a number takes if it can hold it.
  func tensor(beside other: Tensor) throws -> Tensor {
    if case .number(let value) = self { return try other.operand(value) }
    return try operand(beside: other)
  }

  var isTensor: Bool { if case .tensor = self { true } else { false } }

  /// The plain number; NaN of a tensor.
  var number: Double {
    switch self {
    case .tensor: .nan
    case .number(let value): value
    case .integer(let value): Double(value)
    case .boolean(let value): value ? 1 : 0
    }
  }

  /// The number or boolean at a stack index.
  @inline(__always)
  init?(plain frame: LuaFrame, _ index: Int) {
    if let value = frame.number(at: index) {
      if frame.isInteger(at: index), let whole = frame.integer(at: index) {
        self = .integer(whole)
      } else {
        self = .number(value)
      }
    } else if let truth = frame.boolean(at: index) {
      self = .boolean(truth)
    } else {
      return nil
    }
  }
}

extension ParameterType where Value == Tensor {
  static let tensor = ParameterType.object("Tensor", TensorClass.definition)
}

extension ParameterType where Value == Operand {
  static let operand = ParameterType("Tensor, number or boolean") { frame, index in
    if let plain = Operand(plain: frame, index) { return plain }
    return try ParameterType<Tensor>.tensor.decode(frame, index).map(Operand.tensor)
  }
}

/// The receiver of a method.
let receiver = Parameter<Tensor>("self", .tensor)
