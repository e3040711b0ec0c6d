/// Replica exchange against closed forms: how often it swaps, and what it leaves unchanged.

import Glibc
import PenumbraOptim
import PenumbraTensor
import Testing

struct ReplicaExchangeTests {
  private func chain(_ value: Double = 0, count: Int = 1) throws -> [Tensor] {
    [try Tensor.leaf(Array(repeating: value, count: count), Shape(count))]
  }

  /// The rule itself: energies 1 and 1.5 at temperatures 0.5 and 2 swap with probability
  /// exp((2 − ½)(1 − 1.5)) = 0.47237.
  @Test func followsTheMetropolisRule() throws {
    let exchange = try ReplicaExchange(
      [chain(1), chain(2)], temperatures: [0.5, 2], generator: Generator(seed: 4))
    let rounds = 8000
    for _ in 0..<rounds { try exchange.exchange(energies: [1, 1.5]) }
    #expect(exchange.tried == [rounds / 2])
    let expected = exp(1.5 * -0.5)
    let error = (expected * (1 - expected) / Double(rounds / 2)).squareRoot()
    #expect(abs(try #require(exchange.acceptance[0]) - expected) < 4 * error)
    // Downhill always, whichever chain is the hot one.
    for energies in [[2.0, 1], [.infinity, 1]] {
      let sure = try ReplicaExchange(
        [chain(1), chain(2)], temperatures: [1, 3], generator: Generator(seed: 4))
      #expect(try sure.exchange(energies: energies) == [0])
      #expect(try sure.chains.map { try $0[0].item() } == [2, 1])
    }
  }

  /// Normal positions in two dimensions, U = q²/2: the swap is made with probability 2 T₁/(T₁ + T₂), and
  /// every chain keeps its variance T_k.
  @Test func gaussiansKeepTheirLaws() throws {
    let temperatures = [0.5, 1.5, 3]
    let chains = try (0..<3).map { _ in try chain(count: 2) }
    let exchange = try ReplicaExchange(
      chains, temperatures: temperatures, generator: Generator(seed: 21))
    let draws = Generator(seed: 22)
    let rounds = 6000
    var squares = [0.0, 0, 0]
    for _ in 0..<rounds {
      for (chain, temperature) in zip(chains, temperatures) {
        let position = try draws.normal(
          Shape(2), std: temperature.squareRoot(), dtype: .float64)
        try GradientMode.with(false) { _ = try chain[0].copy(from: position) }
      }
      let energies = try chains.map { try $0[0].doubles().reduce(0) { $0 + $1 * $1 / 2 } }
      try exchange.exchange(energies: energies)
      for k in 0..<3 { squares[k] += try chains[k][0].doubles().reduce(0) { $0 + $1 * $1 } / 2 }
    }
    for pair in 0..<2 {
      let expected = 2 * temperatures[pair] / (temperatures[pair] + temperatures[pair + 1])
      let error = (expected * (1 - expected) / Double(rounds / 2)).squareRoot()
      #expect(abs(try #require(exchange.acceptance[pair]) - expected) < 4 * error)
    }
    for k in 0..<3 {
      // The mean of `rounds` exponentials of mean T.
      let mean = squares[k] / Double(rounds)
      #expect(abs(mean / temperatures[k] - 1) < 4 / Double(rounds).squareRoot())
    }
  }

