/// Lua's operators on tensors: elementwise, with numbers on either side.

internal import LuaEmbedding
internal import PenumbraTensor

extension TensorClass {
  static let operators: [(String, LuaFunction)] = [
    arithmetic(
      "__add", "+", { try $0.add($1) }, right: { try $0.add($1) }, left: { try $1.add($0) }),
    arithmetic(
      "__sub", "-", { try $0.sub($1) }, right: { try $0.sub($1) },
      left: { try $1.subtracted(from: $0) }),
    arithmetic(
      "__mul", "*", { try $0.mul($1) }, right: { try $0.mul($1) }, left: { try $1.mul($0) }),
    arithmetic("__div", "/", { try $0.div($1) }, right: { try $0.div($1) }),
    arithmetic("__pow", "^", { try $0.pow($1) }, right: { try $0.pow($1) }),
    arithmetic("__mod", "%", { try $0.remainder($1) }),
    arithmetic("__idiv", "//", { try $0.floorDivide($1) }),
    ("__unm", { frame in try frame.tensor(1).negative().give(to: frame) }),
    arithmetic("__band", "&", { try $0.bitwiseAnd($1) }),
    arithmetic("__bor", "|", { try $0.bitwiseOr($1) }),
    arithmetic("__bxor", "~", { try $0.bitwiseXor($1) }),
    arithmetic("__shl", "<<", { try $0.bitwiseLeftShift($1) }),
    arithmetic("__shr", ">>", { try $0.bitwiseRightShift($1) }),
    ("__bnot", { frame in try frame.tensor(1).bitwiseNot().give(to: frame) }),
    order("__lt", "<") { $0 < $1 },
    order("__le", "<=") { $0 <= $1 },
  ]

  /// One arithmetic operator. The second and third closure are shorter ways for a float tensor with a
  /// number on its right or left, which does not change its type.
  private static func arithmetic(
    _ event: String, _ symbol: String,
    _ tensors: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
    right: (@Sendable (Tensor, Double) throws -> Tensor)? = nil,
    left: (@Sendable (Double, Tensor) throws -> Tensor)? = nil
  ) -> (String, LuaFunction) {
    (
      event,
      { frame in
        let (a, b) = (
          frame.object(at: 1, of: definition), frame.object(at: 2, of: definition)
        )
        if let a, let b {
          frame.returns(try tensors(a, b), as: definition)
        } else if let a, let plain = Operand(plain: frame, 2) {
          if let right, a.dtype.isFloating {
            frame.returns(try right(a, plain.number), as: definition)
          } else {
            frame.returns(try tensors(a, plain.operand(beside: a)), as: definition)
          }
        } else if let b, let plain = Operand(plain: frame, 1) {
          if let left, b.dtype.isFloating {
            frame.returns(try left(plain.number, b), as: definition)
          } else {
            frame.returns(try tensors(plain.operand(beside: b), b), as: definition)
          }
        } else {
          throw operandError(frame, symbol, a == nil ? 1 : 2)
        }
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

  private static func operandError(_ frame: LuaFrame, _ symbol: String, _ index: Int) -> TensorError
  {
    TensorError(
      .value, symbol, argument: "operand \(index)", expected: "Tensor, number or boolean",
      got: frame.describe(at: index))
  }
}
