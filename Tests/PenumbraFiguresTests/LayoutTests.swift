import Glibc
import PenumbraData
import PenumbraFigures
import PenumbraTensor
import Testing

@Suite struct HistogramTests {
  @Test func countsByHand() throws {
    let samples = [0, 0.5, 0.99, 1, 1.5, 2, -0.1, 2.1, .nan, .infinity]
    let counts = try Histogram(samples, bins: 2, range: Interval(0, 2), density: false)
    #expect(counts.edges == [0, 1, 2])
    #expect(counts.heights == [3, 3])
    let density = try Histogram(samples, bins: 2, range: Interval(0, 2))
    #expect(density.heights.allSatisfy { abs($0 - 0.3) < 1e-15 })
  }

  @Test func theRangeIsThatOfTheData() throws {
    let histogram = try Histogram([-1, .nan, 3, 1, .infinity], bins: 4, density: false)
    #expect(histogram.edges == [-1, 0, 1, 2, 3])
    #expect(histogram.heights == [1, 0, 1, 1])
    #expect(try Histogram([5, 5], bins: 10, density: false).heights.reduce(0, +) == 2)
    #expect(try Histogram([], bins: 3).heights == [0, 0, 0])
  }

  @Test func badArguments() {
    #expect(throws: TensorError.self) { _ = try Histogram([1], bins: 0) }
    #expect(throws: TensorError.self) { _ = try Histogram([1], range: Interval(1, 1)) }
    #expect(throws: TensorError.self) { _ = try Histogram([1], range: Interval(.nan, 1)) }
    #expect(throws: TensorError.self) { _ = try Histogram(edges: [0, 1], heights: [1, 2]) }
    #expect(throws: TensorError.self) { _ = try Histogram(edges: [0, 0], heights: [1]) }
  }
}

@Suite struct ContourTests {
  /// A field of x² + y² on [−2, 2]².
  private func bowl(_ n: Int) throws -> Field {
    let centres = (0..<n).map { -2 + 4 * (Double($0) + 0.5) / Double(n) }
    return try Field(
      centres.flatMap { y in centres.map { x in x * x + y * y } }, rows: n, columns: n,
      x: Interval(-2, 2), y: Interval(-2, 2))
  }

  @Test func theContourOfABowlIsACircle() throws {
    let segments = try bowl(80).contour(1)
    var length = 0.0
    for segment in segments {
      #expect(abs(hypot(segment.x0, segment.y0) - 1) < 1e-3)
      #expect(abs(hypot(segment.x1, segment.y1) - 1) < 1e-3)
      length += hypot(segment.x1 - segment.x0, segment.y1 - segment.y0)
    }
    #expect(abs(length - 2 * Double.pi) < 0.01)
    #expect(try bowl(80).contour(100).isEmpty)
    #expect(try bowl(80).contour(.nan).isEmpty)
    #expect(try bowl(1).contour(1).isEmpty)
  }

  @Test func saddlesAndGaps() throws {
    let saddle = try Field([1, -1, -1, 1], rows: 2, columns: 2)
    #expect(saddle.contour(0).count == 2)
    // The middle is above −.5: the two low corners are cut off, each by its own piece.
    for segment in saddle.contour(-0.5) {
      let low = [(1.5, 0.5), (0.5, 1.5)].contains { corner in
        hypot(segment.x0 - corner.0, segment.y0 - corner.1) < 0.5
          && hypot(segment.x1 - corner.0, segment.y1 - corner.1) < 0.5
      }
      #expect(low)
    }
    #expect(try Field([1, -1, .nan, 1], rows: 2, columns: 2).contour(0).isEmpty)
  }
}

@Suite struct TicksTests {
  private func labels(_ low: Double, _ high: Double, _ count: Int = 5) -> [String] {
    Ticks.linear(Interval(low, high), count: count).map(\.text)
  }

  @Test func linearLabels() {
    #expect(labels(0, 1) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels(-13, 13) == ["−10", "0", "10"])
    #expect(labels(0, 60_000, 6) == ["0", "10k", "20k", "30k", "40k", "50k", "60k"])
    #expect(labels(0, 2e6, 4) == ["0", "0.5M", "1.0M", "1.5M", "2.0M"])
    #expect(labels(0, 4e-6, 4) == ["0", "1·10^{−6}", "2·10^{−6}", "3·10^{−6}", "4·10^{−6}"])
    #expect(labels(-0.001, 0.001, 2) == ["−0.001", "0.000", "0.001"])
  }

