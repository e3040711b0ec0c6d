/// Every operation in float32 against itself in float64: values and first derivatives.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct SinglePrecisionTests {
  private struct Outcome {
    var values: [[Double]] = []
    var gradients: [[Double]] = []
  }

  private func outcome(
    _ golden: GoldenCase, _ call: GoldenOperations.Call, _ dtype: DType
  ) throws -> Outcome {
    let variables = golden.variables
    // The same numbers for both types: float32's.
    var inputs = try golden.tensors().map {
      $0.dtype == .float64 ? try $0.to(.float32).to(dtype) : $0
    }
    let leaves = try variables.map { try inputs[$0].clone().requiresGradient(true) }
    for (leaf, index) in zip(leaves, variables) {
      inputs[index] = try leaf.arranged(golden.inputs[index].layout)
    }
    let outputs = try call(golden, inputs)
    let tracked = outputs.filter(\.requiresGradient)
    var result = Outcome()
    result.values = try outputs.map { try $0.detached().to(.float64).doubles() }
    if tracked.isEmpty { return result }
    let gradients = try Tensor.gradients(
      of: tracked, withRespectTo: leaves,
      seeds: zip(tracked, testWeights(tracked)).map { try $1.to($0.dtype) })
    result.gradients = try gradients.map { try $0?.to(.float64).doubles() ?? [] }
    return result
  }

  /// The greatest difference, relative to the greatest value or to 1.
  private func distance(_ a: [[Double]], _ b: [[Double]]) -> Double {
    guard a.map(\.count) == b.map(\.count) else { return .infinity }
    var (difference, size) = (0.0, 1.0)
    for (x, y) in zip(a.joined(), b.joined()) where x != y && !(x.isNaN && y.isNaN) {
      difference = max(difference, (x - y).magnitude)
      size = max(size, y.magnitude)
      if x.isNaN != y.isNaN { return .infinity }
    }
    return difference / size
  }

  @Test(arguments: GoldenCase.operations)
  func agreesWithDoublePrecision(_ operation: String) throws {
    let call = try #require(GoldenOperations.call(operation))
    for golden in GoldenCase.all where golden.operation == operation && golden.isSmooth {
      let name = "\(operation) (\(golden.variant))"
      do {
        let (single, double) = (
          try outcome(golden, call, .float32), try outcome(golden, call, .float64)
        )
        let values = distance(single.values, double.values)
        #expect(values < 1e-5, "\(name): values")
        let gradients = distance(single.gradients, double.gradients)
        #expect(gradients < 1e-4, "\(name): gradients")
      } catch {
        Issue.record("\(name): threw \(error)")
      }
    }
  }
}
