import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct IDXTests {
  let folder = TemporaryFolder()
  /// uint8 [2, 3] with 1 to 6.
  let small: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]

  private func failure(_ bytes: [UInt8]) -> String {
    let path = folder.put("bad", bytes)
    let error = #expect(throws: TensorError.self) { _ = try IDX.read(path) }
    #expect(error?.kind == .file)
    #expect(error?.argument == "'\(path)'")
    return error?.reason ?? ""
  }

  @Test func readsPlainAndCompressedAlike() throws {
    for (name, bytes) in [("plain", small), ("packed.gz", gzipped(small))] {
      let tensor = try IDX.read(folder.put(name, bytes))
      #expect(tensor.dtype == .uint8)
      #expect(tensor.shape == [2, 3])
      #expect(try tensor.integers() == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test func readsSeveralMembers() throws {
    let bytes = gzipped(Array(small[..<13])) + gzipped(Array(small[13...]))
    #expect(try IDX.read(folder.put("two.gz", bytes)).integers() == [1, 2, 3, 4, 5, 6])
  }

  @Test(
    arguments: [
      (0x09, [0xff, 0x80], DType.int64, [-1.0, -128]),
      (0x0b, [0x01, 0x00, 0xff, 0xfe], .int64, [256, -2]),
      (0x0c, [0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff], .int64, [65536, -1]),
      (0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], .float32, [1, -2]),
      (0x0e, [0x3f, 0xe0, 0, 0, 0, 0, 0, 0, 0xbf, 0xf0, 0, 0, 0, 0, 0, 0], .float64, [0.5, -1]),
    ] as [(UInt8, [UInt8], DType, [Double])])
  func readsEveryType(code: UInt8, data: [UInt8], dtype: DType, values: [Double]) throws {
    let tensor = try IDX.read(folder.put("x", [0, 0, code, 1, 0, 0, 0, 2] + data))
    #expect(tensor.dtype == dtype)
    #expect(try tensor.doubles() == values)
  }

  @Test func damageIsNamed() {
    #expect(
      failure([1, 2, 3, 4]) == "expected an IDX file (00 00, type, dimensions), got 01 02 03 04")
    #expect(failure([]).contains("ends 4 bytes before"))
    #expect(failure(Array(small.dropLast())).contains("than the file can hold") == false)
    #expect(failure(Array(small.dropLast())).contains("ends 1 bytes before"))
    #expect(failure(small + [0]).contains("more data follows"))
    #expect(failure([0, 0, 8, 0]).contains("1 to 8 dimensions"))
    #expect(failure([0, 0, 8, 9] + [UInt8](repeating: 1, count: 36)).contains("1 to 8 dimensions"))
    let huge = [UInt8](repeating: 0xff, count: 32)
    #expect(failure([0, 0, 14, 8] + huge).contains("more than the file can hold"))
    #expect(
      failure([0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff, 1]).contains("more than the file can hold"))
  }

  @Test func damagedCompressionIsNamed() {
    let packed = gzipped(small)
    #expect(failure(Array(packed.dropLast(9))).contains("cut off"))
    #expect(failure(Array(packed.dropLast(1))).contains("cut off"))
    var wrongSum = packed
    wrongSum[packed.count - 8] ^= 1
    #expect(failure(wrongSum).contains("damaged"))
    #expect(failure(packed + [1, 2, 3]).contains("not gzip"))
    #expect(failure([0x1f, 0x8b, 8, 0]).contains("cut off"))
    #expect(failure([0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 0]).contains("damaged"))
    #expect(failure(gzipped(small + [0])).contains("more data follows"))
  }

  @Test func everyPrefixAndEveryChangedByteIsSafe() {
    for bytes in [small, gzipped(small)] {
      for count in 0..<bytes.count { _ = failure(Array(bytes[..<count])) }
      for place in bytes.indices {
        var changed = bytes
        changed[place] ^= 0x55
        // An error or other values, but never a trap.
        _ = try? IDX.read(folder.put("changed", changed))
      }
    }
  }
}

@Suite struct MNISTTests {
  let folder = TemporaryFolder()

  private func images(_ count: UInt8) -> [UInt8] {
    [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 1, 0, 0, 0, 2]
      + (0..<(2 * count)).map { $0 == 1 ? 255 : $0 }
  }
  private func labels(_ values: [UInt8]) -> [UInt8] {
    [0, 0, 8, 1, 0, 0, 0, UInt8(values.count)] + values
  }

  @Test func loadsImagesAndLabels() throws {
    folder.put("train-images-idx3-ubyte.gz", gzipped(images(2)))
    folder.put("train-labels-idx1-ubyte", labels([9, 0]))
    let data = try MNIST.load(folder: folder.path)
    #expect(data.images.shape == [2, 1, 1, 2])
    #expect(data.images.dtype == .float32)
    #expect(try data.images.doubles() == [0, 1, Double(Float(2) / 255), Double(Float(3) / 255)])
    #expect(data.labels.dtype == .int64)
    #expect(try data.labels.integers() == [9, 0])
    let symmetric = try MNIST.load(folder: folder.path + "/", scale: .symmetric)
    #expect(try symmetric.images.doubles()[..<2] == [-1, 1])
  }

  @Test func testSplitHasItsOwnFiles() throws {
    folder.put("t10k-images.idx3-ubyte", images(1))
    folder.put("t10k-labels.idx1-ubyte", labels([3]))
    #expect(try MNIST.load(folder: folder.path, split: .test).labels.integers() == [3])
    let error = #expect(throws: TensorError.self) { _ = try MNIST.load(folder: folder.path) }
    #expect(error?.reason.contains("train-images-idx3-ubyte.gz") == true)
  }

  @Test func filesMustFitTogether() {
    folder.put("train-images-idx3-ubyte", images(2))
    folder.put("train-labels-idx1-ubyte", labels([1, 2, 3]))
    let count = #expect(throws: TensorError.self) { _ = try MNIST.load(folder: folder.path) }
    #expect(count?.reason.contains("expected uint8 [2], one label an image") == true)
    folder.put("train-labels-idx1-ubyte", labels([1, 10]))
    let label = #expect(throws: TensorError.self) { _ = try MNIST.load(folder: folder.path) }
    #expect(label?.reason == "expected labels from 0 to 9, got 10")
  }
}