  @Test func marksLieInTheRangeForAllMagnitudes() {
    for exponent in stride(from: -299, through: 299, by: 13) {
      for start in [-1.0, 0, 0.3, 7] {
        let unit = pow(10, Double(exponent))
        let range = Interval(start * unit, (start + 1) * unit)
        let ticks = Ticks.linear(range, count: 5)
        #expect(ticks.count >= 2 && ticks.count <= 8)
        for tick in ticks {
          #expect(
            tick.position >= range.low - 1e-6 * unit && tick.position <= range.high + 1e-6 * unit)
        }
      }
    }
    #expect(Ticks.linear(Interval(1e16, 1e16 + 4), count: 5).count < 1000)
  }

  @Test func logarithmicLabels() {
    func major(_ low: Double, _ high: Double) -> [String] {
      Ticks.logarithmic(Interval(low, high), count: 6).filter(\.isMajor).map(\.text)
    }
    #expect(major(0.01, 100) == ["10^{−2}", "10^{−1}", "10^{0}", "10^{1}", "10^{2}"])
    #expect(major(2, 30) == ["2·10^{0}", "5·10^{0}", "10^{1}", "2·10^{1}"])
    #expect(major(1e-30, 1e30).count <= 8)
    #expect(major(2, 3).count >= 3)
  }
}

@Suite struct LayoutTests {
  @Test func axesAreOfOneSizeAndInsideTheCanvas() throws {
    var wide = Panel([try .line([0, 1], [0, 1])], title: "t")
    (wide.xLabel, wide.yLabel, wide.y2Label) = ("x", "y", "z")
    var figure = Figure(Array(repeating: Panel(title: "p"), count: 6) + [wide], columns: 4)
    figure.title = "figure"
    let layout = FigureLayout(figure, figure.panels.map { ($0.ranges().x, $0.ranges().y) })
    #expect(layout.width == 1600 && layout.height == 720 + 38)
    for box in layout.axes {
      #expect(abs(box.width - layout.axes[0].width) < 1e-9)
      #expect(abs(box.height - layout.axes[0].height) < 1e-9)
      #expect(box.left > 0 && box.right < 1600 && box.top > 38 && box.bottom < layout.height)
    }
    for index in 0..<3 { #expect(layout.axes[index].right < layout.axes[index + 1].left) }
    #expect(layout.axes[0].bottom < layout.axes[4].top)
  }

  @Test func equalAspectMakesUnitsEqual() throws {
    var panel = Panel([try .line([0, 4], [0, 1])])
    panel.equalAspect = true
    let (x, y, _) = panel.ranges()
    let box = FigureLayout(Figure([panel]), [(x, y)]).axes[0]
    #expect(abs(box.width / x.width - box.height / y.width) < 1e-9)
  }

  @Test func rangesHoldTheData() throws {
    let line = try Series.line([1, 2, .nan, 59_900], [-1, .infinity, 3, 2])
    let range = Panel([line]).ranges()
    #expect(range.x == Interval(0, 60_000))
    #expect(range.y.low < -1 && range.y.high > 2 && range.y.high < 3)
    var log = Panel([try .line([1, 2], [-5, 10])])
    log.logY = true
    #expect(log.ranges().y.low > 0)
    let bars = Panel([.histogram(try Histogram(edges: [0, 1], heights: [3]))])
    #expect(bars.ranges().y.low == 0)
    #expect(Panel([try .line([2, 2], [7, 7])]).ranges().y.isProper)
    #expect(Panel([try .line([], [])]).ranges().x == Interval(0, 1))
  }
}

@Suite struct ColourTests {
  @Test func namesAndCodes() throws {
    #expect(try Colour("blue") == Colour(0, 0x72, 0xb2))
    #expect(try Colour("gray") == Colour("grey"))
    #expect(try Colour("#0aF900") == Colour(0x0a, 0xf9, 0))
    #expect(Colour(1, 2, 255).code() == "#0102ff")
    #expect(Colour(1, 2, 255).code(opacity: 0.5) == "#800102ff")
    for text in ["", "#", "#12345", "#1234567", "#12345g", "blues", "#12 456", "123456#"] {
      let error = #expect(throws: TensorError.self) { _ = try Colour(text) }
      #expect(error?.reason.contains("#rrggbb or one of blue, red") == true)
    }
  }
}
