/// Elementwise arithmetic of two tensors, with broadcasting and PyTorch's type promotion.

internal import CKernels

/// One arithmetic operation of two operands: a name, a kernel and a derivative for each operand.
final class BinaryFunction: Sendable {
  typealias Derivative = @Sendable (_ g: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor

  /// What computes the values: a vector loop of CKernels, or a function of two numbers.
  enum Kernel: Sendable {
    case vector(BinaryOp)
    case scalar(@Sendable (Double, Double) -> Double)
  }

  /// Operands whose values a derivative needs.
  struct Operands: OptionSet {
    let rawValue: UInt8
    static let a = Operands(rawValue: 1)
    static let b = Operands(rawValue: 2)
    static let both: Operands = [.a, .b]
  }

  let name: StaticString
  let kernel: Kernel
  /// What each derivative needs; another operand's place may hold anything.
  let needs: (first: Operands, second: Operands)
  let first: Derivative
  let second: Derivative

  init(
    name: StaticString, op: BinaryOp, needs: (first: Operands, second: Operands),
    first: @escaping Derivative, second: @escaping Derivative
  ) {
    self.name = name
    kernel = .vector(op)
    self.needs = needs
    self.first = first
    self.second = second
  }

  /// A function without a vector loop, computed in double precision for both float types; integers
  /// become float32.
  init(
    name: StaticString, scalar: @escaping @Sendable (Double, Double) -> Double,
    first: @escaping Derivative, second: @escaping Derivative
  ) {
    self.name = name
    kernel = .scalar(scalar)
    needs = (.both, .both)
    self.first = first
    self.second = second
  }

  static let add = BinaryFunction(
    name: "add", op: PN_ADD, needs: ([], []),
    first: { g, _, _ in g }, second: { g, _, _ in g })
  static let sub = BinaryFunction(
    name: "sub", op: PN_SUB, needs: ([], []),
    first: { g, _, _ in g }, second: { g, _, _ in try g.mul(-1) })
  static let mul = BinaryFunction(
    name: "mul", op: PN_MUL, needs: (.b, .a),
    first: { g, _, b in try g.mul(b) }, second: { g, a, _ in try g.mul(a) })
  static let div = BinaryFunction(
    name: "div", op: PN_DIV, needs: (.b, .both),
    first: { g, _, b in try g.div(b) },
    second: { g, a, b in try g.mul(a).div(b.square()).mul(-1) })
  static let pow = BinaryFunction(
    name: "pow", op: PN_POW, needs: (.both, .both),
    first: { g, a, b in
      // b a^(b − 1), and 0 where b is 0, also at a = 0
      let slope = try b.mul(a.pow(b.sub(1)))
      return try g.mul(slope.maskedFill(b.eq(0), 0))
    },
    second: { g, a, b in
      // a^b log a, and 0 at a = 0 where b ≥ 0
      let slope = try a.pow(b).mul(a.log())
      return try g.mul(slope.maskedFill(a.eq(0).logicalAnd(b.ge(0)), 0))
    })
  static let maximum = BinaryFunction(
    name: "maximum", op: PN_MAXIMUM, needs: (.both, .both),
    first: { g, a, b in try g.mul(Tensor.winnerWeight(a, b)) },
    second: { g, a, b in try g.mul(Tensor.winnerWeight(b, a)) })
  static let minimum = BinaryFunction(
    name: "minimum", op: PN_MINIMUM, needs: (.both, .both),
    first: { g, a, b in try g.mul(Tensor.winnerWeight(b, a)) },
    second: { g, a, b in try g.mul(Tensor.winnerWeight(a, b)) })
  static let remainder = BinaryFunction(
    name: "remainder", op: PN_MOD, needs: ([], .both),
    first: { g, _, _ in g },
    second: { g, a, b in try g.mul(a.floorDivide(b).mul(-1)) })
  static let floorDivide = BinaryFunction(
    name: "floor_divide", op: PN_FLOOR_DIV, needs: ([], []),
    first: { g, _, _ in try g.mul(0) }, second: { g, _, _ in try g.mul(0) })
  static let atan2 = BinaryFunction(
    name: "atan2", op: PN_ATAN2, needs: (.both, .both),
    first: { g, a, b in try g.mul(b.div(a.square().add(b.square()))) },
    second: { g, a, b in try g.mul(a.mul(-1).div(a.square().add(b.square()))) })
}

extension Tensor {
  /// self + other
  public func add(_ other: Tensor) throws -> Tensor { try combine(.add, other) }
  /// self − other
  public func sub(_ other: Tensor) throws -> Tensor { try combine(.sub, other) }
  /// self · other, elementwise
  public func mul(_ other: Tensor) throws -> Tensor { try combine(.mul, other) }
  /// self / other; integers become float32.
  public func div(_ other: Tensor) throws -> Tensor { try combine(.div, other) }
  /// self ^ other
  public func pow(_ other: Tensor) throws -> Tensor { try combine(.pow, other) }
  /// The greater of two; at ties each gets half the gradient.
  public func maximum(_ other: Tensor) throws -> Tensor { try combine(.maximum, other) }
  /// The smaller of two; at ties each gets half the gradient.
  public func minimum(_ other: Tensor) throws -> Tensor { try combine(.minimum, other) }
  /// The remainder with the sign of the divisor, as Lua's `%`.
  public func remainder(_ other: Tensor) throws -> Tensor { try combine(.remainder, other) }
  /// ⌊self / other⌋, as Lua's `//`.
  public func floorDivide(_ other: Tensor) throws -> Tensor { try combine(.floorDivide, other) }
  /// The angle of the point (other, self), in (−π, π].
  public func atan2(_ other: Tensor) throws -> Tensor { try combine(.atan2, other) }

