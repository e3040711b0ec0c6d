import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct ImageGridTests {
  @Test func everyPixelHasItsPlace() throws {
    // Three grey images of 2 × 3, the last place of the grid is empty.
    let images = try Tensor((0..<18).map { Double($0) * 10 }, [3, 2, 3])
    let grid = ImageGrid(range: Interval(0, 255), columns: 2, padding: 1, scale: 2, background: 1)
    let picture = try grid.compose(images)
    #expect(picture.dtype == .uint8)
    #expect(picture.shape == [2 * (2 * 3 + 1), 2 * (2 * 4 + 1), 1])
    let bytes = try picture.withBytes(Array.init)
    for y in 0..<14 {
      for x in 0..<18 {
        let (row, column) = (y / 2 / 3, x / 2 / 4)
        let (v, u) = (y / 2 % 3 - 1, x / 2 % 4 - 1)
        let image = row * 2 + column
        let isInside = v >= 0 && u >= 0 && row < 2 && column < 2 && image < 3
        #expect(bytes[y * 18 + x] == (isInside ? UInt8((image * 6 + v * 3 + u) * 10) : 255))
      }
    }
  }

  @Test func valuesAreClampedAndChannelsInterleaved() throws {
    let image = try Tensor([-1.0, 0, .nan, 2, 1, 0.5], [1, 3, 1, 2], dtype: .float64)
    let picture = try ImageGrid(padding: 0).compose(image)
    #expect(picture.shape == [1, 2, 3])
    #expect(try picture.integers() == [0, 0, 255, 0, 255, 128])
  }

  @Test func defaultIsNearlySquare() throws {
    let picture = try ImageGrid(padding: 0).compose(try Tensor.zeros([10, 1, 2, 2]))
    #expect(picture.shape == [6, 8, 1])
  }

  @Test func badArgumentsAreNamed() throws {
    func failure(_ grid: ImageGrid, _ shape: Shape) -> String {
      let error = #expect(throws: TensorError.self) {
        _ = try grid.compose(try Tensor.zeros(shape))
      }
      return error?.description ?? ""
    }
    #expect(failure(ImageGrid(), [2, 2, 4, 4]).contains("[n, 1 or 3, height, width]"))
    #expect(failure(ImageGrid(), [4, 4]).contains("[n, 1 or 3, height, width]"))
    #expect(failure(ImageGrid(), [0, 4, 4]).contains("[n, 1 or 3, height, width]"))
    #expect(
      failure(ImageGrid(range: Interval(1, 1)), [1, 2, 2]).contains("range: expected finite low"))
    #expect(failure(ImageGrid(range: Interval(.nan, 1)), [1, 2, 2]).contains("range"))
    #expect(failure(ImageGrid(columns: 0), [1, 2, 2]).contains("columns: expected 1 to"))
    #expect(failure(ImageGrid(padding: -1), [1, 2, 2]).contains("padding"))
    #expect(failure(ImageGrid(scale: 0), [1, 2, 2]).contains("scale"))
    #expect(failure(ImageGrid(scale: 30_000), [1, 9, 9]).contains("picture"))
  }
}

@Suite struct PNGTests {
  let folder = TemporaryFolder()

  @Test(arguments: [1, 3])
  func roundTrip(channels: Int) throws {
    let pixels = try Generator(seed: 4).integers([5, 7, channels], from: 0, below: 256).to(.uint8)
    let path = folder.file("x.png")
    try PNG.write(pixels, to: path)
    let image = try PNG.read(path)
    #expect(image.shape == [channels, 5, 7] && image.dtype == .float32)
    let expected = try pixels.permute([2, 0, 1]).doubles().map { Double(Float($0) / 255) }
    #expect(try image.doubles() == expected)
    #expect(folder.names == ["x.png"])
  }

  @Test func headerSaysWhatTheFormatDemands() throws {
    try PNG.writeGrid(try Tensor.ones([2, 3, 4, 4]), to: folder.file("x.png"))
    let bytes = folder.get("x.png")
    #expect(Array(bytes[..<16]) == [137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82])
    // Width 2·4 + 3·2, height 4 + 2·2, 8 bits, colour type 2 (RGB), no interlacing.
    #expect(Array(bytes[16..<29]) == [0, 0, 0, 14, 0, 0, 0, 8, 8, 2, 0, 0, 0])
  }

  @Test func damageIsAnError() throws {
    let path = folder.file("x.png")
    try PNG.writeGrid(try Tensor.ones([1, 8, 8]), to: path)
    let bytes = folder.get("x.png")
    for count in [0, 7, 20, 40, bytes.count / 2] {
      let error = #expect(throws: TensorError.self) {
        _ = try PNG.read(folder.put("cut.png", Array(bytes[..<count])))
      }
      #expect(error?.kind == .file)
    }
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x41
      _ = try? PNG.read(folder.put("changed.png", changed))
    }
    #expect(throws: TensorError.self) { try PNG.write(Tensor.zeros([2, 2]), to: path) }
    #expect(folder.get("x.png") == bytes)
  }
}
