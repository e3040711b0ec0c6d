import PenumbraData
import PenumbraFigures
import PenumbraTensor
import TestSupport
import Testing

@Suite struct FigureTests {
  let folder = TemporaryFolder()

  /// One panel of each kind, with hostile texts and gaps.
  private func everything() throws -> Figure {
    let x = (0..<50).map { Double($0) / 10 }
    let field = try Field(
      (0..<60).map { $0 == 7 ? .nan : Double($0) }, rows: 6, columns: 10, x: Interval(-1, 1))
    var line = try Series.line(x, x.map { $0 == 2 ? .nan : $0 * $0 })
    line.label = "it's `a` \"line\" \\"
    line.dash = .dashed
    var second = try Series.steps(x, x.map { -$0 })
    second.onSecondAxis = true
    var axes = Panel([line, second], title: "titles^2_x\nsecond @line")
    (axes.xLabel, axes.yLabel, axes.y2Label, axes.note) = ("x's", "y", "y2", "a note")
    var log = Panel([
      try .line(x, x), try .filled(x, x, x.map { $0 + 1 }),
      try .histogram(x.map { $0 + 0.1 }, bins: 7),
    ])
    (log.logX, log.logY, log.legend) = (true, true, .below)
    var maps = Panel([.heatMap(field), .contour(field, levels: [10, 20])])
    (maps.palette, maps.equalAspect) = (.diverging, true)
    let clouds = Panel([try .points(x, x), try .vectors(x, x, x, x)])
    let empty = Panel([
      try .line([], []), try .points([.nan], [1]), .heatMap(try Field([.nan], rows: 1, columns: 1)),
    ])
    let single = Panel([
      .heatMap(try Field([3], rows: 1, columns: 1)), try .points([1], [1]),
      try .line([1e250], [1e250]),
    ])
    var figure = Figure([axes, log, maps, clouds, Panel(), empty, single], columns: 3)
    (figure.title, figure.rowTitles) = ("all's `well`", ["first", "second"])
    return figure
  }

  @Test func everyKindInEveryFormat() throws {
    let figure = try everything()
    for (name, start) in [("a.png", "\u{89}PNG"), ("a.svg", "<?xml"), ("A.PDF", "%PDF")] {
      try figure.write(to: folder.file(name))
      let bytes = folder.get(name)
      #expect(bytes.starts(with: start.unicodeScalars.map { UInt8($0.value) }))
      #expect(bytes.count > 5000)
    }
    #expect(folder.names == ["A.PDF", "a.png", "a.svg"])
    let image = try PNG.read(folder.file("a.png"))
    #expect(image.shape == [3, 3 * 360 + 38, 3 * 400 + 30])
  }

  @Test func theSameFigureIsTheSameFile() throws {
    let figure = try everything()
    try figure.write(to: folder.file("a.png"))
    try figure.write(to: folder.file("b.png"))
    #expect(folder.get("a.png") == folder.get("b.png"))
  }

  @Test func scaleIsForPixels() throws {
    var figure = Figure([Panel([try .line([0, 1], [0, 1])])])
    (figure.panelWidth, figure.panelHeight, figure.scale) = (200, 150, 2)
    try figure.write(to: folder.file("a.png"))
    #expect(try PNG.read(folder.file("a.png")).shape == [3, 308, 400])
  }

  /// Columns of the picture in which the panel's line is seen.
  private func inkedColumns(_ y: [Double]) throws -> [Bool] {
    var line = try Series.line(y.indices.map(Double.init), y)
    line.colour = Colour(255, 0, 0)
    var panel = Panel([line])
    panel.yRange = Interval(-1, 1)
    try Figure([panel]).write(to: folder.file("ink.png"))
    let image = try PNG.read(folder.file("ink.png"))
    let (height, width) = (image.shape[1], image.shape[2])
    let values = try image.doubles()
    return (0..<width).map { column in
      (0..<height).contains { row in
        let place = row * width + column
        return values[place] > 0.9 && values[place + height * width] < 0.4
      }
    }
  }

  @Test func linesHaveGapsWhereDataHaveNone() throws {
    let whole = try inkedColumns([0, 0, 0, 0, 0])
    let gap = try inkedColumns([0, 0, .nan, 0, 0])
    let infinite = try inkedColumns([0, 0, .infinity, 0, 0])
    #expect(whole.count { $0 } > 320)
    // The two middle quarters are missing.
    let ratio = Double(gap.count { $0 }) / Double(whole.count { $0 })
    #expect(abs(ratio - 0.5) < 0.03)
    #expect(gap == infinite)
  }

  @Test func heatMapsShowThePalettesEnds() throws {
    var panel = Panel([.heatMap(try Field([0, 1], rows: 1, columns: 2))])
    panel.colourBar = false
    try Figure([panel]).write(to: folder.file("map.png"))
    let image = try PNG.read(folder.file("map.png"))
    let (height, width) = (image.shape[1], image.shape[2])
    let values = try image.doubles()
    func colour(_ column: Int) -> [Int] {
      (0..<3).map {
        Int((values[$0 * height * width + height / 2 * width + column] * 255).rounded())
      }
    }
    #expect(colour(width / 3) == [68, 1, 84])
    #expect(colour(width * 3 / 4) == [253, 231, 37])
  }

  @Test func aFailureLeavesTheOldFile() throws {
    let path = folder.put("a.png", [1, 2, 3])
    let figure = Figure([Panel([try .line([0, 1], [0, 1])])])
    #expect(throws: TensorError.self) {
      try figure.write(to: path, gnuplot: Gnuplot(executable: "no-such-gnuplot"))
    }
    // A program that ends well but draws nothing.
    let nothing = #expect(throws: TensorError.self) {
      try figure.write(to: path, gnuplot: Gnuplot(executable: "true"))
    }
    #expect(nothing?.reason == "gnuplot made no png picture")
    #expect(folder.get("a.png") == [1, 2, 3] && folder.names == ["a.png"])
  }

  @Test func contradictionsAreNamed() throws {
    func failure(_ change: (inout Figure) throws -> Void) rethrows -> String {
      var figure = Figure([Panel()])
      try change(&figure)
      let error = #expect(throws: TensorError.self) { _ = try figure.script(.png) }
      return error?.description ?? ""
    }
    #expect(failure { $0.panels = [] } == "figure: panels: expected 1 to 400 panels, got 0")
    #expect(failure { $0.columns = 0 }.contains("columns"))
    #expect(failure { $0.panelWidth = 5 }.contains("width: expected 120 to 8000"))
    #expect(failure { $0.scale = .nan }.contains("scale"))
    #expect(failure { $0.panels = Array(repeating: Panel(), count: 400) }.contains("32000 pixels"))
    #expect(
      failure { $0.panels[0].xRange = Interval(2, 1) }.contains("xrange: expected low < high"))
    #expect(
      failure {
        $0.panels[0].logY = true
        $0.panels[0].yRange = Interval(0, 1)
      }.contains("yrange: expected 0 < low < high on a log axis"))
    for name in ["a.gif", "png", "a", ""] {
      let error = #expect(throws: TensorError.self) { _ = try FigureFormat(path: name) }
      #expect(error?.reason == "expected a name that ends in .png, .svg or .pdf")
    }
    #expect(throws: TensorError.self) { _ = try Series.line([1], [1, 2]) }
    #expect(throws: TensorError.self) { _ = try Field([1], rows: 2, columns: 2) }
    #expect(throws: TensorError.self) { _ = try Field([1], rows: 1, columns: 1, x: Interval(1, 1)) }
  }
}
