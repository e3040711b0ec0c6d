/// Parameter updates written element by element: one pass over memory for the rarer optimisers.

/// One element of a parameter, its gradient, and up to three numbers that an optimiser keeps for it.
@usableFromInline
package struct ElementUpdate<Real: BinaryFloatingPoint> {
  @usableFromInline package let gradient: Real
  @usableFromInline package var parameter: Real
  @usableFromInline package var first: Real
  @usableFromInline package var second: Real
  @usableFromInline package var third: Real

  @inlinable
  package init(gradient: Real, parameter: Real, first: Real, second: Real = 0, third: Real = 0) {
    self.gradient = gradient
    self.parameter = parameter
    self.first = first
    self.second = second
    self.third = third
  }
}

/// What an optimiser does with one element, whatever its type; elements do not know of each other.
@usableFromInline
package protocol ElementRule {
  func apply<Real: BinaryFloatingPoint>(_ element: inout ElementUpdate<Real>)
}

extension FusedUpdate {
  /// Applies a rule to every element of a parameter. `memory` holds one to three tensors.
  ///
  /// Specialised in the module that knows the rule, so that the loop is one over plain numbers; every
  /// declaration that it touches says `@usableFromInline`, without which its body is not visible there.
  @inlinable
  package static func each<Rule: ElementRule>(
    _ rule: Rule, gradient: Tensor, memory: [Tensor], parameter: Tensor
  ) {
    switch parameter.dtype {
    case .float32: each(rule, as: Float.self, gradient, memory, parameter)
    default: each(rule, as: Double.self, gradient, memory, parameter)
    }
    markChanged(memory, parameter)
  }

  @inlinable
  package static func each<Rule: ElementRule, Real: BinaryFloatingPoint>(
    _ rule: Rule, as type: Real.Type, _ gradient: Tensor, _ memory: [Tensor], _ parameter: Tensor
  ) {
    let n = checkedCount(gradient, memory, parameter)
    let (g, p) = (elements(gradient, type), elements(parameter, type))
    let a = elements(memory[0], type)
    switch memory.count {
    case 1:
      for i in 0..<n {
        var element = ElementUpdate(gradient: g[i], parameter: p[i], first: a[i])
        rule.apply(&element)
        (p[i], a[i]) = (element.parameter, element.first)
      }
    case 2:
      let b = elements(memory[1], type)
      for i in 0..<n {
        var element = ElementUpdate(gradient: g[i], parameter: p[i], first: a[i], second: b[i])
        rule.apply(&element)
        (p[i], a[i], b[i]) = (element.parameter, element.first, element.second)
      }
    default:
      let (b, c) = (elements(memory[1], type), elements(memory[2], type))
      for i in 0..<n {
        var element = ElementUpdate(
          gradient: g[i], parameter: p[i], first: a[i], second: b[i], third: c[i])
        rule.apply(&element)
        (p[i], a[i], b[i], c[i]) = (
          element.parameter, element.first, element.second, element.third
        )
      }
    }
  }

  @usableFromInline
  package static func elements<Real>(_ x: Tensor, _ type: Real.Type) -> UnsafeMutablePointer<Real> {
    x.address.assumingMemoryBound(to: type)
  }

  @usableFromInline
  package static func checkedCount(_ gradient: Tensor, _ memory: [Tensor], _ parameter: Tensor)
    -> Int
  {
    precondition((1...3).contains(memory.count))
    for tensor in memory { _ = count(parameter, gradient, tensor) }
    return parameter.elementCount
  }

  @usableFromInline
  package static func markChanged(_ memory: [Tensor], _ parameter: Tensor) {
    for tensor in memory { tensor.storage.markChanged() }
    parameter.storage.markChanged()
  }
}
