/// Pixels in memory, for terminals.

package import PenumbraTensor

/// Red, green, blue, row by row from the top.
package struct Raster: Equatable, Sendable {
  package let width, height: Int
  package let pixels: [UInt8]

  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == 3 * width * height && width > 0 && height > 0)
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// - Parameter picture: uint8 [height, width, 1 or 3], as `PNG.decoded` and `ImageGrid.compose` give it.
  package init(_ picture: Tensor) throws {
    let channels = picture.shape[2]
    let bytes = try picture.withBytes { Array($0) }
    let pixels = channels == 3 ? bytes : bytes.flatMap { [$0, $0, $0] }
    self.init(width: picture.shape[1], height: picture.shape[0], pixels: pixels)
  }

  func colour(_ x: Int, _ y: Int) -> Colour {
    let place = 3 * (y * width + x)
    return Colour(pixels[place], pixels[place + 1], pixels[place + 2])
  }

  /// In another size: each pixel the mean of those that it covers, nearest where it covers none.
  ///
  /// - Complexity: O(pixels of both).
  package func scaled(width newWidth: Int, height newHeight: Int) -> Raster {
    if newWidth == width, newHeight == height { return self }
    var result: [UInt8] = []
    result.reserveCapacity(3 * newWidth * newHeight)
    for y in 0..<newHeight {
      let rows = Raster.covered(y, newHeight, height)
      for x in 0..<newWidth {
        let columns = Raster.covered(x, newWidth, width)
        var sum = (red: 0, green: 0, blue: 0)
        for row in rows {
          for column in columns {
            let place = 3 * (row * width + column)
            sum.red += Int(pixels[place])
            sum.green += Int(pixels[place + 1])
            sum.blue += Int(pixels[place + 2])
          }
        }
        let count = rows.count * columns.count
        result += [sum.red, sum.green, sum.blue].map { UInt8(($0 + count / 2) / count) }
      }
    }
    return Raster(width: newWidth, height: newHeight, pixels: result)
  }

  private static func covered(_ position: Int, _ count: Int, _ total: Int) -> Range<Int> {
    let start = position * total / count
    return start..<max(start + 1, (position + 1) * total / count)
  }

  /// Not wider than that, with the same shape.
  package func fitting(width limit: Int) -> Raster {
    guard width > limit else { return self }
    return scaled(width: limit, height: max(1, (height * limit + width / 2) / width))
  }
}
