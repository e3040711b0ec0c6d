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

/// A tensor or a plain number.
enum Operand {
  case tensor(Tensor)
  case number(Double)

  /// As a tensor beside `other`, whose type a number takes.
  func tensor(beside other: Tensor) throws -> Tensor {
    switch self {
    case .tensor(let tensor): tensor
    case .number(let value): try other.operand(value)
    }
  }
}

extension ParameterType where Value == Tensor {
  static let tensor = ParameterType.object("Tensor", TensorClass.definition)
}

extension ParameterType where Value == Operand {
  static let operand = ParameterType("Tensor or number") { frame, index in
    if let number = frame.number(at: index) { return .number(number) }
    return try ParameterType<Tensor>.tensor.decode(frame, index).map(Operand.tensor)
  }
}

/// The receiver of a method.
let receiver = Parameter<Tensor>("self", .tensor)
