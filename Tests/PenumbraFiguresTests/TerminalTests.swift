// Figures and images for terminals: characters, sixel, kitty.

import PenumbraData
import PenumbraFigures
import PenumbraTensor
import TestSupport
import Testing

@Suite struct TerminalTests {
  private func figure(_ series: Series..., change: (inout Panel) -> Void = { _ in }) -> Figure {
    var panel = Panel(series)
    change(&panel)
    return Figure([panel])
  }

  // MARK: - Characters

  @Test func drawsALine() throws {
    var line = try Series.line([0, 1, 2, 3, 4], [0, 1, 2, 3, 4])
    line.label = "x"
    let text = try figure(line) { ($0.title, $0.xLabel, $0.yLabel) = ("rise", "time", "y") }
      .text(columns: 30)
    #expect(text == Self.rise)
  }

  private static let rise = """
                 rise
    y
    4┤                         ⣀⠤
     │                    ⣀⠤⠒⠊⠉
     │                ⣀⠤⠒⠉
    2┤            ⣀⠤⠒⠉
     │       ⢀⡠⠔⠒⠉
     │   ⣀⠤⠒⠉⠁
    0┤⠤⠒⠉
     └┬────────────┬────────────┬
      0            2            4
                 time
      ⠒⠒ x

    """

