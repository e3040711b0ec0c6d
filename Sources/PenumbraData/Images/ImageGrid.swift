/// Many small images side by side in one.

public import PenumbraTensor

/// How a batch of images is laid out as a picture.
///
/// The grid is filled row by row; its size in pixels is
/// scale · (columns · width + (columns + 1) · padding), and likewise for the height.
public struct ImageGrid: Sendable {
  /// The values that become black and white; others are clamped, NaN becomes black.
  public var range: Interval
  /// Images in a row; by default the square root of their number, rounded up.
  public var columns: Int?
  /// Pixels between images and around them, before scaling.
  public var padding: Int
  /// Each pixel becomes a square of scale × scale.
  public var scale: Int
  /// The grey of the padding, 0 black to 1 white.
  public var background: Double

  public init(
    range: Interval = Interval(0, 1), columns: Int? = nil, padding: Int = 2, scale: Int = 1,
    background: Double = 1
  ) {
    self.range = range
    self.columns = columns
    self.padding = padding
    self.scale = scale
    self.background = background
  }

  /// The picture, uint8 [height, width, channels].
  ///
  /// - Parameter images: [n, c, h, w] with c = 1 (grey) or 3 (red, green, blue), or [n, h, w].
  /// - Throws: `TensorError` for another shape, no images, or options out of range.
  public func compose(_ images: Tensor) throws -> Tensor {
    let layout = try Layout(self, images)
    let values = try images.doubles()
    let shade = background.isNaN ? 0 : (min(max(background, 0), 1) * 255).rounded()
    let result = try Tensor.full(
      [layout.height, layout.width, layout.channels], shade, dtype: .uint8)
    try result.withMutableBytes { pixels in
      for index in 0..<layout.count { draw(index, values, layout, into: pixels) }
    }
    return result
  }

  /// Copies image `index` to its place.
  private func draw(
    _ index: Int, _ values: [Double], _ layout: Layout, into pixels: UnsafeMutableRawBufferPointer
  ) {
    let (h, w, channels) = (layout.imageHeight, layout.imageWidth, layout.channels)
    let top = (padding + index / layout.columns * (h + padding)) * scale
    let left = (padding + index % layout.columns * (w + padding)) * scale
    for y in 0..<(h * scale) {
      let row = ((top + y) * layout.width + left) * channels
      for x in 0..<(w * scale) {
        for channel in 0..<channels {
          let source = ((index * channels + channel) * h + y / scale) * w + x / scale
          pixels[row + x * channels + channel] = byte(values[source])
        }
      }
    }
  }

  private func byte(_ value: Double) -> UInt8 {
    let level = (value - range.low) / (range.high - range.low) * 255
    return level.isNaN ? 0 : UInt8(min(max(level, 0), 255).rounded())
  }

  /// The measures of a grid, checked.
  private struct Layout {
    let count, channels, imageHeight, imageWidth, columns, height, width: Int

    init(_ grid: ImageGrid, _ images: Tensor) throws {
      let shape = images.shape
      channels = shape.rank == 4 ? shape[1] : 1
      guard shape.rank == 3 || shape.rank == 4, channels == 1 || channels == 3,
        images.elementCount > 0
      else {
        throw TensorError(
          .shape, "image_grid", argument: "images",
          expected: "[n, 1 or 3, height, width] or [n, height, width]", got: "\(shape)")
      }
      count = shape[0]
      imageHeight = shape[shape.rank - 2]
      imageWidth = shape[shape.rank - 1]
      func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
          throw TensorError(
            .value, "image_grid", argument: name,
            expected: "\(range.lowerBound) to \(range.upperBound)", got: "\(value)")
        }
      }
      let most = 1 << 15
      try check("padding", grid.padding, 0...most)
      try check("scale", grid.scale, 1...most)
      if let columns = grid.columns { try check("columns", columns, 1...most) }
      guard grid.range.low < grid.range.high,
        (grid.range.high - grid.range.low).isFinite
      else {
        throw TensorError(
          .value, "image_grid", argument: "range", expected: "finite low < high",
          got: "\(grid.range.low) and \(grid.range.high)")
      }
      columns = min(grid.columns ?? Int(Double(count).squareRoot().rounded(.up)), count)
      let rows = (count + columns - 1) / columns
      height = (rows * (imageHeight + grid.padding) + grid.padding) * grid.scale
      width = (columns * (imageWidth + grid.padding) + grid.padding) * grid.scale
      try check("height of the picture", height, 1...(1 << 16))
      try check("width of the picture", width, 1...(1 << 16))
    }
  }
}
