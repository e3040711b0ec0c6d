/// Derivatives against finite differences, in float64.

public import PenumbraTensor

/// A derivative that finite differences do not confirm.
public struct DerivativeMismatch: Error, CustomStringConvertible {
  public let description: String
}

/// Compares the first derivatives of `function` with finite differences of fourth order, for every
/// element of every float64 input. The outputs are weighted, so that each of them counts.
///
/// - Parameters:
///   - inputs: points at which the function is smooth; integer and boolean tensors are left alone.
///   - step: the differences' spacing h; their error is O(h⁴) + O(10⁻¹⁶/h).
///   - tolerance: allowed error, relative to the derivative or to 1, whichever is greater.
/// - Throws: `DerivativeMismatch` naming the worst element, or what the function throws.
/// - Complexity: four calls of `function` for each element.
public func gradcheck(
  _ inputs: [Tensor], step: Double = 2e-4, tolerance: Double = 1e-8,
  _ function: ([Tensor]) throws -> [Tensor]
) throws {
  let leaves = try inputs.map(leaf)
  let outputs = try function(leaves)
  let weights = try testWeights(outputs)
  let tracked = outputs.indices.filter { outputs[$0].requiresGradient }
  let wanted = leaves.indices.filter { leaves[$0].requiresGradient }
  var analytic: [Tensor?] = wanted.map { _ in nil }
  if !tracked.isEmpty {
    analytic = try Tensor.gradients(
      of: tracked.map { outputs[$0] }, withRespectTo: wanted.map { leaves[$0] },
      seeds: tracked.map { weights[$0] })
  }
  for (position, index) in wanted.enumerated() {
    let point = try inputs[index].doubles()
    let found = try analytic[position]?.doubles() ?? point.map { _ in 0 }
    if let gradient = analytic[position], gradient.shape != inputs[index].shape {
      throw DerivativeMismatch(
        description:
          "input \(index): gradient of shape \(gradient.shape) for \(inputs[index].shape)")
    }
    for element in point.indices {
      func value(_ offset: Double) throws -> Double {
        var moved = point
        moved[element] += offset
        var arguments = inputs
        arguments[index] = try Tensor(moved, inputs[index].shape, dtype: .float64)
        return try weighted(function(arguments), weights)
      }
      let near = try value(step) - value(-step)
      let far = try value(2 * step) - value(-2 * step)
      let expected = (8 * near - far) / (12 * step)
      let error = (found[element] - expected).magnitude
      let allowed = tolerance * max(1, expected.magnitude, found[element].magnitude)
      // Written so that NaN fails.
      guard error <= allowed else {
        throw DerivativeMismatch(
          description: "input \(index), element \(element): derivative \(found[element]), "
            + "finite differences \(expected), error \(error)")
      }
    }
  }
}

/// Compares the second derivatives with finite differences of the first, with respect to the inputs
/// and to the weights of the outputs.
public func gradgradcheck(
  _ inputs: [Tensor], step: Double = 2e-4, tolerance: Double = 1e-8,
  _ function: ([Tensor]) throws -> [Tensor]
) throws {
  let probe = try function(try inputs.map(leaf))
  let tracked = probe.indices.filter { probe[$0].requiresGradient }
  let seeds = try testWeights(tracked.map { probe[$0] })
  try gradcheck(inputs + seeds, step: step, tolerance: tolerance) { all in
    let arguments = try all.prefix(inputs.count).map { try $0.requiresGradient ? $0 : leaf($0) }
    let outputs = try function(arguments)
    let gradients = try Tensor.gradients(
      of: tracked.map { outputs[$0] }, withRespectTo: arguments.filter(\.requiresGradient),
      seeds: Array(all.suffix(seeds.count)), createGraph: true)
    return gradients.compactMap { $0 }
  }
}

/// A leaf that wants a gradient on the same memory, in the same layout; other types as they are.
private func leaf(_ x: Tensor) throws -> Tensor {
  guard x.dtype == .float64 else { return x }
  return try GradientMode.with(false) { try x.permute(Array(0..<x.rank)) }.requiresGradient(true)
}

/// Fixed irregular weights, one for each element of the tensors: cos(0.7 k + 0.3) for the k-th.
public func testWeights(_ tensors: [Tensor]) throws -> [Tensor] {
  var count = 0
  return try tensors.map { tensor in
    let values = (count..<(count + tensor.elementCount)).map { cosine(0.7 * Double($0) + 0.3) }
    count += tensor.elementCount
    return try Tensor(values, tensor.shape, dtype: .float64)
  }
}

private func weighted(_ outputs: [Tensor], _ weights: [Tensor]) throws -> Double {
  var total = 0.0
  for (output, weight) in zip(outputs, weights) where output.dtype == .float64 {
    for (x, w) in zip(try output.doubles(), try weight.doubles()) { total += x * w }
  }
  return total
}