  /// Rows of dots, read back from the text: true where a dot is.
  private func dots(_ text: String) -> [[Bool]] {
    let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      bits.map { row in
        line.unicodeScalars.flatMap { scalar -> [Bool] in
          let mask = (0x2800...0x28FF).contains(scalar.value) ? scalar.value - 0x2800 : 0
          return row.map { mask & $0 != 0 }
        }
      }
    }
  }

  @Test func aLineRisesMonotonously() throws {
    let text = try figure(.line([0, 1], [0, 1])).text(columns: 40)
    var last = Int.max
    var count = 0
    for row in dots(text) where row.contains(true) {
      let place = row.firstIndex(of: true) ?? 0
      #expect(place <= last)
      last = place
      count += 1
    }
    #expect(count >= 20)
  }

  @Test func gapsAndOutsidersAreNotDrawn() throws {
    let series = try Series.line([0, 1, .nan, 3, 1e305], [.infinity, .nan, 1, 2, 3])
    let text = try figure(series) { $0.yRange = Interval(10, 20) }.text(columns: 40)
    #expect(dots(text).allSatisfy { !$0.contains(true) })
    let clipped = try figure(.line([-1e9, 1e9], [-1e9, 1e9])) {
      ($0.xRange, $0.yRange) = (Interval(0, 1), Interval(0, 1))
    }.text(columns: 40)
    #expect(dots(clipped).contains { $0.contains(true) })
  }

  @Test func heatMapsAreShades() throws {
    let field = try Field([0, 1, 2, 3], rows: 2, columns: 2)
    let plain = try figure(.heatMap(field)) { $0.palette = .grey }.text(columns: 40)
    // Grey is white at the low end: the lower left quarter is the brightest.
    #expect(plain.contains("█"))
    let coloured = try figure(.heatMap(field)).text(columns: 40, colour: .full)
    #expect(coloured.contains("\u{1B}[0;38;2;68;1;84;48;2;68;1;84m▀"))
    #expect(coloured.contains("38;2;253;231;37"))
    for line in coloured.split(separator: "\n") where line.contains("\u{1B}") {
      #expect(line.hasSuffix("\u{1B}[0m") || !line.contains("m▀"))
    }
  }

  @Test func dashesTellLinesApart() throws {
    var dashed = try Series.line([0, 1], [0, 0])
    dashed.dash = .dashed
    let solid = try figure(.line([0, 1], [0, 0])).text(columns: 60)
    let broken = try figure(dashed).text(columns: 60)
    func count(_ text: String) -> Int { dots(text).joined().filter { $0 }.count }
    #expect(count(broken) * 9 >= count(solid) * 4 && count(broken) * 9 <= count(solid) * 6)
  }

  @Test func anyFigureHasItsLines() throws {
    let x = (0..<20).map(Double.init)
    let field = try Field((0..<60).map { $0 == 7 ? .nan : Double($0) }, rows: 6, columns: 10)
    var log = Panel(
      [try .line(x, x), try .filled(x, x, x.map { $0 + 1 })], title: "a\u{1B}[31m\nb")
    (log.logX, log.logY, log.note) = (true, true, "note")
    var second = try Series.steps(x, x.map { -$0 })
    (second.onSecondAxis, second.label) = (true, "right")
    let panels = [
      log, Panel([second, try .histogram(x, bins: 5)]), Panel(), Panel([try .line([], [])]),
      Panel([.heatMap(field), .contour(field, levels: [10, 20])]),
      Panel([try .vectors(x, x, x, x), try .points([.nan], [1])]),
    ]
    for columns in [20, 57, 80, 400] {
      for colour in [TerminalColour.none, .indexed, .full] {
        let text = try Figure(panels, columns: 3).text(columns: columns, colour: colour)
        #expect(!text.contains("\u{1B}[31m"))
        guard colour == .none else { continue }
        #expect(!text.contains("\u{1B}"))
        for line in text.split(separator: "\n") { #expect(line.count <= columns) }
      }
    }
    #expect(throws: TensorError.self) { try Figure([]).text() }
  }

  /// Any numbers, inside or outside the axes, in all kinds of series: no trap, and lines that fit.
  @Test func hostileNumbersAreDrawnOrLeftOut() throws {
    let tiny = Double.leastNormalMagnitude / 4
    let values: [Double] = [
      0, -1, 1, tiny, -tiny, 1e299, -1e299, 1e305, .infinity, -.infinity, .nan, 1e18,
      .leastNonzeroMagnitude,
    ]
    let ranges: [Interval?] = [
      nil, Interval(0.5, 2), Interval(tiny, 2 * tiny), Interval(-1e299, 1e299), Interval(1e-9, 1e9),
    ]
    var generator = SystemRandomNumberGenerator()
    for round in 0..<400 {
      func some(_ count: Int) -> [Double] {
        (0..<count).map { _ in values.randomElement(using: &generator) ?? 0 }
      }
      let (x, y) = (some(6), some(6))
      let field = try Field(
        some(12), rows: 3, columns: 4, x: ranges.randomElement(using: &generator) ?? nil)
      var panel = Panel([
        try .line(x, y), try .points(x, y), try .steps(x, y), try .filled(x, some(6), y),
        try .vectors(x, y, some(6), some(6)), .heatMap(field), .contour(field, levels: some(2)),
        try .histogram(Histogram(edges: [-1e299, -1, tiny, 1, 1e299], heights: some(4))),
      ])
      panel.xRange = ranges.randomElement(using: &generator) ?? nil
      panel.yRange = ranges.randomElement(using: &generator) ?? nil
      panel.equalAspect = round % 2 == 0
      (panel.logX, panel.logY) = (round % 3 == 0, round % 5 == 0)
      do {
        let text = try Figure([panel]).text(columns: 40)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 40 })
      } catch let error as TensorError {
        // A range that a logarithmic axis cannot have.
        #expect(panel.logX || panel.logY, "\(error)")
      }
    }
  }

  @Test func imagesAreHalfBlocksOrDots() throws {
    let images = try Tensor([1, 0, 0, 1], [1, 2, 2])
    let grid = ImageGrid(padding: 0)
    let device = TerminalDevice(pictures: .text, colour: .full, columns: 2)
    #expect(
      try device.rendering(of: images, grid)
        == "\u{1B}[0;38;2;255;255;255;48;2;0;0;0m▀\u{1B}[0;38;2;0;0;0;48;2;255;255;255m▀\u{1B}[0m\n"
    )
    let large = try Tensor.full([1, 64, 64], 1)
    let plain = try TerminalDevice.pipe.rendering(of: large, grid)
    #expect(plain == String(repeating: String(repeating: "⣿", count: 32) + "\n", count: 16))
    // A grey of one half lights half of the dots.
    let grey = try TerminalDevice.pipe.rendering(of: Tensor.full([1, 64, 64], 0.5), grid)
    let lit = dots(grey).joined().filter { $0 }.count
    #expect(abs(lit - 2048) < 60)
  }

  @Test(arguments: [
    (Colour(0, 0, 0), 16), (Colour(255, 255, 255), 231), (Colour(255, 0, 0), 196),
    (Colour(128, 128, 128), 244), (Colour(95, 135, 175), 67), (Colour(8, 8, 8), 232),
  ])
  func findsTheNearestOf256(_ colour: Colour, _ index: Int) {
    #expect(TerminalColour.index(colour) == index)
  }

  // MARK: - Sixel

  /// Reads sixels as the VT340's manual says; nil where nothing was drawn.
  private func decoded(_ text: String) throws -> [[[Int]?]] {
    let header = try #require(text.firstMatch(of: /^\u{1B}P0;1q"1;1;(\d+);(\d+)/))
    let (width, height) = (Int(header.1) ?? 0, Int(header.2) ?? 0)
    #expect(text.hasSuffix("\u{1B}\\"))
    var rows = [[[Int]?]](repeating: Array(repeating: nil, count: width), count: height)
    var palette: [Int: [Int]] = [:]
    var (x, top, colour) = (0, 0, 0)
    var rest = text[header.range.upperBound...].dropLast(2)
    while let first = rest.first {
      if let match = rest.prefixMatch(of: /#(\d+);2;(\d+);(\d+);(\d+)/) {
        palette[Int(match.1) ?? -1] = [match.2, match.3, match.4].compactMap { Int($0) }
        rest = rest[match.range.upperBound...]
      } else if let match = rest.prefixMatch(of: /#(\d+)/) {
        colour = Int(match.1) ?? -1
        rest = rest[match.range.upperBound...]
      } else if first == "$" || first == "-" {
        (x, top) = (0, first == "-" ? top + 6 : top)
        rest = rest.dropFirst()
      } else {
        var count = 1
        if let match = rest.prefixMatch(of: /!(\d+)/) {
          count = Int(match.1) ?? 0
          rest = rest[match.range.upperBound...]
        }
        let bits = try #require(rest.first?.asciiValue) - 63
        for _ in 0..<count {
          for row in 0..<6 where bits >> UInt8(row) & 1 == 1 {
            rows[top + row][x] = palette[colour]
          }
          x += 1
        }
        rest = rest.dropFirst()
      }
    }
    return rows
  }

  @Test func sixelsAreTheSmallPicture() throws {
    let raster = Raster(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255])
    #expect(
      raster.sixel
        == "\u{1B}P0;1q\"1;1;2;1#0;2;0;0;100#1;2;100;0;0#0?@$#1@-\u{1B}\\")
  }

  @Test(arguments: [(13, 7), (40, 20)])
  func sixelsComeBack(_ width: Int, _ height: Int) throws {
    // Few colours come back as they are; thousands within the step of a level.
    var pixels: [UInt8] = []
    for place in 0..<(width * height) {
      for factor in [7, 31, 3] { pixels.append(UInt8(place * factor % 256)) }
    }
    let raster = Raster(width: width, height: height, pixels: pixels)
    let rows = try decoded(raster.sixel)
    for y in 0..<height {
      for x in 0..<width {
        let got = try #require(rows[y][x])
        for channel in 0..<3 {
          let wanted = Double(pixels[3 * (y * width + x) + channel]) / 2.55
          #expect(abs(Double(got[channel]) - wanted) < (width * height < 256 ? 4 : 20))
        }
      }
    }
  }

  // MARK: - Kitty

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func base64IsThatOfTheStandard(_ text: String, _ code: String) {
    #expect(KittyGraphics.base64(Array(text.utf8)) == code)
  }

  @Test func kittyGetsThePNGInPieces() throws {
    let bytes = (0..<10_000).map { UInt8($0 % 251) }
    let text = KittyGraphics.show(png: bytes, columns: 40)
    let pieces = text.matches(of: /\u{1B}_G([^;]*);([A-Za-z0-9+\/=]*)\u{1B}\\/)
    #expect(pieces.map { String($0.1) } == ["a=T,f=100,q=2,c=40,m=1", "m=1", "m=1", "m=0"])
    #expect(pieces.allSatisfy { $0.2.count <= 4096 })
    #expect(pieces.map { String($0.2) }.joined() == KittyGraphics.base64(bytes))
    #expect(pieces.reduce(0) { $0 + $1.0.count } == text.count)
  }

  @Test func imagesGoToKittyAsPNG() throws {
    let device = TerminalDevice(pictures: .kitty, colour: .full)
    let text = try device.rendering(of: Tensor([1, 0, 0, 1], [1, 2, 2]), ImageGrid(padding: 0))
    #expect(text.hasPrefix("\u{1B}_Ga=T,f=100,q=2,m=0;iVBORw0KGgo"))
    #expect(text.hasSuffix("\u{1B}\\\n"))
  }

  // MARK: - Scaling and asking

  @Test func scalingKeepsTheMean() {
    let raster = Raster(width: 4, height: 2, pixels: (0..<8).flatMap { [UInt8($0 * 10), 0, 255] })
    let half = raster.scaled(width: 2, height: 1)
    #expect(half.pixels == [25, 0, 255, 45, 0, 255])
    #expect(raster.scaled(width: 8, height: 4).scaled(width: 4, height: 2) == raster)
    #expect(raster.fitting(width: 2).height == 1)
    #expect(raster.fitting(width: 100) == raster)
  }

  @Test(arguments: [
    ("\u{1B}[?62;4c", TerminalDevice.Pictures.sixel), ("\u{1B}[?62;c", .text), ("", .text),
    ("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[?62;4c", .kitty), ("\u{1B}[?64;1;2;14c", .text),
    ("\u{1B}_Gi=31;ENOENT\u{1B}\\\u{1B}[?4c", .sixel), ("garbage\u{1B}[?", .text),
  ])
  func understandsTheTerminal(_ answer: String, _ pictures: TerminalDevice.Pictures) {
    #expect(TerminalQuery.meaning(Array(answer.utf8)) == pictures)
  }
}
