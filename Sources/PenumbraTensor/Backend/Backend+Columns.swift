/// Images as columns of sliding windows, and back: a linear map and its adjoint.

extension Backend {
  /// columns[c, k, i] = image[c, i·stride + k·dilation − low], 0 outside; at element offsets.
  ///
  /// image: [channels, input...], columns: [channels, kernel..., output...], contiguous floats.
  static func unfold(
    _ window: SlidingWindow, _ channels: Int, _ image: Tensor, _ imageOffset: Int,
    into columns: Tensor, _ columnsOffset: Int
  ) {
    switch image.dtype {
    case .float32:
      ColumnLoop(window, channels).unfold(
        image.floats + imageOffset, columns.floats + columnsOffset)
    default:
      ColumnLoop(window, channels).unfold(
        image.doublesPointer + imageOffset, columns.doublesPointer + columnsOffset)
    }
  }

  /// image[c, i·stride + k·dilation − low] += columns[c, k, i]; the adjoint of `unfold`.
  static func fold(
    _ window: SlidingWindow, _ channels: Int, _ columns: Tensor, _ columnsOffset: Int,
    into image: Tensor, _ imageOffset: Int
  ) {
    switch image.dtype {
    case .float32:
      ColumnLoop(window, channels).fold(
        columns.floats + columnsOffset, image.floats + imageOffset)
    default:
      ColumnLoop(window, channels).fold(
        columns.doublesPointer + columnsOffset, image.doublesPointer + imageOffset)
    }
  }
}

/// Walks the rows of an image's columns.
private struct ColumnLoop {
  private let window: SlidingWindow
  private let channels: Int

  init(_ window: SlidingWindow, _ channels: Int) {
    (self.window, self.channels) = (window, channels)
  }

  /// One row of outputs under one tap: outputs `inside` read the image from `source` on, `step`
  /// apart; the others lie in the padding.
  private struct Row {
    let target: Int
    let source: Int
    let inside: Range<Int>
  }

  @inline(__always)
  private func forEachRow(_ body: (Row) -> Void) {
    let (input, output, kernel) = (window.input, window.output, window.kernel)
    var target = 0
    for channel in 0..<channels {
      for tapZ in 0..<kernel[0] {
        let insideZ = window.outputs(0, tap: tapZ)
        for tapY in 0..<kernel[1] {
          let insideY = window.outputs(1, tap: tapY)
          for tapX in 0..<kernel[2] {
            let insideX = window.outputs(2, tap: tapX)
            let x =
              insideX.lowerBound * window.stride[2] + tapX * window.dilation[2] - window.low[2]
            for outputZ in 0..<output[0] {
              let z = outputZ * window.stride[0] + tapZ * window.dilation[0] - window.low[0]
              for outputY in 0..<output[1] {
                let y = outputY * window.stride[1] + tapY * window.dilation[1] - window.low[1]
                let isInside = insideZ.contains(outputZ) && insideY.contains(outputY)
                let source = ((channel * input[0] + z) * input[1] + y) * input[2] + x
                body(Row(target: target, source: source, inside: isInside ? insideX : 0..<0))
                target += output[2]
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  func unfold<Element: BinaryFloatingPoint>(
    _ image: UnsafePointer<Element>, _ columns: UnsafeMutablePointer<Element>
  ) {
    let (step, width) = (window.stride[2], window.output[2])
    forEachRow { row in
      let target = columns + row.target
      for index in 0..<row.inside.lowerBound { target[index] = 0 }
      var source = row.source
      for index in row.inside {
        target[index] = image[source]
        source += step
      }
      for index in row.inside.upperBound..<width { target[index] = 0 }
    }
  }

  @inline(__always)
  func fold<Element: BinaryFloatingPoint>(
    _ columns: UnsafePointer<Element>, _ image: UnsafeMutablePointer<Element>
  ) {
    let step = window.stride[2]
    forEachRow { row in
      let values = columns + row.target
      var source = row.source
      for index in row.inside {
        image[source] += values[index]
        source += step
      }
    }
  }
}
