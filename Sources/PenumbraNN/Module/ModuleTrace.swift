/// What ran, with which shapes: the ground of a summary.

public import PenumbraTensor

/// The shapes of each module's first run.
final class ModuleTrace {
  struct Run {
    let inputs: [Shape]
    let output: Shape
  }

  private(set) var runs: [ObjectIdentifier: Run] = [:]

  func note(_ module: Module, _ inputs: [Tensor], _ output: Tensor) {
    guard runs[ObjectIdentifier(module)] == nil else { return }
    runs[ObjectIdentifier(module)] = Run(inputs: inputs.map(\.shape), output: output.shape)
  }
}

extension Module {
  /// Tells of a run that did not go through `callAsFunction`.
  public final func noteRun(_ inputs: [Tensor], _ output: Tensor) {
    trace?.note(self, inputs, output)
  }
}
