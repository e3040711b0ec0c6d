/// I_t, the running mean of the covariance of per-example gradients, for a list of parameters.

package import PenumbraTensor

/// I_t = (1 − κ_t) I_{t−1} + κ_t V_t for each parameter, t counting the measurements in which it had a
/// gradient since the last restart. `CovarianceOptions.kind` says what V is; see there for its units.
///
/// A sampler calls `follow` at the start of a step, with the gradients that backward passes have made
/// since `clear`, uses I_t through `apply` (or through `elementwise` in fused loops), and calls
/// `clear` at the step's end and in `zeroGradients`.
package final class RunningCovariance {
  let options: CovarianceOptions
  private let list: ParameterList
  private let watch: ExampleWatch
  private let form: any CovarianceForm
  private var counts: [Int]
  /// n of the last batch whose examples were seen.
  private(set) var exampleCount: Int?
  /// Steps since the last measurement that was due; 0 when the next is.
  private var age = 0

  /// Starts watching the parameters.
  package convenience init(_ parameters: [Tensor], _ options: CovarianceOptions) throws {
    try options.check("covariance")
    self.init(try ParameterList(parameters, "covariance"), options)
  }

  /// Starts watching the parameters. The options must have been checked.
  init(_ list: ParameterList, _ options: CovarianceOptions) {
    self.options = options
    self.list = list
    watch = ExampleWatch(list, options)
    form = options.kind.form(list, options)
    counts = Array(repeating: 0, count: list.tensors.count)
  }

  /// Forgets the passes seen, and watches again parameters that were frozen in between.
  package func clear() { watch.clear() }

  /// Brings I_t up to date for a step with these gradients.
  ///
  /// - Throws: `TensorError` when some parameter's V cannot be known; nothing has been changed then.
  package func follow(_ gradients: [Tensor?], _ operation: String) throws {
    let isUnknown = gradients.indices.contains { gradients[$0] != nil && !form.isKnown($0) }
    if age == 0 || isUnknown {
      let update = try form.measured(
        CovarianceStep(gradients: gradients, operation: operation) { [self] in
          let examples = try watch.examples(gradients, operation)
          exampleCount = examples.lazy.compactMap { $0?.count }.first
          return examples
        })
      for index in gradients.indices where gradients[index] != nil { counts[index] += 1 }
      try update(counts.map(options.averaging.weight(at:)))
    }
    age = (age + 1) % options.interval
  }

  /// Measures the coming step's V by a backward pass for each example: see `ExampleWatch.measure`.
  package func measure(_ count: Int, _ operation: String, _ loss: (Int) throws -> Tensor) throws {
    try watch.measure(count, operation, loss)
  }

  /// The next estimate replaces the mean.
  package func restart() {
    for index in counts.indices { counts[index] = 0 }
    age = 0
  }

  // MARK: The estimate

  /// Whether I_t is diagonal, and `elementwise` gives it.
  var isElementwise: Bool { form.isElementwise }

  /// I_t of one parameter as a tensor of its shape, for elementwise kernels; the live one, which must
  /// not be changed. Nil before its first step, and where I_t is not diagonal.
  func elementwise(_ index: Int) -> Tensor? {
    form.isElementwise ? form.diagonal(index) : nil
  }

  /// I_t's diagonal for each parameter, of its shape; nil before its first step.
  package var diagonals: [Tensor?] { counts.indices.map(form.diagonal) }

  /// The sum of I_t's diagonal over each parameter.
  package func traces() -> [Double?] { diagonals.map { $0.map(FusedUpdate.sum) } }

  /// f(I_t) v for vectors given in parts, one for each parameter; parts that are nil, or whose
  /// covariance is not known, are nil. The results are contiguous.
  func apply(_ function: SpectralFunction, to vectors: [Tensor?]) throws -> [Tensor?] {
    try GradientMode.with(false) {
      try form.apply(function, to: vectors).map { try $0?.contiguous() }
    }
  }

  /// c I_t v
  package func product(_ vectors: [Tensor?], scale c: Double = 1) throws -> [Tensor?] {
    try apply(.scaled(c), to: vectors)
  }

  /// Noise of covariance c I_t, from standard normals R of the parameters' shapes.
  package func rootProduct(_ normals: [Tensor?], scale c: Double = 1) throws -> [Tensor?] {
    try apply(.root(c), to: normals)
  }

  /// exp(−c I_t) p, exact
  package func damped(_ momenta: [Tensor?], by c: Double) throws -> [Tensor?] {
    try apply(.damping(c), to: momenta)
  }

  // MARK: State

  func save(_ state: inout OptimizerState) throws {
    state.add("age", Double(age))
    state.add("averaged", counts)
    try form.save(&state)
  }

  /// Reads what `save` wrote, and returns what adopts it.
  func read(_ reader: inout StateReader) throws -> () -> Void {
    let age = try reader.count("age") % options.interval
    let counts = try reader.counts("averaged")
    let adoptForm = try form.read(&reader)
    return { [self] in
      self.age = age
      self.counts = counts
      adoptForm()
      clear()
    }
  }
}