  /// A double well, U = 3(x² − 1)² + 0.3x, at T = 0.25: a random walk alone stays in the well where it
  /// starts; with exchange the wells are occupied as the density says, the right one with 0.086.
  @Test func crossesBarriers() throws {
    func energy(_ x: Double) -> Double { 3 * (x * x - 1) * (x * x - 1) + 0.3 * x }
    let temperatures = [0.25, 0.6, 1.5, 4]
    var (right, all) = (0.0, 0.0)
    for x in stride(from: -4.0, through: 4, by: 0.001) {
      let density = exp(-energy(x) / temperatures[0])
      all += density
      if x > 0 { right += density }
    }
    let expected = right / all

    let chains = try temperatures.map { _ in try chain(1) }
    let exchange = try ReplicaExchange(
      chains, temperatures: temperatures, generator: Generator(seed: 5))
    let walk = Generator(seed: 6)
    var positions = temperatures.map { _ in 1.0 }
    var alone = 1.0
    func walked(_ x: Double, _ temperature: Double) -> Double {
      let other = x + 0.6 * (walk.uniform() - 0.5) * (1 + temperature)
      return walk.uniform() < exp((energy(x) - energy(other)) / temperature) ? other : x
    }
    let rounds = 10000
    var (inRight, aloneInRight) = (0, 0)
    for _ in 0..<rounds {
      for k in positions.indices {
        for _ in 0..<3 { positions[k] = walked(positions[k], temperatures[k]) }
        try GradientMode.with(false) { _ = try chains[k][0].fill(positions[k]) }
      }
      alone = walked(alone, temperatures[0])
      try exchange.exchange(energies: positions.map(energy))
      for k in positions.indices { positions[k] = try chains[k][0].item() }
      if positions[0] > 0 { inRight += 1 }
      if alone > 0 { aloneInRight += 1 }
    }
    #expect(aloneInRight == rounds, "the walk alone is to stay")
    #expect(abs(expected - 0.086) < 0.002)
    let found = Double(inRight) / Double(rounds)
    #expect(abs(found - expected) < 0.025, "\(found), not \(expected)")
    #expect(exchange.acceptance.allSatisfy { ($0 ?? 0) > 0.1 })
  }

  @Test func resumesBitwise() throws {
    func make(_ seed: UInt64) throws -> ReplicaExchange {
      try ReplicaExchange(
        [chain(1), chain(2), chain(3)], temperatures: [1, 2, 4], generator: Generator(seed: seed))
    }
    func run(_ exchange: ReplicaExchange, _ times: Range<Int>) throws -> [[Int]] {
      try times.map { try exchange.exchange(energies: [Double($0 % 3), 1, 1.5]) }
    }
    let whole = try make(3)
    let all = try run(whole, 0..<20)
    let half = try make(3)
    _ = try run(half, 0..<9)
    let resumed = try make(99)
    try resumed.load(half.state())
    #expect(try run(resumed, 9..<20) == Array(all[9...]))
    #expect(resumed.tried == whole.tried && resumed.accepted == whole.accepted)
  }

  @Test func refusesWhatDoesNotFit() throws {
    let generator = Generator(seed: 1)
    let attempts: [(String, () throws -> ReplicaExchange)] = [
      (
        "chains",
        { try ReplicaExchange([self.chain()], temperatures: [1], generator: generator) }
      ),
      (
        "temperatures",
        {
          try ReplicaExchange(
            [self.chain(), self.chain()], temperatures: [1], generator: generator)
        }
      ),
      (
        "temperatures[2]",
        {
          try ReplicaExchange(
            [self.chain(), self.chain()], temperatures: [1, 0], generator: generator)
        }
      ),
      (
        "parameter 1 [2]",
        {
          try ReplicaExchange(
            [self.chain(), self.chain(count: 2)], temperatures: [1, 2], generator: generator)
        }
      ),
    ]
    for (argument, attempt) in attempts {
      #expect(tensorError { _ = try attempt() }?.argument == argument)
    }
    let exchange = try ReplicaExchange(
      [chain(), chain()], temperatures: [1, 2], generator: generator)
    #expect(tensorError { try exchange.exchange(energies: [1]) }?.argument == "energies")
    #expect(tensorError { try exchange.exchange(energies: [1, .nan]) }?.argument == "energies[2]")
    var bad = exchange.state()
    bad.numbers.removeLast()
    #expect(tensorError { try exchange.load(bad) }?.argument == "accepted.1")
  }
}
