/// χ² bands against published quantiles.

import PenumbraOptim
import PenumbraTensor
import Testing

@Suite struct TemperatureBandTests {
  /// Quantiles .025 and .975 of χ²_d, from tables (scipy.stats.chi2.ppf).
  @Test(arguments: [
    (1, 0.0009820691171752555, 5.023886187314888),
    (2, 0.05063561596857975, 7.377758908227871),
    (7, 1.689869180677355, 16.012764274629326),
    (100, 74.22192747492373, 129.5611971858366),
    (5000, 4805.904730862248, 5197.883771923797),
    (1_000_000, 997230.0871432901, 1002773.701467926),
  ])
  func quantiles(_ d: Int, _ low: Double, _ high: Double) throws {
    let band = try TemperatureBand(temperature: 2, count: d)
    let tolerance = d < 10000 ? 1e-11 : 1e-6
    #expect(abs(band.low * Double(d) / 2 / low - 1) < tolerance)
    #expect(abs(band.high * Double(d) / 2 / high - 1) < tolerance)
    #expect(band.contains(2) && !band.contains(band.high * 1.01))
  }

  @Test func refusesNumbersOutOfRange() {
    #expect(
      tensorError { _ = try TemperatureBand(temperature: -1, count: 2) }?.argument == "temperature")
    #expect(tensorError { _ = try TemperatureBand(temperature: 1, count: 0) }?.argument == "count")
    #expect(
      tensorError { _ = try TemperatureBand(temperature: 1, count: 2, probability: 1) }?.argument
        == "probability")
  }
}
