import Glibc
import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  let folder = TemporaryFolder()

  @Test func createsAndReplaces() throws {
    let path = folder.file("a")
    try AtomicFile.write(text: "one", to: path, operation: "test")
    try AtomicFile.write([0, 255], to: path, operation: "test")
    #expect(folder.get("a") == [0, 255])
    #expect(folder.names == ["a"])
  }

  @Test func anErrorLeavesTheOldFileAndNothingElse() throws {
    struct Stop: Error {}
    let path = folder.put("a", [1, 2, 3])
    #expect(throws: Stop.self) {
      try AtomicFile.write(to: path, operation: "test") { file in
        try file.append([9])
        throw Stop()
      }
    }
    #expect(folder.get("a") == [1, 2, 3])
    #expect(folder.names == ["a"])
  }

  @Test func theOldFileStandsUntilTheEnd() throws {
    let path = folder.put("a", [1])
    try AtomicFile.write(to: path, operation: "test") { file in
      try file.append([2])
      #expect(folder.get("a") == [1])
    }
    #expect(folder.get("a") == [2])
  }

  @Test func keepsPermissionsAndFollowsLinks() throws {
    let path = folder.put("a", [1])
    chmod(path, 0o640)
    symlink(path, folder.file("link"))
    try AtomicFile.write([7], to: folder.file("link"), operation: "test")
    var status = stat()
    #expect(lstat(folder.file("link"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
    #expect(folder.get("a") == [7])
  }

  @Test(arguments: ["/nowhere/at/all", "", "/", "/dev/null", "a\u{0}b"])
  func impossibleTargetsAreErrors(path: String) {
    let error = #expect(throws: TensorError.self) {
      try AtomicFile.write([1], to: path, operation: "save")
    }
    #expect(error?.kind == .file)
    #expect(error?.operation == "save")
  }

  @Test func readsByPosition() throws {
    let path = folder.put("a", [1, 2, 3, 4])
    let file = try InputFile(path, operation: "test")
    #expect(file.size == 4)
    #expect(try file.bytes(at: 1, count: 2) == [2, 3])
    #expect(try file.contents() == [1, 2, 3, 4])
    #expect(throws: TensorError.self) { try file.bytes(at: 3, count: 2) }
  }

  @Test func onlyRegularFilesAreRead() {
    let error = #expect(throws: TensorError.self) { _ = try InputFile(folder.path, operation: "x") }
    #expect(error?.reason == "expected a file, got a folder")
    mkfifo(folder.file("pipe"), 0o600)
    #expect(throws: TensorError.self) { _ = try InputFile(folder.file("pipe"), operation: "x") }
    let missing = #expect(throws: TensorError.self) {
      _ = try InputFile("no such file", operation: "load")
    }
    #expect(missing?.description == "load: 'no such file': No such file or directory")
  }
}
