/// Exchange of positions between chains at several temperatures.

internal import Glibc
public import PenumbraTensor

/// Replica exchange (parallel tempering): neighbouring chains swap their positions by the Metropolis rule
///
///     P(swap k and k + 1) = min(1, exp((1/T_k − 1/T_{k+1}) (U_k − U_{k+1})))
///
/// which leaves Π_k exp(−U(θ_k)/T_k) as it is, so hot chains carry cold ones over barriers without a
/// change of their laws. Rounds try the pairs (1, 2), (3, 4), ... and (2, 3), (4, 5), ... in turn. Momenta
/// stay with their temperature, which is right because their law does not depend on the position.
/// With U known from minibatches only, the rule holds approximately. Sources: Swendsen & Wang 1986;
/// Geyer 1991.
public final class ReplicaExchange {
  public static let name = "ReplicaExchange"
  /// The parameters of each chain.
  public let chains: [[Tensor]]
  public let temperatures: [Double]
  public let generator: Generator
  /// Swaps tried and made between chain k and k + 1.
  public private(set) var tried: [Int]
  public private(set) var accepted: [Int]
  /// Rounds so far; it says which pairs are next.
  public private(set) var rounds = 0

  /// - Throws: `TensorError` for fewer than two chains, chains of different shapes, and temperatures that
  ///   are not finite and above 0, one for each chain.
  public init(_ chains: [[Tensor]], temperatures: [Double], generator: Generator) throws {
    let name = ReplicaExchange.name
    guard chains.count >= 2 else {
      throw TensorError(
        .value, name, argument: "chains", expected: "at least 2", got: "\(chains.count)")
    }
    guard temperatures.count == chains.count else {
      throw TensorError(
        .value, name, argument: "temperatures", expected: "\(chains.count)",
        got: "\(temperatures.count)")
    }
    for (index, temperature) in temperatures.enumerated()
    where !(temperature > 0 && temperature.isFinite) {
      throw TensorError(
        .value, name, argument: "temperatures[\(index + 1)]", expected: "a finite number above 0",
        got: "\(temperature)")
    }
    for chain in chains { try ParameterLoan.check(chain, fit: chains[0], name) }
    self.chains = chains
    self.temperatures = temperatures
    self.generator = generator
    tried = Array(repeating: 0, count: chains.count - 1)
    accepted = tried
  }

  /// The part of the swaps between chain k and k + 1 that were made; nil before the first try.
  public var acceptance: [Double?] {
    zip(tried, accepted).map { $0 > 0 ? Double($1) / Double($0) : nil }
  }

  /// One round. `energies` holds U of each chain at its present position.
  ///
  /// - Returns: the numbers k, from 0, of the pairs that were swapped.
  /// - Throws: `TensorError` (value) unless there is an energy for each chain, none of them undefined;
  ///   an infinite one is a place that the chain cannot stay at.
  @discardableResult
  public func exchange(energies: [Double]) throws -> [Int] {
    let operation = "\(ReplicaExchange.name):exchange"
    guard energies.count == chains.count else {
      throw TensorError(
        .value, operation, argument: "energies", expected: "\(chains.count)",
        got: "\(energies.count)")
    }
    for (index, energy) in energies.enumerated() where energy.isNaN {
      throw TensorError(
        .value, operation, argument: "energies[\(index + 1)]", expected: "a number", got: "nan")
    }
    var swapped: [Int] = []
    for pair in stride(from: rounds % 2, to: chains.count - 1, by: 2) {
      let cold = 1 / temperatures[pair] - 1 / temperatures[pair + 1]
      let gap = energies[pair] - energies[pair + 1]
      let logarithm = gap.isNaN || cold == 0 ? 0 : cold * gap
      // The draw is made in any case, so that the stream does not depend on the outcome.
      let isAccepted = generator.uniform() < exp(min(0, logarithm))
      tried[pair] += 1
      guard isAccepted else { continue }
      accepted[pair] += 1
      swapped.append(pair)
      let first = try chains[pair].map { try $0.copied() }
      try ParameterLoan.write(chains[pair + 1], into: chains[pair])
      try ParameterLoan.write(first, into: chains[pair + 1])
    }
    rounds += 1
    return swapped
  }

  /// A copy of the counts and of the generator.
  public func state() -> OptimizerState {
    var state = OptimizerState(optimizer: ReplicaExchange.name, generator: generator.state)
    state.add("rounds", Double(rounds))
    state.add("tried", tried)
    state.add("accepted", accepted)
    return state
  }

  /// - Throws: `TensorError` when the state does not fit; nothing has been changed then.
  public func load(_ state: OptimizerState) throws {
    // One count for each pair of chains.
    var reader = try StateReader(
      state, of: ReplicaExchange.name, chains.dropLast().map { $0[0] })
    let random = try StateReader.generator(state, reader.operation)
    let rounds = try reader.count("rounds")
    let tried = try reader.counts("tried")
    let accepted = try reader.counts("accepted")
    try reader.finish()
    (self.rounds, self.tried, self.accepted) = (rounds, tried, accepted)
    generator.state = random
  }
}
