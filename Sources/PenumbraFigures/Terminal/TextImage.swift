/// Pictures as characters.

extension Raster {
  /// The picture as lines of text, every one with its newline: half blocks of two pixels each in
  /// colour, else Braille dots, light where the picture is (by Floyd and Steinberg's error diffusion).
  package func text(columns: Int, colour: TerminalColour) -> String {
    let columns = min(max(columns, 1), 400)
    if colour == .none { return dotted(fitting(width: 2 * columns).visible(2 * columns)) }
    return blocks(fitting(width: columns).visible(columns), colour)
  }

  /// What is tiny is enlarged.
  private func visible(_ columns: Int) -> Raster {
    let factor = max(1, min(min(24, columns) / width, 48 / height))
    return scaled(width: width * factor, height: height * factor)
  }

  private func blocks(_ raster: Raster, _ colour: TerminalColour) -> String {
    var canvas = TextCanvas(columns: raster.width, rows: (raster.height + 1) / 2)
    for y in 0..<raster.height {
      for x in 0..<raster.width { canvas.paint(x, y, raster.colour(x, y)) }
    }
    return canvas.text(colour)
  }

  private func dotted(_ raster: Raster) -> String {
    let (width, height) = (raster.width, raster.height)
    var canvas = TextCanvas(columns: (width + 1) / 2, rows: (height + 3) / 4)
    var light = (0..<(width * height)).map { raster.colour($0 % width, $0 / width).brightness }
    for y in 0..<height {
      for x in 0..<width {
        let value = light[y * width + x]
        let isLight = value >= 128
        if isLight { canvas.dot(x, y, nil) }
        let error = value - (isLight ? 255 : 0)
        for (dx, dy, part) in [(1, 0, 7.0), (-1, 1, 3), (0, 1, 5), (1, 1, 1)] {
          let (nx, ny) = (x + dx, y + dy)
          guard nx >= 0, nx < width, ny < height else { continue }
          light[ny * width + nx] += error * part / 16
        }
      }
    }
    return canvas.text(.none)
  }
}
