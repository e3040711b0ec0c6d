/// A value that a derivative needs and that was changed in place since is noticed, for every operation.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct SavedValueTests {
  /// What is overwritten between an operation and its derivative.
  enum Victim: CaseIterable { case inputs, outputs }

  /// One call of a golden case, whose inputs are no leaves and so can be changed.
  private struct Recording {
    let leaves: [Tensor]
    let inputs: [Tensor]
    let outputs: [Tensor]

    init(_ golden: GoldenCase, _ call: GoldenOperations.Call) throws {
      let variables = golden.variables
      let sources = try golden.tensors()
      leaves = try variables.map { try sources[$0].clone().requiresGradient(true) }
      var arguments = try sources.map { try $0.clone() }
      for (leaf, index) in zip(leaves, variables) { arguments[index] = try leaf.mul(1) }
      inputs = arguments
      outputs = try call(golden, arguments)
    }

    var tracked: [Tensor] { outputs.filter(\.requiresGradient) }

    func overwrite(_ victim: Victim) throws {
      try GradientMode.with(false) {
        for tensor in victim == .inputs ? inputs : outputs {
          // Results that share places in memory cannot be written to.
          do { try tensor.fill(0) } catch let error as TensorError where error.kind == .shape {}
        }
      }
    }

    func gradients(createGraph: Bool = false) throws -> [Tensor?] {
      try Tensor.gradients(
        of: tracked, withRespectTo: leaves, seeds: testWeights(tracked), createGraph: createGraph)
    }

    /// Derivatives of the gradients that depend on anything.
    func second(_ first: [Tensor?]) throws -> [Tensor?] {
      let roots = first.compactMap { $0 }.filter(\.requiresGradient)
      if roots.isEmpty { return [] }
      return try Tensor.gradients(of: roots, withRespectTo: leaves, seeds: testWeights(roots))
    }
  }

  /// Whether `derive` throws the error for changed values; else it must give what was expected.
  private func notices(
    _ name: String, _ expected: [Tensor?], _ derive: () throws -> [Tensor?]
  ) throws -> Bool {
    let found: [Tensor?]
    do { found = try derive() } catch let error as TensorError where error.kind == .graph {
      return true
    }
    for (index, (one, other)) in zip(found, expected).enumerated() {
      // The fused rules of an unrecorded pass round otherwise.
      let difference = mismatch(
        try one?.doubles() ?? [], try other?.doubles() ?? [], tolerance: 1e-10, floor: 1e-2)
      if let difference { Issue.record("\(name), gradient \(index), silently: \(difference)") }
    }
    return false
  }

  @Test(arguments: GoldenCase.operations, Victim.allCases)
  func changedValuesAreNoticed(_ operation: String, _ victim: Victim) throws {
    let call = try #require(GoldenOperations.call(operation))
    for golden in GoldenCase.all where golden.operation == operation && !golden.first.isEmpty {
      let name = "\(operation) (\(golden.variant)), \(victim) overwritten"
      do {
        let whole = try Recording(golden, call)
        if whole.tracked.isEmpty { continue }
        let first = try whole.gradients(createGraph: true)
        let second = try whole.second(first)

        let changed = try Recording(golden, call)
        try changed.overwrite(victim)
        _ = try notices(name, first) { try changed.gradients() }

        let changedLater = try Recording(golden, call)
        let slopes = try changedLater.gradients(createGraph: true)
        try changedLater.overwrite(victim)
        _ = try notices("\(name) before the second derivative", second) {
          try changedLater.second(slopes)
        }
      } catch {
        Issue.record("\(name): threw \(error)")
      }
    }
  }

  /// The test above can fail: these need their values, and say so.
  @Test(arguments: ["exp", "mul", "matmul", "norm", "layerNorm", "softmax"])
  func theseNeedTheirValues(_ operation: String) throws {
    let call = try #require(GoldenOperations.call(operation))
    let golden = try #require(
      GoldenCase.all.first {
        $0.operation == operation && !$0.first.isEmpty && $0.outputs[0].values.count > 1
      })
    var noticed = 0
    for victim in Victim.allCases {
      let recording = try Recording(golden, call)
      try recording.overwrite(victim)
      noticed += try notices(operation, []) { try recording.gradients() } ? 1 : 0
    }
    #expect(noticed > 0)
  }
}
