/// I_t, the running mean of the variance of per-example gradients, for a list of parameters.

internal import PenumbraTensor

/// I_t = (1 − κ_t) I_{t−1} + κ_t V_t for each parameter, t counting the steps in which it had a
/// gradient since the last restart.
///
/// V is the diagonal of the covariance of the n per-example gradients, exact, from one backward pass:
/// with s_i = n × example i's part of the gradient ḡ of a mean loss, S₂ = Σ s_i² and
/// V = (S₂ − n ḡ²)/(n − 1), never below 0. Source: Dangel, Kunstner, Hennig 2020 (BackPACK).
final class RunningCovariance {
  let averaging: AveragingWeight
  let pairing: ExamplePairing
  /// A new V is measured in every interval-th step.
  let interval: Int
  private let list: ParameterList
  private let statistics: [ExampleStatistics]
  private(set) var averages: [Tensor?]
  private var counts: [Int]
  /// Steps since the last measurement that was due; 0 when the next is.
  private var age = 0

  init(
    _ list: ParameterList, _ averaging: AveragingWeight, _ pairing: ExamplePairing, interval: Int
  ) {
    self.list = list
    self.averaging = averaging
    self.pairing = pairing
    self.interval = interval
    statistics = list.tensors.map(ExampleStatistics.init)
    averages = Array(repeating: nil, count: list.tensors.count)
    counts = Array(repeating: 0, count: list.tensors.count)
    for each in statistics { each.attach(replacing: true) }
  }

  deinit {
    for each in statistics { each.detach() }
  }

  /// Forgets the passes seen, and watches again parameters that were frozen in between.
  func clear() {
    for each in statistics {
      each.clear()
      each.attach(replacing: false)
    }
  }

  /// Brings I_t up to date for a step with these gradients.
  ///
  /// - Throws: `TensorError` when some parameter's V cannot be known; nothing has been changed then.
  func follow(_ gradients: [Tensor?], _ operation: String) throws {
    let isUnknown = gradients.indices.contains { gradients[$0] != nil && averages[$0] == nil }
    if age == 0 || isUnknown { try update(measure(gradients, operation)) }
    age = (age + 1) % interval
  }

  /// The moments of the parameters that have a gradient.
  private func measure(_ gradients: [Tensor?], _ operation: String) throws -> [ExampleMoment?] {
    var first: (examples: Int, argument: String)?
    return try gradients.indices.map { index in
      guard gradients[index] != nil else { return nil }
      let argument = ParameterList.label(index, list.tensors[index])
      guard statistics[index].isAttached else {
        throw TensorError(
          .graph, operation, argument: argument,
          list.tensors[index].gradientObserver == nil
            ? "its gradients were not watched, because it was frozen when zero_grad() was called"
            : "another optimiser that estimates covariances has taken it over")
      }
      let moment = try statistics[index].moment(pairing, operation, argument)
      guard moment.examples >= 2 else {
        throw TensorError(
          .graph, operation, argument: argument,
          "a covariance needs at least 2 examples, and the batch has \(moment.examples)")
      }
      let (examples, other) = first ?? (moment.examples, argument)
      guard moment.examples == examples else {
        throw TensorError(
          .graph, operation, argument: argument,
          "was used with \(moment.examples) examples, but \(other) with \(examples)"
            + (pairing == .separate ? "; set pairing = \"summed\"" : ""))
      }
      first = (examples, other)
      return moment
    }
  }

  /// Takes the newest moments in.
  private func update(_ moments: [ExampleMoment?]) throws {
    for (index, moment) in moments.enumerated() {
      guard let moment else { continue }
      let average = try averages[index] ?? list.zeros(index)
      averages[index] = average
      counts[index] += 1
      ExampleMoments.average(
        squares: moment.squares, mean: moment.mean, examples: moment.examples,
        weight: averaging.weight(at: counts[index]), into: average)
    }
  }

  /// The next estimate replaces the mean.
  func restart() {
    for index in counts.indices { counts[index] = 0 }
    age = 0
  }

  func save(_ state: inout OptimizerState) throws {
    state.add("age", Double(age))
    state.add("averaged", counts)
    state.add("estimated", averages.map { $0 == nil ? 0 : 1 })
    try state.add("covariance", averages)
  }

  struct Loaded {
    let age: Int
    let counts: [Int]
    let averages: [Tensor?]
  }

  func read(_ reader: inout StateReader) throws -> Loaded {
    let age = try reader.count("age") % interval
    let counts = try reader.counts("averaged")
    let estimated = try reader.counts("estimated").map { $0 > 0 }
    return Loaded(
      age: age, counts: counts,
      averages: try reader.tensors("covariance", required: estimated))
  }

  func adopt(_ loaded: Loaded) {
    age = loaded.age
    counts = loaded.counts
    averages = loaded.averages
    clear()
  }
}
