/// Figures and images for standard output, in the best form that it can show.

public import PenumbraData
public import PenumbraTensor

extension TerminalDevice {
  /// The text that shows a figure here, newline included. Without gnuplot it is drawn with characters.
  ///
  /// - Throws: `TensorError` (value) for contradictory settings.
  public func rendering(of figure: Figure) throws -> String {
    guard pictures != .text else { return try figure.text(columns: columns, colour: colour) }
    try figure.check()
    do {
      return try rendering(ofPNG: figure.picture(.png, name: "figure"))
    } catch let error as TensorError where error.kind == .file {
      return try figure.text(columns: columns, colour: colour)
    }
  }

  /// The text that shows images here: [n, c, h, w] or [n, h, w], laid out by the grid.
  ///
  /// - Throws: `TensorError` for another shape, or options out of range.
  public func rendering(of images: Tensor, _ grid: ImageGrid = ImageGrid()) throws -> String {
    let picture = try grid.compose(images)
    let raster = try Raster(picture)
    switch pictures {
    case .text: return raster.text(columns: columns, colour: colour)
    case .sixel: return raster.enlarged.fitting(width: pixelWidth ?? 800).sixel + "\n"
    case .kitty:
      let width = raster.width * raster.enlargement
      var larger = grid
      larger.scale = grid.scale * raster.enlargement
      let png = try PNG.encoded(larger.compose(images))
      let isWide = width > pixelWidth ?? 800
      return KittyGraphics.show(png: png, columns: isWide ? columns : nil) + "\n"
    }
  }

  private func rendering(ofPNG file: [UInt8]) throws -> String {
    let raster = try Raster(PNG.decoded(file))
    let limit = pixelWidth ?? 800
    if pictures == .kitty {
      return KittyGraphics.show(png: file, columns: raster.width > limit ? columns : nil) + "\n"
    }
    return raster.fitting(width: limit).sixel + "\n"
  }
}

extension Raster {
  /// Small pictures are shown two, three or four times as large.
  fileprivate var enlargement: Int { max(1, min(4, 320 / width, 320 / height)) }

  fileprivate var enlarged: Raster {
    scaled(width: width * enlargement, height: height * enlargement)
  }
}
