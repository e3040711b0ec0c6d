/// Schedules that measurements drive: their rules, their state, what they refuse.

import Glibc
import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct DrivenScheduleTests {
  @Test func targetsAreHeldBySteps() throws {
    let s = try Schedule.adaptive(start: 0.5, target: 0.8, rate: 0.1, every: 2, maximum: 0.65)
    #expect(try s(7) == 0.5)
    try s.observe(1)
    #expect(try s(7) == 0.5)
    try s.observe(0.7)  // mean 0.85
    #expect(try s(7) == 0.6)
    for _ in 0..<2 { try s.observe(0.9) }
    #expect(try s(7) == 0.65)
    for _ in 0..<2 { try s.observe(0.8) }
    #expect(try s(7) == 0.65)
    for _ in 0..<20 { try s.observe(0) }
    #expect(try s(7) == 0)
  }

  @Test func otherRules() throws {
    let p = try Schedule.adaptive(start: 1, target: 0.5, rate: -2, rule: .proportional)
    try p.observe(0.75)
    #expect(try p(0) == 0.5)
    let m = try Schedule.adaptive(start: 2, target: 1, rate: 3, rule: .multiplicative)
    try m.observe(1.5)
    #expect(try m(0) == 2 * exp(1.5))
  }

  /// p += sign(mean − 0.6) · batch · 4 / 500000 after each 4 batches, as in StyleGAN2-ADA.
  @Test func adaIsKarrasRule() throws {
    let s = try Schedule.ada(batch: 64)
    let signs = Generator(seed: 2)
    var (p, sum) = (0.0, 0.0)
    for batch in 1...400 {
      let measurement = signs.uniform() * 1.4
      try s.observe(measurement)
      sum += measurement
      if batch % 4 == 0 {
        p = max(p + (sum / 4 > 0.6 ? 1 : -1) * (64 * 4) / 500_000, 0)
        sum = 0
      }
      #expect(try s(0) == p)
    }
    #expect(p > 0)
    // 500,000 images of the right sign go from 0 to 1.
    let fast = try Schedule.ada(batch: 1000)
    for _ in 0..<500 { try fast.observe(1) }
    #expect(try abs(fast(0) - 1) < 1e-12)
    for _ in 0..<40 { try fast.observe(1) }
    #expect(try fast(0) == 1)
  }

  @Test func followsAMeasurement() throws {
    var settings = Schedule.FollowSettings(scale: 0.1)
    (settings.power, settings.decay, settings.maximum) = (0.5, 0.75, 0.3)
    let s = try Schedule.follow(settings)
    #expect(try s(0) == 0.1)
    try s.observe(4)
    #expect(try s(0) == 0.1)
    try s.observe(20)  // 0.75 · 4 + 0.25 · 20 = 8
    #expect(try abs(s(0) - 0.1 * 2.0.squareRoot()) < 1e-16)
    for _ in 0..<50 { try s.observe(1000) }
    #expect(try s(0) == 0.3)
    (settings.reference, settings.power, settings.decay) = (2, -1, 0)
    let inverse = try Schedule.follow(settings)
    try inverse.observe(1)
    #expect(try inverse(0) == 0.2)
    try inverse.observe(0)
    #expect(try inverse(0) == 0.3)
  }

  @Test func rulesOfOnesOwn() throws {
    let s = try Schedule.driven(start: 1) { value, measurement, count in
      value + measurement * Double(count)
    }
    try s.observe(2)
    try s.observe(3)
    #expect(try s(0) == 9)
    let wild = try Schedule.driven(start: 1) { _, _, _ in .nan }
    #expect(throws: TensorError.self) { try wild.observe(1) }
    #expect(
      try wild(0) == 1 && wild.state[0].allSatisfy { $0.value == ($0.name == "value" ? 1 : 0) })
  }

  private func all() throws -> [Schedule] {
    var plateau = Schedule.PlateauSettings(start: 0.7)
    (plateau.patience, plateau.cooldown) = (1, 2)
    var follow = Schedule.FollowSettings(scale: 0.3)
    follow.decay = 0.9
    return try [
      .adaptive(start: 0.3, target: 0.5, rate: 0.07, every: 3), .ada(batch: 3, images: 100),
      .plateau(plateau), .follow(follow), .driven(start: 0.1) { $0 * 0.99 + $1 / Double($2) },
    ]
  }

  @Test func statesGoOnBitwise() throws {
    for (schedule, copy) in zip(try all(), try all()) {
      let numbers = Generator(seed: 9)
      for _ in 0..<17 { try schedule.observe(numbers.uniform()) }
      try copy.load(schedule.state)
      #expect(try copy(3).bitPattern == schedule(3).bitPattern)
      for _ in 0..<40 {
        let measurement = numbers.uniform()
        try schedule.observe(measurement)
        try copy.observe(measurement)
        #expect(try copy(3).bitPattern == schedule(3).bitPattern, "\(schedule)")
      }
    }
  }

  @Test func freshStatesCanBeLoaded() throws {
    for (schedule, copy) in zip(try all(), try all()) {
      try copy.observe(0.4)
      try copy.load(schedule.state)
      #expect(try copy(0) == schedule(0))
    }
  }

  @Test func badStatesAreRefusedWhole() throws {
    for schedule in try all() {
      for _ in 0..<4 { try schedule.observe(0.6) }
      let before = schedule.state[0]
      let bad: [[(name: String, value: Double)]] =
        [[], before + [("more", 1)]]
        + before.indices.map { index in
          var state = before
          if state[index].name != "best" { state[index].value = .nan } else { state.removeLast() }
          return state
        }
        + [before.map { ($0.name, $0.name == "count" || $0.name == "bad" ? -1 : $0.value) }]
      for state in bad where !(state.count == before.count && state.allSatisfy { $0.value >= 0 }) {
        #expect(throws: TensorError.self, "\(schedule): \(state)") { try schedule.load([state]) }
        for (a, b) in zip(schedule.state[0], before) { #expect(a == b) }
      }
      #expect(throws: TensorError.self) { try schedule.load([]) }
    }
  }

  @Test func compositionsShareTheirDrivers() throws {
    let (a, b) = (try all()[0], try all()[2])
    let line = try Schedule.linear(from: 1, to: 0, steps: 10)
    let product = try a.times(line).plus(a.scaled(by: 2))
    #expect(product.drivers.count == 1)
    for _ in 0..<3 { try product.observe(1) }
    #expect(try a(0) == 0.37 && abs(product(5) - 0.37 * 2.5) < 1e-15)
    let both = try a.plus(b)
    #expect(both.drivers.count == 2 && both.state.count == 2)
    let error = #expect(throws: TensorError.self) { try both.observe(1) }
    #expect(error?.description.contains("2 drivers") == true)
    #expect(throws: TensorError.self) { try line.observe(1) }
    // A state whose second part is bad changes nothing.
    let before = both.state
    try a.observe(0.9)
    let middle = try a(0)
    #expect(throws: TensorError.self) { try both.load([before[0], []]) }
    #expect(try a(0) == middle)
    try both.load(before)
    #expect(both.state[0].map(\.value) == before[0].map(\.value))
  }

  @Test func argumentsAreChecked() throws {
    let bad: [() throws -> Schedule] = [
      { try .adaptive(start: 2, target: 0, rate: 1, maximum: 1) },
      { try .adaptive(start: 0, target: .nan, rate: 1) },
      { try .adaptive(start: 0, target: 0, rate: .infinity) },
      { try .adaptive(start: 0, target: 0, rate: 1, every: 0) },
      { try .adaptive(start: 0, target: 0, rate: 1, minimum: 1, maximum: 0) },
      { try .adaptive(start: 0, target: 0, rate: 1, rule: .multiplicative) },
      { try .ada(batch: 0) }, { try .ada(batch: 1, images: 0) }, { try .ada(batch: 1, every: 0) },
      { try .driven(start: .nan) { a, _, _ in a } },
      { try .plateau(.init(start: -1)) },
      {
        var s = Schedule.PlateauSettings(start: 1)
        s.factor = 1
        return try .plateau(s)
      },
      {
        var s = Schedule.FollowSettings(scale: 1)
        s.decay = 1
        return try .follow(s)
      },
      {
        var s = Schedule.FollowSettings(scale: 1)
        s.reference = 0
        return try .follow(s)
      },
    ]
    for (index, make) in bad.enumerated() {
      #expect(throws: TensorError.self, "number \(index)") { try make() }
    }
    for schedule in try all() {
      #expect(throws: TensorError.self) { try schedule.observe(.nan) }
      #expect(throws: TensorError.self) { try schedule.observe(.infinity) }
    }
    let follow = try all()[3]
    #expect(throws: TensorError.self) { try follow.observe(-1) }
    #expect(throws: TensorError.self) { try follow.observe(0) }
    // Numbers that grow without bound are refused before they are infinite.
    let wild = try Schedule.adaptive(start: 1, target: 0, rate: 1e300, rule: .multiplicative)
    #expect(throws: TensorError.self) { try wild.observe(1) }
    #expect(try wild(0) == 1)
  }

  @Test func sizesAreBounded() throws {
    var s = try Schedule.constant(1)
    let error = #expect(throws: TensorError.self) { for _ in 0..<64 { s = try s.times(s) } }
    #expect(error?.description.contains("at most 1000") == true)
    #expect(s.description.count < 400)
    #expect(try s(0) == 1)
  }
}
