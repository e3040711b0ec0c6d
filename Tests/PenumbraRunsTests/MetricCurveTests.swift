/// Curves in bounded room: what stands for many values is what they are.

import PenumbraData
import PenumbraRuns
import TestSupport
import Testing

@Suite struct MetricCurveTests {
  @Test(arguments: [1, 7, 63, 64, 65, 1000, 12_345])
  func pointsStandForTheirValues(_ count: Int) {
    let values = (1...count).map { Double(($0 * 7919) % 1013) / 1013 }
    var curve = MetricCurve(limit: 32)
    for (place, value) in values.enumerated() { curve.append(step: place + 1, value: value) }
    let points = curve.points
    #expect(points.count < 64 && (count >= 64 || points.count == count))
    #expect(curve.count == count && curve.last == values.last)
    #expect(points.map(\.low).min() == values.min() && points.map(\.high).max() == values.max())
    #expect(curve.steps?.low == 1 && curve.steps?.high == count)
    // Each point but the last stands for as many values: their mean, by hand.
    let size = (count + points.count - 1) / points.count
    let width = size.nonzeroBitCount == 1 ? size : 1 << (Int.bitWidth - size.leadingZeroBitCount)
    for (place, point) in points.enumerated() {
      let part = values[(place * width)..<min((place + 1) * width, count)]
      #expect(abs(point.mean - part.reduce(0, +) / Double(part.count)) < 1e-12)
      #expect(point.low == part.min() && point.high == part.max())
      let middle = Double(2 * place * width + part.count + 1) / 2
      #expect(abs(point.step - middle) < 1e-9)
    }
    #expect(curve.points(atMost: 10).count <= 10)
    #expect(curve.points(atMost: 10).map(\.high).max() == values.max())
  }

  @Test func valuesThatAreNotFiniteAreCounted() {
    var curve = MetricCurve(limit: 4)
    for step in 1...300 {
      curve.append(step: step, value: step % 3 == 0 ? .nan : step % 3 == 1 ? 1e308 : -1e308)
    }
    #expect(curve.notFinite == 100 && curve.count == 200 && curve.gaps.count == 64)
    #expect(curve.gaps.first == 3 && curve.last?.isNaN == true)
    #expect(curve.points.allSatisfy { $0.mean.isFinite && $0.step.isFinite })
  }

  @Test func metricsBeyondTheLimitAreLeftOut() throws {
    let folder = TemporaryFolder()
    let text = (1...20).map { "{\"step\":\($0),\"time\":1,\"m\($0)\":\($0),\"loss\":1}\n" }.joined()
    let path = folder.put("metrics.jsonl", Array(text.utf8))
    let curves = try MetricCurves(reading: path, nameLimit: 5)
    #expect(curves.names.count == 5 && curves.isCut && curves.lastStep == 20)
    #expect(curves["loss"]?.count == 20)
    #expect(try MetricCurves(reading: path + "none").names.isEmpty)
  }

  @Test(arguments: [1, 2, 5, 6, 11, 100, 1023])
  func thinnedKeepsBothEnds(_ count: Int) {
    var thinned = Thinned<Int>(limit: 5)
    for value in 1...count { thinned.append(value) }
    let chosen = thinned.chosen
    #expect(chosen.count == min(count, 5) && thinned.count == count)
    #expect(chosen.first == 1 && chosen.last == count)
    #expect(zip(chosen, chosen.dropFirst()).allSatisfy { $0 < $1 })
    if count >= 100 {
      let gaps = zip(chosen, chosen.dropFirst()).map { $1 - $0 }
      #expect((gaps.max() ?? 0) <= 2 * (gaps.min() ?? 0))
    }
  }
}
