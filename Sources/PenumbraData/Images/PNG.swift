/// PNG files, through libpng's simplified interface.

internal import CPNG
public import PenumbraTensor

/// Reads and writes PNG images of 8 bits a channel, grey or RGB.
public enum PNG {
  /// Writes a batch of images as one picture.
  ///
  /// - Parameter images: [n, c, h, w] or [n, h, w]; see `ImageGrid`.
  /// - Throws: `TensorError` for another shape, and (file) when writing fails.
  public static func writeGrid(_ images: Tensor, to path: String, _ grid: ImageGrid = ImageGrid())
    throws
  {
    try write(try grid.compose(images), to: path)
  }

  /// Writes a picture, whole or not at all.
  ///
  /// - Parameter pixels: uint8 [height, width, 1 or 3].
  public static func write(_ pixels: Tensor, to path: String) throws {
    try AtomicFile.write(try encoded(pixels, name: path), to: path, operation: "png")
  }

  /// A picture as the bytes of a PNG file.
  ///
  /// - Parameter pixels: uint8 [height, width, 1 or 3].
  public static func encoded(_ pixels: Tensor, name: String = "picture") throws -> [UInt8] {
    let shape = pixels.shape
    guard pixels.dtype == .uint8, shape.rank == 3, shape[2] == 1 || shape[2] == 3,
      pixels.elementCount > 0, max(shape[0], shape[1]) <= 1 << 16
    else {
      throw TensorError(
        .shape, "png", argument: "pixels", expected: "uint8 [height, width, 1 or 3]",
        got: "\(pixels.dtype) \(shape)")
    }
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(shape[1])
    image.height = png_uint_32(shape[0])
    image.format = shape[2] == 3 ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0
    defer { png_image_free(&image) }
    // No compressed image is larger than the raw one by more than deflate's and PNG's own headers.
    let bound = pixels.elementCount + pixels.elementCount / 100 + 12 * shape[0] + 4096
    var size = png_alloc_size_t(bound)
    return try pixels.withBytes { source in
      try [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
        guard
          png_image_write_to_memory(
            &image, buffer.baseAddress, &size, 0, source.baseAddress, 0, nil) != 0
        else { throw FileError.make("png", name, message(of: image)) }
        count = Int(size)
      }
    }
  }

  /// The image in a file, float32 [c, height, width] in [0, 1]; c is 1 for grey, 3 for colour.
  ///
  /// Transparent pixels are laid on white; 16 bits a channel are reduced to 8.
  ///
  /// - Throws: `TensorError` (file) when the file is missing, damaged or no PNG.
  public static func read(_ path: String) throws -> Tensor {
    try channelsFirst(decoded(InputFile(path, operation: "png").contents(), name: path))
  }

  /// The picture in the bytes of a PNG file, uint8 [height, width, 1 or 3]; see `read`.
  public static func decoded(_ bytes: [UInt8], name path: String = "picture") throws -> Tensor {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    return try bytes.withUnsafeBytes { file in
      guard png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0 else {
        throw FileError.make("png", path, message(of: image))
      }
      let (height, width) = (Int(image.height), Int(image.width))
      // Deflate packs at most 1032 to 1, and a byte holds at most 8 pixels.
      guard width <= 1 << 24, height <= 1 << 24, width * height / 8 <= file.count * 1032 else {
        throw FileError.make(
          "png", path, "its header says \(width) × \(height), more than the file can hold")
      }
      let isColour = image.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0
      image.format = isColour ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0
      let pixels = try Tensor.zeros([height, width, isColour ? 3 : 1], dtype: .uint8)
      var white = png_color(red: 255, green: 255, blue: 255)
      try pixels.withMutableBytes { target in
        guard png_image_finish_read(&image, &white, target.baseAddress, 0, nil) != 0 else {
          throw FileError.make("png", path, message(of: image))
        }
      }
      return pixels
    }
  }

  /// uint8 [h, w, c] → float32 [c, h, w], 255 → 1.
  private static func channelsFirst(_ pixels: Tensor) throws -> Tensor {
    let (area, channels) = (pixels.shape[0] * pixels.shape[1], pixels.shape[2])
    let result = try Tensor.zeros([channels, pixels.shape[0], pixels.shape[1]])
    try pixels.withBytes { source in
      try result.withMutableBytes { target in
        let values = target.assumingMemoryBound(to: Float.self)
        for channel in 0..<channels {
          for place in 0..<area {
            values[channel * area + place] = Float(source[place * channels + channel]) / 255
          }
        }
      }
    }
    return result
  }

  /// What libpng says of the failure.
  private static func message(of image: png_image) -> String {
    withUnsafeBytes(of: image.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
