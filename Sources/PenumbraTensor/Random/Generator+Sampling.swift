/// The frame of every distribution: shapes, types and checks, and the loop over elements.

/// A distribution's parameters, checked, with the shape and type of its result.
struct Draw {
  let operation: StaticString
  let shape: Shape
  let dtype: DType
  private let parameters: [CheckedParameter]
  /// In float64 and outside the graph.
  private let elements: [Tensor]

  /// - Parameters:
  ///   - size: the result's shape; that to which the parameters broadcast when nil.
  ///   - dtype: float32 or float64; the tensors' common type when nil, float32 for numbers alone.
  /// - Throws: `TensorError` for a parameter that the distribution does not allow, shapes that do
  ///   not broadcast, or a type that is not floating.
  init(
    _ operation: StaticString, _ parameters: [CheckedParameter], size: Shape?, dtype: DType?
  ) throws {
    let type = dtype ?? Draw.commonType(parameters)
    guard type.isFloating else {
      throw TensorError(
        .dtype, "\(operation)", argument: "dtype", expected: "float32 or float64", got: type.name)
    }
    elements = try parameters.map { try $0.elements(operation) }
    var common = Shape()
    for element in elements { common = try Shape.broadcast(common, element.shape, operation) }
    if let size {
      guard Draw.fits(common, size) else {
        throw TensorError(
          .shape, "\(operation)", argument: "size",
          expected: "a shape that the parameters' \(common) broadcasts to", got: "\(size)")
      }
    }
    self.operation = operation
    self.parameters = parameters
    self.shape = size ?? common
    self.dtype = type
  }

  /// Whether `shape` stretches to `target`.
  private static func fits(_ shape: Shape, _ target: Shape) -> Bool {
    let shift = target.rank - shape.rank
    return shift >= 0
      && (0..<shape.rank).allSatisfy { shape[$0] == 1 || shape[$0] == target[$0 + shift] }
  }

  private static func commonType(_ parameters: [CheckedParameter]) -> DType {
    var type: DType?
    for parameter in parameters {
      guard case .tensor(let tensor) = parameter.value, tensor.dtype.isFloating else { continue }
      type = type == .float64 ? .float64 : tensor.dtype
    }
    return type ?? .float32
  }

  /// A parameter in the result's type, inside the graph.
  func parameter(_ index: Int) throws -> Tensor { try parameters[index].value.tensor(dtype) }

  /// - Throws: `TensorError` (graph) when a derivative is wanted that this distribution has not.
  func requireNoGradient(_ indices: [Int]) throws {
    for index in indices where parameters[index].value.isDifferentiated {
      throw TensorError(
        .graph, "\(operation)", argument: parameters[index].name,
        "samples have no derivative with respect to it; detach() it first")
    }
  }

  /// The elements of a parameter at every place of the result: an address and a step of 0 or 1.
  fileprivate func column(_ index: Int) throws -> Column {
    guard index < elements.count else { return Column(tensor: nil, step: 0) }
    let tensor = elements[index]
    if tensor.elementCount == 1 { return Column(tensor: tensor, step: 0) }
    let whole = try GradientMode.with(false) { try tensor.expand(to: shape).contiguousValues() }
    return Column(tensor: whole, step: 1)
  }

  fileprivate struct Column {
    let tensor: Tensor?
    let step: Int
  }
}

extension Generator {
  /// A new tensor with `body`'s value for each element's own stream and parameters (at most four;
  /// those that the draw does not have are 0), computed in double precision.
  ///
  /// - Complexity: O(n) calls of `body`; the counter advances by n blocks.
  @inline(__always)
  func sample(
    _ draw: Draw, _ body: (inout ElementStream, (Double, Double, Double, Double)) -> Double
  ) throws -> Tensor {
    let result = try Tensor(uninitialized: draw.shape, draw.dtype, draw.operation)
    let columns = try (0..<4).map { try draw.column($0) }
    let start = take(blocks: result.elementCount)
    var zero = 0.0
    try withUnsafeMutablePointer(to: &zero) { none in
      let p = columns.map { $0.tensor?.doublesPointer ?? none }
      let (p0, p1, p2, p3) = (p[0], p[1], p[2], p[3])
      let (s0, s1, s2, s3) = (columns[0].step, columns[1].step, columns[2].step, columns[3].step)
      let isDouble = draw.dtype == .float64
      let (doubles, floats) = (result.doublesPointer, result.floats)
      for index in 0..<result.elementCount {
        if index & 4095 == 0 { try Interruption.check("\(draw.operation)") }
        var stream = ElementStream(start, element: index)
        let value = body(&stream, (p0[index * s0], p1[index * s1], p2[index * s2], p3[index * s3]))
        if isDouble { doubles[index] = value } else { floats[index] = Float(value) }
      }
    }
    withExtendedLifetime(columns) {}
    return result
  }

  /// Standard numbers of a draw's shape and type, one for each element's own stream.
  @inline(__always)
  func standard(_ draw: Draw, _ body: (inout ElementStream) -> Double) throws -> Tensor {
    try sample(draw) { stream, _ in body(&stream) }
  }
}
