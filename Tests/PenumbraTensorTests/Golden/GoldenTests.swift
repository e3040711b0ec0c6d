/// Every operation against PyTorch's values, first and second derivatives, and finite differences.

internal import Glibc
import PenumbraTensor
import TestSupport
import Testing

@Suite struct GoldenTests {
  /// 1e-12 relative for float64, the rounding of the type for float32.
  private func tolerance(_ dtype: DType) -> Double { dtype == .float32 ? 1e-6 : 1e-12 }

  /// Derivatives of order 1 that cancel to zero leave rounding errors of about 10⁻¹⁶.
  private let noise = 1e-3

  private func compare(
    _ found: Tensor, _ expected: ExpectedTensor, _ what: String, floor: Double = 0
  ) throws {
    guard found.shape == expected.shape, found.dtype == expected.dtype else {
      Issue.record(
        "\(what): \(found.dtype) \(found.shape) instead of \(expected.dtype) \(expected.shape)")
      return
    }
    if let difference = try mismatch(
      found, expected.values, tolerance: tolerance(expected.dtype), floor: floor)
    {
      Issue.record("\(what): \(difference)")
    }
  }

  @Test(arguments: GoldenCase.operations)
  func valuesAndDerivatives(_ operation: String) throws {
    let call = try #require(GoldenOperations.call(operation), "no row for \(operation)")
    for golden in GoldenCase.all where golden.operation == operation {
      let name = "\(operation) (\(golden.variant))"
      do {
        try check(golden, name, call)
      } catch {
        Issue.record("\(name): threw \(error)")
      }
    }
  }

  private func check(_ golden: GoldenCase, _ name: String, _ call: GoldenOperations.Call) throws {
    let inputs = try golden.tensors()
    let wanted = golden.first.isEmpty ? [] : golden.variables.map { inputs[$0] }
    for input in wanted { try input.requiresGradient(true) }
    let outputs = try call(golden, inputs)
    guard outputs.count == golden.outputs.count else {
      Issue.record("\(name): \(outputs.count) outputs instead of \(golden.outputs.count)")
      return
    }
    for (output, expected) in zip(outputs, golden.outputs) { try compare(output, expected, name) }
    try derivatives(golden, name, wanted, outputs)
  }

  private func derivatives(
    _ golden: GoldenCase, _ name: String, _ wanted: [Tensor], _ outputs: [Tensor]
  ) throws {
    if wanted.isEmpty { return }
    let tracked = outputs.filter(\.requiresGradient)
    guard !tracked.isEmpty else {
      Issue.record("\(name): the result has no derivative")
      return
    }
    let first = try Tensor.gradients(
      of: tracked, withRespectTo: wanted, seeds: testWeights(tracked), createGraph: true)
    for (index, expected) in golden.first.enumerated() {
      let found = try first[index] ?? Tensor.zeros(expected.shape, dtype: expected.dtype)
      try compare(found, expected, "\(name): first derivative \(index)", floor: noise)
    }
    let again = first.indices.filter { first[$0]?.requiresGradient == true }
    let weights = try secondWeights(wanted)
    var second: [Tensor?] = wanted.map { _ in nil }
    if !again.isEmpty {
      second = try Tensor.gradients(
        of: again.compactMap { first[$0] }, withRespectTo: wanted,
        seeds: again.map { weights[$0] })
    }
    for (index, expected) in golden.second.enumerated() {
      let found = try second[index] ?? Tensor.zeros(expected.shape, dtype: expected.dtype)
      try compare(found, expected, "\(name): second derivative \(index)", floor: noise)
    }
  }

  /// sin(1.3 k + 0.4) for the k-th element of the tensors, as in Scripts/golden.py.
  private func secondWeights(_ tensors: [Tensor]) throws -> [Tensor] {
    var count = 0
    return try tensors.map { tensor in
      let values = (count..<(count + tensor.elementCount)).map { sin(1.3 * Double($0) + 0.4) }
      count += tensor.elementCount
      return try Tensor(values, tensor.shape, dtype: .float64)
    }
  }

  @Test(arguments: GoldenCase.operations)
  func finiteDifferences(_ operation: String) throws {
    let call = try #require(GoldenOperations.call(operation), "no row for \(operation)")
    for golden in GoldenCase.all where golden.operation == operation && golden.isSmooth {
      do {
        let inputs = try golden.tensors()
        let variables = golden.variables
        func body(_ values: [Tensor]) throws -> [Tensor] {
          var arguments = inputs
          for (value, index) in zip(values, variables) { arguments[index] = value }
          return try call(golden, arguments)
        }
        try gradcheck(variables.map { inputs[$0] }, body)
        try gradgradcheck(variables.map { inputs[$0] }, body)
      } catch {
        Issue.record("\(operation) (\(golden.variant)): \(error)")
      }
    }
  }
}
