import Glibc
import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct SHA256Tests {
  /// The examples of FIPS 180-4, and lengths about a block's end against Python's hashlib.
  @Test(arguments: [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    ("a", 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
    ("a", 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
    ("a", 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    ("a", 100_000, "6d1cf22d7cc09b085dfc25ee1a1f3ae0265804c607bc2074ad253bcc82fd81ee"),
  ])
  func publishedValues(_ text: String, _ count: Int, _ hash: String) throws {
    let bytes = Array(repeating: Array(text.utf8), count: count).flatMap(\.self)
    #expect(SHA256.of(bytes) == hash)
    var pieces = SHA256()
    for start in stride(from: 0, to: bytes.count, by: 37) {
      bytes[start..<min(start + 37, bytes.count)].withUnsafeBytes { pieces.update($0) }
    }
    #expect(pieces.finish() == hash)
    let folder = TemporaryFolder()
    #expect(try SHA256.ofFile(folder.put("x", bytes)) == hash)
  }
}

@Suite struct DigitFilesTests {
  private let folder = TemporaryFolder()

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func missingFilesAreExplained() throws {
    let text = message { _ = try MNIST.load(folder: folder.path) }
    #expect(text.contains("mnist: '\(folder.path)': no file train-images-idx3-ubyte or"))
    #expect(text.contains("put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-"))
    #expect(text.contains("from https://") && text.contains("download = true"))
    let none = message { _ = try DigitFiles.mnist.folder(nil) }
    #expect(none.contains("mnist: folder: none was given") && none.contains("https://"))
    #expect(try DigitFiles.fashionMNIST.folder("x") == "x")
  }

  @Test func whatCannotBeFetchedIsNamed() throws {
    let files = DigitFiles.fashionMNIST
    #expect(message { _ = try files.download(to: "/nowhere") }.contains("no such folder"))
    let scheme = message { _ = try files.download(to: folder.path, from: "ftp://x/") }
    #expect(scheme.contains("source: expected an address https://, http:// or file://, got 'ftp"))
    let missing = message { _ = try files.download(to: folder.path, from: "file:///nowhere") }
    #expect(missing.contains("train-images-idx3-ubyte.gz': curl failed (curl: (37)"), "\(missing)")
    #expect(missing.contains("put train-images"))
    #expect(folder.names.isEmpty)
  }

  @Test func aForgeryIsNotTaken() throws {
    let mirror = TemporaryFolder()
    mirror.put("train-images-idx3-ubyte.gz", [1, 2, 3])
    let text = message {
      _ = try DigitFiles.mnist.download(to: folder.path, from: "file://\(mirror.path)/")
    }
    #expect(
      text.contains(
        "has the SHA-256 039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81"))
    #expect(text.contains("expected ba891046e6505d7a"))
    #expect(folder.names.isEmpty)
    mirror.put("train-images-idx3-ubyte.gz", [0x1f, 0x8b, 8, 0, 0])
    let damaged = message {
      _ = try DigitFiles.mnist.download(to: folder.path, from: "file://\(mirror.path)/")
    }
    #expect(damaged.contains("cut off") && folder.names.isEmpty)
  }

  @Test func filesThatAreThereAreLeftAlone() throws {
    for kind in ["train", "t10k"] {
      folder.put("\(kind)-images-idx3-ubyte", [1])
      folder.put("\(kind)-labels.idx1-ubyte.gz", [1])
    }
    #expect(try DigitFiles.mnist.download(to: folder.path, from: "file:///nowhere").isEmpty)
  }
}
