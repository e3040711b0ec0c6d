import Glibc
import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct ImageFolderTests {
  /// A folder of folders, removed with everything in it.
  private final class Tree {
    let root = TemporaryFolder()
    private var folders: [String] = []
    private var files: [String] = []

    func folder(_ name: String) { if mkdir(root.file(name), 0o700) == 0 { folders.append(name) } }

    func picture(_ name: String, _ shade: UInt8, height: Int = 2, channels: Int = 1) throws {
      let pixels = try Tensor.full([height, 3, channels], Double(shade), dtype: .uint8)
      try PNG.write(pixels, to: root.file(name))
      files.append(name)
    }

    deinit {
      for name in files { unlink(root.file(name)) }
      for name in folders.reversed() { rmdir(root.file(name)) }
    }
  }

  @Test func classesAndFilesComeInOrder() throws {
    let tree = Tree()
    for name in ["b", "a", "B", "a/deep", ".hidden"] { tree.folder(name) }
    try tree.picture("b/2.png", 20)
    try tree.picture("b/10.PNG", 10)
    try tree.picture("a/x.png", 30)
    try tree.picture("a/deep/y.png", 40)
    try tree.picture("B/z.png", 50)
    try tree.picture("loose.png", 60)
    let found = try ImageFolder.load(tree.root.path + "/")
    #expect(found.classes == ["B", "a", "b"])
    #expect(found.images.shape == [5, 1, 2, 3])
    #expect(try found.labels.integers() == [0, 1, 1, 2, 2])
    let shades = try found.images.mul(255).select(3, 0).select(2, 0).doubles()
    #expect(shades.map { $0.rounded() } == [50, 30, 40, 10, 20])
    #expect(found.paths[3].hasSuffix("/b/10.PNG"))
  }

  @Test func channelsAreConverted() throws {
    let tree = Tree()
    tree.folder("a")
    try tree.picture("a/1.png", 100)
    try tree.picture("a/2.png", 200, channels: 3)
    func failure() -> String {
      do { return "\(try ImageFolder.load(tree.root.path).images.shape)" } catch {
        return "\(error)"
      }
    }
    #expect(
      failure().contains("/a/2.png': expected [1, 2, 3] (channels, height, width) as the first"))
    let gray = try ImageFolder.load(tree.root.path, channels: .gray).images
    #expect(gray.shape == [2, 1, 2, 3])
    #expect(
      try mismatch(
        gray.mul(255), Array(repeating: 100, count: 6) + Array(repeating: 200, count: 6),
        tolerance: 1e-6) == nil)
    #expect(try ImageFolder.load(tree.root.path, channels: .rgb).images.shape == [2, 3, 2, 3])
  }

  @Test func whatIsMissingIsNamed() throws {
    let tree = Tree()
    func failure(_ path: String) -> String {
      do { return "\(try ImageFolder.load(path).classes)" } catch { return "\(error)" }
    }
    #expect(failure("/nowhere").contains("image_folder: '/nowhere': No such file"))
    #expect(failure(tree.root.path).contains("expected a folder for each class, found none"))
    #expect(failure("a\0b").contains("zero byte"))
    tree.folder("empty")
    #expect(failure(tree.root.path).contains("/empty': no .png file for this class"))
  }
}
