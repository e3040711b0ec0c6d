/// Lua's operators on tensors: elementwise, with numbers on either side.

internal import LuaEmbedding
internal import PenumbraTensor

extension TensorClass {
  static let operators: [(String, LuaFunction)] = [
    arithmetic("__add", "+", { try $0.add($1) }, { try $0.add($1) }, { try $1.add($0) }),
    arithmetic(
      "__sub", "-", { try $0.sub($1) }, { try $0.sub($1) }, { try $1.subtracted(from: $0) }),
    arithmetic("__mul", "*", { try $0.mul($1) }, { try $0.mul($1) }, { try $1.mul($0) }),
    arithmetic(
      "__div", "/", { try $0.div($1) }, { try $0.div($1) }, { try $1.operand($0).div($1) }),
    arithmetic(
      "__pow", "^", { try $0.pow($1) }, { try $0.pow($1) }, { try $1.operand($0).pow($1) }),
    arithmetic(
      "__mod", "%", { try $0.remainder($1) }, { try $0.remainder($0.operand($1)) },
      { try $1.operand($0).remainder($1) }),
    arithmetic(
      "__idiv", "//", { try $0.floorDivide($1) }, { try $0.floorDivide($0.operand($1)) },
      { try $1.operand($0).floorDivide($1) }),
    ("__unm", { frame in try frame.tensor(1).negative().give(to: frame) }),
    logical("__band", "&") { try $0.logicalAnd($1) },
    logical("__bor", "|") { try $0.logicalOr($1) },
    logical("__bxor", "~") { try $0.logicalXor($1) },
    (
      "__bnot",
      { frame in try checkedMask(frame.tensor(1), "~").logicalNot().give(to: frame) }
    ),
    order("__lt", "<") { $0 < $1 },
    order("__le", "<=") { $0 <= $1 },
  ]

  /// One arithmetic operator; the second closure has a number on the right, the third on the left.
  private static func arithmetic(
    _ event: String, _ symbol: String,
    _ tensors: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
    _ right: @escaping @Sendable (Tensor, Double) throws -> Tensor,
    _ left: @escaping @Sendable (Double, Tensor) throws -> Tensor
  ) -> (String, LuaFunction) {
    (
      event,
      { frame in
        let (a, b) = (
          frame.object(at: 1, of: definition), frame.object(at: 2, of: definition)
        )
        if let a, let b {
          frame.returns(try tensors(a, b), as: definition)
        } else if let a, let number = frame.number(at: 2) {
          frame.returns(try right(a, number), as: definition)
        } else if let b, let number = frame.number(at: 1) {
          frame.returns(try left(number, b), as: definition)
        } else {
          throw operandError(frame, symbol, a == nil ? 1 : 2)
        }
      }
    )
  }

  private static func logical(
    _ event: String, _ symbol: String,
    _ body: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) -> (String, LuaFunction) {
    (
      event,
      { frame in
        guard let a = frame.object(at: 1, of: definition) else {
          throw operandError(frame, symbol, 1)
        }
        guard let b = frame.object(at: 2, of: definition) else {
          throw operandError(frame, symbol, 2)
        }
        try body(checkedMask(a, symbol), checkedMask(b, symbol)).give(to: frame)
      }
    )
  }

  /// `<` and `<=` are for one-element tensors, since Lua makes a boolean of the result.
  private static func order(
    _ event: String, _ symbol: String, _ compare: @escaping @Sendable (Double, Double) -> Bool
  ) -> (String, LuaFunction) {
    (
      event,
      { frame in
        var values = [0.0, 0.0]
        for index in 1...2 {
          if let number = frame.number(at: index) {
            values[index - 1] = number
          } else {
            guard let tensor = frame.object(at: index, of: definition) else {
              throw operandError(frame, symbol, index)
            }
            guard tensor.elementCount == 1 else {
              throw TensorError(
                .shape, symbol,
                "compares one-element tensors only; use x:\(event == "__lt" ? "lt" : "le")(y), "
                  + "which gives a mask; got shape \(tensor.shape)")
            }
            values[index - 1] = try tensor.item()
          }
        }
        frame.returns(compare(values[0], values[1]))
      }
    )
  }

  private static func checkedMask(_ x: Tensor, _ symbol: String) throws -> Tensor {
    guard x.dtype == .bool else {
      throw TensorError(.dtype, symbol, expected: "bool tensors", got: x.dtype.name)
    }
    return x
  }

  private static func operandError(_ frame: LuaFrame, _ symbol: String, _ index: Int) -> TensorError
  {
    TensorError(
      .value, symbol, argument: "operand \(index)", expected: "Tensor or number",
      got: frame.describe(at: index))
  }
}
