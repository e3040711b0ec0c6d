/// Pictures in DEC's sixel format, which xterm, foot, WezTerm, mlterm and others show.

extension Raster {
  /// The escape sequence that shows the picture at the cursor.
  ///
  /// Up to 256 colours: the most frequent ones of 32 levels a channel, others by the nearest of them.
  ///
  /// Source: DEC, "VT330/VT340 Programmer Reference Manual", volume 2, chapter 14.
  package var sixel: String {
    let palette = Palette256(self)
    // The background stays as it is; the raster attributes say the size.
    var text = "\u{1B}P0;1q\"1;1;\(width);\(height)"
    for (index, colour) in palette.colours.enumerated() {
      let parts = [colour.red, colour.green, colour.blue].map { "\((Int($0) * 100 + 127) / 255)" }
      text += "#\(index);2;" + parts.joined(separator: ";")
    }
    for top in stride(from: 0, to: height, by: 6) {
      text += band(top, palette) + "-"
    }
    return text + "\u{1B}\\"
  }

  /// Six rows: for each colour a line of sixels, each of them six pixels above each other.
  private func band(_ top: Int, _ palette: Palette256) -> String {
    var masks: [Int: [UInt8]] = [:]
    for y in top..<min(top + 6, height) {
      for x in 0..<width {
        masks[palette.indices[y * width + x], default: Array(repeating: 0, count: width)][x] |=
          1 << UInt8(y - top)
      }
    }
    return masks.sorted { $0.key < $1.key }.map { index, mask in
      "#\(index)" + Raster.runs(mask)
    }.joined(separator: "$")
  }

  /// Sixels with repeats as `!count`; blank ones at the end are left out.
  private static func runs(_ mask: [UInt8]) -> String {
    var text = ""
    let end = (mask.lastIndex { $0 != 0 } ?? -1) + 1
    var start = 0
    while start < end {
      var next = start
      while next < end, mask[next] == mask[start] { next += 1 }
      let sixel = String(UnicodeScalar(63 + mask[start]))
      let count = next - start
      text += count > 3 ? "!\(count)\(sixel)" : String(repeating: sixel, count: count)
      start = next
    }
    return text
  }
}

/// At most 256 colours, and which of them each pixel has.
private struct Palette256 {
  private(set) var colours: [Colour] = []
  private(set) var indices: [Int] = []

  init(_ raster: Raster) {
    var sums: [Int: (count: Int, red: Int, green: Int, blue: Int)] = [:]
    let count = raster.width * raster.height
    let keys = (0..<count).map { place -> Int in
      let pixel = raster.pixels[(3 * place)..<(3 * place + 3)]
      return pixel.reduce(0) { $0 << 5 | Int($1 >> 3) }
    }
    for (place, key) in keys.enumerated() {
      let colour = raster.colour(place % raster.width, place / raster.width)
      var sum = sums[key] ?? (0, 0, 0, 0)
      sum.count += 1
      sum.red += Int(colour.red)
      sum.green += Int(colour.green)
      sum.blue += Int(colour.blue)
      sums[key] = sum
    }
    let ranked = sums.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    var index: [Int: Int] = [:]
    for (key, sum) in ranked {
      func mean(_ total: Int) -> UInt8 { UInt8((total + sum.count / 2) / sum.count) }
      let colour = Colour(mean(sum.red), mean(sum.green), mean(sum.blue))
      if colours.count < 256 {
        index[key] = colours.count
        colours.append(colour)
      } else {
        index[key] = nearest(to: colour)
      }
    }
    indices = keys.map { index[$0] ?? 0 }
  }

  private func nearest(to colour: Colour) -> Int {
    let distances = colours.map { colour.distance(Int($0.red), Int($0.green), Int($0.blue)) }
    return distances.indices.min { distances[$0] < distances[$1] } ?? 0
  }
}
