/// Schedules against PyTorch's lr_scheduler, to rounding.

import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct TorchScheduleTests {
  typealias Golden = TorchScheduleGolden

  private func agrees(
    _ schedule: Schedule, _ rates: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(!rates.isEmpty)
    for (step, rate) in rates.enumerated() {
      let value = try schedule.value(at: Double(step))
      #expect(
        abs(value - rate) <= 1e-13 * abs(rate) + 1e-16,
        "\(schedule) at \(step): \(value) against \(rate)", sourceLocation: sourceLocation)
    }
  }

  @Test func curves() throws {
    try agrees(.linear(from: 0.8, to: 0.2, steps: 9), Golden.linear)
    try agrees(Schedule.constant(0.8).warmedUp(over: 6, from: 0.25), Golden.warmUp)
    try agrees(.cosine(from: 0.8, to: 0.05, steps: 11), Golden.cosine)
    try agrees(.power(from: 0.8, to: 0, steps: 8, power: 1.7), Golden.power)
    try agrees(.step(from: 0.8, factor: 0.3, every: 4), Golden.step)
    try agrees(.step(from: 0.8, factor: 0.9, every: 1), Golden.exponential)
    try agrees(.steps([0.8, 0.08, 0.008, 0.0008], at: [3, 5, 11]), Golden.multiStep)
    try agrees(
      Schedule.constant(0.4).then(.step(from: 0.8, factor: 0.8, every: 1), at: 4), Golden.sequence)
  }

  @Test func cycles() throws {
    try agrees(.cosineRestarts(from: 0.8, to: 0.1, period: 5), Golden.restarts)
    try agrees(.cosineRestarts(from: 0.8, to: 0.1, period: 3, growth: 3), Golden.growingRestarts)
    try agrees(.triangular(low: 0.1, high: 0.9, up: 4, down: 6), Golden.triangular)
    try agrees(.triangular(low: 0.1, high: 0.9, up: 5, decay: .half), Golden.triangularHalf)
    try agrees(
      .triangular(low: 0.1, high: 0.9, up: 5, decay: .exponential, gamma: 0.97),
      Golden.triangularExponential)
  }

  @Test func oneCycles() throws {
    try agrees(.oneCycle(peak: 2, steps: 40), Golden.oneCycle)
    try agrees(
      .oneCycle(
        peak: 2, steps: 25, rise: 0.4, divisor: 10, finalDivisor: 100, anneal: .linear),
      Golden.oneCycleLinear)
    try agrees(
      .oneCycle(peak: 2, steps: 30, rise: 0.35, hasThreePhases: true), Golden.oneCycleThree)
    let schedule = try Schedule.oneCycle(peak: 2, steps: 40)
    #expect(try schedule(1000) == schedule(39) && schedule(-1) == 2 / 25)
  }

  @Test func plateaus() throws {
    func agrees(_ settings: Schedule.PlateauSettings, _ rates: [Double]) throws {
      let schedule = try Schedule.plateau(settings)
      #expect(Set(rates).count > 2)
      for (loss, rate) in zip(Golden.losses, rates) {
        try schedule.observe(loss)
        #expect(try schedule(0) == rate)
      }
    }
    var settings = Schedule.PlateauSettings(start: 0.8)
    (settings.factor, settings.patience) = (0.5, 3)
    try agrees(settings, Golden.plateau)
    (settings.factor, settings.patience, settings.threshold) = (0.3, 1, 0.2)
    (settings.isRelative, settings.cooldown, settings.minimum) = (false, 4, 0.01)
    try agrees(settings, Golden.plateauAbsolute)
    settings = Schedule.PlateauSettings(start: 0.8)
    (settings.mode, settings.factor, settings.patience, settings.threshold) = (.max, 0.7, 5, 0.05)
    try agrees(settings, Golden.plateauMax)
    (settings.patience, settings.threshold) = (2, 0.1)
    (settings.isRelative, settings.cooldown) = (false, 1)
    try agrees(settings, Golden.plateauMaxAbsolute)
  }
}
