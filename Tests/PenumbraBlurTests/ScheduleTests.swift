/// Schedules at steps where their values are known.

import Glibc
import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct ScheduleTests {
  private func check(
    _ schedule: Schedule, _ points: [(Double, Double)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for (step, value) in points {
      let found = try schedule.value(at: step)
      #expect(
        abs(found - value) <= 1e-14 * max(1, abs(value)),
        "\(schedule) at \(step): \(found) against \(value)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func curves() throws {
    try check(.constant(0.3), [(0, 0.3), (1e9, 0.3), (-5, 0.3)])
    try check(
      .linear(from: 1, to: 0.2, steps: 8), [(-3, 1), (0, 1), (2, 0.8), (8, 0.2), (900, 0.2)])
    try check(
      .cosine(from: 1, to: 0.2, steps: 6),
      [(0, 1), (2, 0.8), (3, 0.6), (4, 0.4), (6, 0.2), (60, 0.2)])
    try check(
      .exponential(from: 1, to: 0.01, steps: 20),
      [(0, 1), (10, 0.1), (5, 0.1.squareRoot()), (20, 0.01), (21, 0.01)])
    try check(.exponential(from: -2, to: -8, steps: 2), [(0, -2), (1, -4), (2, -8)])
    try check(
      .polynomial(scale: 6, offset: 2, power: 0.5),
      [(0, 6 / 2.0.squareRoot()), (7, 2), (34, 1)])
    try check(
      .power(from: 2, to: 1, steps: 4, power: 2), [(0, 2), (2, 1.25), (3, 1.0625), (4, 1), (9, 1)])
    try check(.hyperbolic(from: 3, halfLife: 5), [(0, 3), (5, 1.5), (10, 1)])
  }

  @Test func endsAreExact() throws {
    #expect(try Schedule.exponential(from: 0.7, to: 0.013, steps: 3).value(at: 3) == 0.013)
    #expect(try Schedule.linear(from: 0.7, to: 0.013, steps: 3).value(at: 3) == 0.013)
  }

  @Test func pieces() throws {
    try check(
      .piecewise([(2, 1), (4, 5), (5, 0)]),
      [(0, 1), (2, 1), (3, 3), (4, 5), (4.5, 2.5), (5, 0), (99, 0)])
    try check(.steps([3, 2, 1], at: [10, 20]), [(0, 3), (9.9, 3), (10, 2), (19, 2), (20, 1)])
    try check(.steps([3], at: []), [(0, 3), (5, 3)])
    try check(.step(from: 8, factor: 0.5, every: 10), [(0, 8), (9, 8), (10, 4), (35, 1)])
  }

  /// Cycle k begins at 5 (2ᵏ − 1), also far out, where powers and logarithms round.
  @Test func restartsBeginWhereTheyShould() throws {
    let schedule = try Schedule.cosineRestarts(from: 1, to: 0, period: 5, growth: 2)
    for k in 0..<40 {
      let start = 5 * (pow(2, Double(k)) - 1)
      try check(schedule, [(start, 1), (start + 2.5 * pow(2, Double(k)), 0.5)])
    }
    let odd = try Schedule.cosineRestarts(from: 1, to: 0, period: 7, growth: 1.3)
    for step in 0..<5000 { #expect(try (0...1).contains(odd(Double(step)))) }
  }

  /// h/2 (1 + cos(π mod(k − 1, L)/L)) with L = ⌈10/3⌉ = 4, and phases that explore for half of it.
  @Test func cycles() throws {
    try check(
      .cyclical(from: 2, steps: 10, cycles: 3),
      [
        (0, 2), (1, 2), (2, 1 + 0.5.squareRoot()), (3, 1), (4, 1 - 0.5.squareRoot()), (5, 2),
        (9, 2), (11, 1),
      ])
    try check(
      .cyclicalPhase(value: 3, steps: 10, cycles: 3, explore: 0.5),
      [(0, 0), (1, 0), (2, 0), (3, 3), (4, 3), (5, 0), (8, 3), (9, 0)])
    try check(.cyclicalPhase(steps: 10, cycles: 1, explore: 0), [(1, 1), (6, 1)])
    try check(.cyclicalPhase(steps: 10, cycles: 1, explore: 1), [(1, 0), (10, 0)])
  }

  @Test func compositions() throws {
    let line = try Schedule.linear(from: 2, to: 0, steps: 10)
    try check(line.warmedUp(over: 4), [(0, 0), (2, 0.8), (4, 1.2), (5, 1)])
    try check(
      Schedule.constant(7).then(line, at: 5), [(0, 7), (4.9, 7), (5, 2), (10, 1), (15, 0)])
    try check(line.scaled(by: -3), [(0, -6), (5, -3)])
    try check(line.times(line), [(0, 4), (5, 1)])
    try check(line.clamped(minimum: 0.5, maximum: 1.5), [(0, 1.5), (5, 1), (9, 0.5)])
    try check(line.clamped(minimum: 1), [(0, 2), (9, 1)])
    try check(line.plus(.constant(1)), [(0, 3), (5, 2)])
    try check(line.minimum(.constant(1.5)), [(0, 1.5), (5, 1)])
    try check(line.maximum(.constant(1.5)), [(0, 2), (5, 1.5)])
    try check(line.warmedUp(over: 4, from: 0.5), [(0, 1), (2, 1.2), (4, 1.2), (5, 1)])
    try check(Schedule("mine") { $0 * $0 }, [(3, 9)])
  }

  @Test func descriptions() throws {
    let schedule = try Schedule.exponential(from: 1, to: 0.01, steps: 20000).warmedUp(over: 10)
    #expect(
      schedule.description == "exponential(from=1, to=0.01, steps=20000) warmed up over 10")
    #expect(
      try Schedule.piecewise([(0, 1), (5, 0.5)]).description == "piecewise((0, 1), (5, 0.5))")
  }

  @Test func argumentsAreChecked() throws {
    let line = try Schedule.linear(from: 1, to: 0, steps: 10)
    let bad: [() throws -> Schedule] = [
      { try .constant(.nan) }, { try .linear(from: 1, to: .infinity, steps: 3) },
      { try .linear(from: 1, to: 0, steps: 0) }, { try .cosine(from: 1, to: 0, steps: -1) },
      { try .exponential(from: 1, to: 0, steps: 3) },
      { try .exponential(from: 1, to: -1, steps: 3) },
      { try .exponential(from: 0, to: 1, steps: 3) },
      { try .polynomial(scale: 1, offset: 0, power: 1) }, { try .hyperbolic(from: 1, halfLife: 0) },
      { try .piecewise([]) }, { try .piecewise([(1, 1), (1, 2)]) },
      { try .steps([1, 2], at: []) }, { try .steps([1, 2, 3], at: [2, 1]) },
      { try .step(from: 1, factor: -1, every: 3) }, { try .step(from: 1, factor: 1, every: 0) },
      { try .cyclical(from: .nan, steps: 4, cycles: 2) },
      { try .cyclical(from: 1, steps: 0, cycles: 2) },
      { try .cyclical(from: 1, steps: 4, cycles: 5) },
      { try .cyclical(from: 1, steps: 4, cycles: 0.5) },
      { try .cyclicalPhase(steps: 4, cycles: 2, explore: 1.5) },
      { try .power(from: 1, to: 0, steps: 4, power: 0) },
      { try .cosineRestarts(from: 1, to: 0, period: 0) },
      { try .cosineRestarts(from: 1, to: 0, period: 1, growth: 0.5) },
      { try .triangular(low: 0, high: 1, up: 0) }, { try .triangular(low: .nan, high: 1, up: 2) },
      { try .triangular(low: 0, high: 1, up: 1, down: -1) },
      { try .oneCycle(peak: 1, steps: 3) }, { try .oneCycle(peak: 1, steps: 30, rise: 1.5) },
      { try .oneCycle(peak: 1, steps: 30, rise: 0.6, hasThreePhases: true) },
      { try .oneCycle(peak: 1, steps: 30, divisor: 0) },
      { try line.warmedUp(over: 0) }, { try line.warmedUp(over: 1, from: 2) },
      { try line.then(line, at: -1) },
      { try line.scaled(by: .infinity) }, { try line.clamped(minimum: 2, maximum: 1) },
      { try line.clamped(minimum: .nan) },
    ]
    for (index, make) in bad.enumerated() {
      #expect(throws: TensorError.self, "number \(index)") { try make() }
    }
    let error = #expect(throws: TensorError.self) {
      try Schedule.exponential(from: 1, to: 0, steps: 5)
    }
    #expect(
      error?.description
        == "schedule.exponential: to: expected a number of the sign of 'from', got 0")
  }
}
