import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  let folder = TemporaryFolder()

  /// A file with this header and data.
  private func file(_ header: String, _ data: [UInt8] = [], length: Int? = nil) -> [UInt8] {
    let count = UInt64(bitPattern: Int64(length ?? header.utf8.count))
    return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(header.utf8) + data
  }

  private func failure(_ bytes: [UInt8]) -> String {
    let path = folder.put("bad", bytes)
    let error = #expect(throws: TensorError.self) { _ = try Safetensors.load(path) }
    #expect(error?.kind == .file)
    #expect(error?.argument == "'\(path)'")
    return error?.reason ?? ""
  }

  @Test func readsAFileWrittenByHand() throws {
    let header =
      "{\"__metadata__\":{\"format\":\"pt\"},"
      + "\"b\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[8,16]},"
      + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}}   "
    let data: [UInt8] = [
      0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    ]
    let contents = try Safetensors.load(folder.put("x", file(header, data)))
    #expect(contents.tensors.map(\.name) == ["b", "a"])
    #expect(contents.metadata.map(\.key) == ["format"])
    #expect(contents.metadata.map(\.value) == ["pt"])
    #expect(contents["a"]?.shape == [2, 1])
    #expect(try contents["a"]?.doubles() == [1, -2])
    #expect(try contents["b"]?.integers() == [-1])
    #expect(contents["c"] == nil)
  }

  @Test func roundTripKeepsEveryBit() throws {
    let generator = Generator(seed: 3)
    let tensors: [(name: String, tensor: Tensor)] = [
      ("mask", try Tensor([1.0, 0, 1], [3], dtype: .bool)),
      ("weight", try generator.normal([4, 5])),
      ("transposed", try generator.normal([4, 5], dtype: .float64).transpose(0, 1)),
      ("bytes", try Tensor([1.0, 255], [2, 1], dtype: .uint8)),
      ("count", try Tensor([Int64.min, .max], [2])),
      ("scalar", try Tensor.scalar(.nan)),
      ("empty", try Tensor.zeros([0, 3])),
      ("größe \"1\"", try Tensor.ones([1])),
    ]
    let path = folder.file("x.safetensors")
    try Safetensors.save(tensors, metadata: [("step", "12"), ("note", "a\nb")], to: path)
    let contents = try Safetensors.load(path)
    #expect(contents.metadata.map(\.value) == ["12", "a\nb"])
    #expect(contents.tensors.count == tensors.count)
    for (name, tensor) in tensors {
      let loaded = try #require(contents[name])
      #expect(loaded.dtype == tensor.dtype)
      #expect(loaded.shape == tensor.shape)
      #expect(try loaded.withBytes(Array.init) == tensor.withBytes(Array.init))
    }
    // Aligned: the header ends at a multiple of 8, and wider types come first.
    let bytes = folder.get("x.safetensors")
    #expect(bytes[0] % 8 == 0)
    #expect(folder.names == ["x.safetensors"])
  }

  @Test func namesAreChecked() throws {
    let one = try Tensor.ones([1])
    let path = folder.put("old", [1])
    for names in [["a", "a"], ["__metadata__"]] {
      let error = #expect(throws: TensorError.self) {
        try Safetensors.save(names.map { ($0, one) }, to: path)
      }
      #expect(error?.kind == .value)
    }
    #expect(throws: TensorError.self) {
      try Safetensors.save([], metadata: [("a", "1"), ("a", "2")], to: path)
    }
    #expect(folder.get("old") == [1])
  }

  @Test func damageIsNamed() {
    func entry(_ text: String, _ data: [UInt8] = []) -> String {
      failure(file("{\"t\":\(text)}", data))
    }
    #expect(failure([1, 2]).contains("too few"))
    #expect(failure(file("{}", length: 3)).contains("should have 3 bytes"))
    #expect(failure(file("{}", length: -1)).contains("should have 18446744073709551615 bytes"))
    #expect(failure(file("{")).contains("not JSON"))
    #expect(failure(file("[]")).contains("not a JSON object"))
    #expect(failure(file(" {}")).contains("not a JSON object"))
    #expect(failure(file("{}", [1])).contains("take 0 bytes, the file has 1"))
    #expect(entry("1").contains("expected dtype, shape and data_offsets"))
    #expect(
      entry("{\"dtype\":\"F8\",\"shape\":[1],\"data_offsets\":[0,1]}", [0])
        .contains("expected one of the types F32, F64, I64, U8, BOOL, got F8"))
    #expect(
      entry("{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,1]}", [0])
        .contains("expected 2 bytes for its shape"))
    #expect(
      entry("{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}", [0, 0]).contains("gap"))
    #expect(
      entry("{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}", [0]).contains("take 2 bytes")
    )
    #expect(
      entry("{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}", [0]).contains(
        "expected dtype"))
    #expect(
      entry("{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}", [0]).contains(
        "expected dtype"))
    #expect(
      entry("{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]}")
        .contains("too large"))
    #expect(
      entry("{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,1]}", [0])
        .contains("at most 8 dimensions"))
    #expect(
      entry("{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]}", [2]).contains(
        "neither 0 nor 1"))
    let overlapping =
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
      + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}"
    #expect(failure(file(overlapping, [0, 0, 0])).contains("overlaps"))
    #expect(failure(file("{\"__metadata__\":{\"a\":1}}")).contains("'a' is not a string"))
    #expect(failure(file("{\"__metadata__\":{},\"__metadata__\":{}}")).contains("comes twice"))
  }

  @Test func everyChangedByteIsSafe() throws {
    let path = folder.file("x")
    try Safetensors.save([("a", try Tensor.ones([3])), ("b", try Tensor.zeros([2]))], to: path)
    let bytes = folder.get("x")
    for place in bytes.indices {
      for change: UInt8 in [0x01, 0x20, 0xff] {
        var changed = bytes
        changed[place] ^= change
        _ = try? Safetensors.load(folder.put("y", changed))
      }
      _ = failure(Array(bytes[..<place]))
    }
  }
}
