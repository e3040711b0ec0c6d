/// What these tests expect of numbers and derivatives.

import PenumbraTensor
import TestSupport
import Testing

/// Compares the first derivatives of a scalar, and the second with `second`, with finite
/// differences.
func expectDerivatives(
  at inputs: [Tensor], second: Bool = true, tolerance: Double = 1e-8,
  _ function: ([Tensor]) throws -> Tensor
) throws {
  try gradcheck(inputs, tolerance: tolerance) { [try function($0)] }
  if second { try gradgradcheck(inputs, tolerance: tolerance) { [try function($0)] } }
}

/// Whether all numbers agree to `tolerance`, relative where they are large.
func expectClose(
  _ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(a.count == b.count, sourceLocation: sourceLocation)
  for (index, (x, y)) in zip(a, b).enumerated() {
    #expect(
      abs(x - y) <= tolerance * max(1, abs(y)), "element \(index): \(x) against \(y)",
      sourceLocation: sourceLocation)
  }
}

/// Normal float64 numbers that are always the same.
func sample(_ shape: Shape, seed: UInt64 = 1) throws -> Tensor {
  try Generator(seed: seed).normal(shape, dtype: .float64)
}