  /// Applies an operation of the table.
  func combine(_ function: BinaryFunction, _ other: Tensor) throws -> Tensor {
    let dtype = function.resultType(DType.promoted(self, other))
    let (a, b) = (try to(dtype), try other.to(dtype))
    let target = try Shape.broadcast(a.shape, b.shape, function.name)
    let result = try Backend.computing(function, a, b, target)
    guard Tensor.isRecording(a, b) else { return result }
    return try result.recorded(function, a, b)
  }

  /// Records this result of a function of the table, with those operands that the wanted derivatives
  /// need.
  private func recorded(_ function: BinaryFunction, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    let (shapeA, shapeB) = (a.shape, b.shape)
    var needed = a.graphNode == nil ? [] : function.needs.first
    if b.graphNode != nil { needed.formUnion(function.needs.second) }
    let derivatives = (function.first, function.second)
    if needed.isEmpty {
      return try recorded(function.name, a, b) { g, into in
        try into.broadcast(0, to: shapeA) { try derivatives.0(g, g, g) }
        try into.broadcast(1, to: shapeB) { try derivatives.1(g, g, g) }
      }
    }
    guard needed == .both else {
      // One value stands for either operand: the derivative that is wanted reads only the needed one.
      let value = Saved(needed == .a ? a : b)
      return try recorded(function.name, a, b) { g, into in
        try into.broadcast(0, to: shapeA) {
          let value = try value.value(into)
          return try derivatives.0(g, value, value)
        }
        try into.broadcast(1, to: shapeB) {
          let value = try value.value(into)
          return try derivatives.1(g, value, value)
        }
      }
    }
    let (x, y) = (Saved(a), Saved(b))
    return try recorded(function.name, a, b) { g, into in
      try into.broadcast(0, to: shapeA) { try derivatives.0(g, x.value(into), y.value(into)) }
      try into.broadcast(1, to: shapeB) { try derivatives.1(g, x.value(into), y.value(into)) }
    }
  }

  /// 1 where a > b, ½ where they are equal, 0 elsewhere.
  fileprivate static func winnerWeight(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try GradientMode.with(false) {
      try a.gt(b).to(a.dtype).add(a.ge(b).to(a.dtype)).mul(0.5)
    }
  }
}

extension BinaryFunction {
  /// Division leaves the integers; arithmetic on booleans counts, their extrema stay booleans.
  @inline(__always)
  fileprivate func resultType(_ promoted: DType) -> DType {
    if promoted.isFloating { return promoted }
    guard case .vector(let op) = kernel, op != PN_DIV, op != PN_ATAN2 else { return .float32 }
    guard promoted == .bool, op != PN_MAXIMUM, op != PN_MINIMUM else { return promoted }
    return .int64
  }
}

extension Backend {
  /// The result of `function` on operands of one dtype. Bytes are computed in int64 and wrap.
  fileprivate static func computing(
    _ function: BinaryFunction, _ a: Tensor, _ b: Tensor, _ target: Shape
  ) throws -> Tensor {
    guard a.dtype != .uint8, a.dtype != .bool else {
      return try computing(function, a.to(.int64), b.to(.int64), target).to(a.dtype)
    }
    let result = try Tensor(uninitialized: target, a.dtype, function.name)
    switch function.kernel {
    case .vector(let op): try Backend.binary(op, a, b, into: result, function.name)
    case .scalar(let body): Backend.map(a, b, into: result, body)
    }
    return result
  }
}
