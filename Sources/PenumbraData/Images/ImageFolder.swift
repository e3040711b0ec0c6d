/// Pictures in folders, a folder for each class.

internal import Glibc
public import PenumbraTensor

/// Reads PNG files of one size, the class being the name of the first folder below `path`, as
/// torchvision's ImageFolder has it: classes in the order of their names' bytes, files in each
/// (folders below it too) likewise.
public enum ImageFolder {
  /// What the channels become.
  public enum Channels: String, Sendable, CaseIterable {
    /// Those of the first picture, which all must have.
    case same
    /// One: .299 red + .587 green + .114 blue.
    case gray
    /// Three: grey ones are repeated.
    case rgb
  }

  /// Images float32 [n, c, height, width] in [0, 1], labels int64 [n] from 0 on, the classes' names and
  /// the files' paths.
  public struct Contents {
    public let images: Tensor
    public let labels: Tensor
    public let classes: [String]
    public let paths: [String]
  }

  /// Folders below folders that are followed at most.
  static let mostLevels = 16
  static let mostFiles = 10_000_000

  /// - Throws: `TensorError` (file) naming the path, for a missing folder, a class without pictures, a
  ///   picture that is damaged or of another size or number of channels than the first; (memory) when
  ///   all together are too large.
  public static func load(_ path: String, channels: Channels = .same) throws -> Contents {
    let root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let classes = try entries(root).filter(\.isFolder).map(\.name)
    guard !classes.isEmpty else {
      throw FileError.make("image_folder", path, "expected a folder for each class, found none")
    }
    var paths: [String] = []
    var labels: [Int64] = []
    for (label, name) in classes.enumerated() {
      let before = paths.count
      try collect("\(root)/\(name)", level: 1, into: &paths)
      guard paths.count > before else {
        throw FileError.make("image_folder", "\(root)/\(name)", "no .png file for this class")
      }
      labels += Array(repeating: Int64(label), count: paths.count - before)
    }
    let first = try converted(PNG.read(paths[0]), channels)
    let shape = first.shape
    let images = try Tensor.zeros([paths.count, shape[0], shape[1], shape[2]])
    let bytes = first.elementCount * 4
    try images.withMutableBytes { target in
      for (index, file) in paths.enumerated() {
        try Interruption.check("image_folder")
        let image = index == 0 ? first : try converted(PNG.read(file), channels)
        guard image.shape == shape else {
          throw FileError.make(
            "image_folder", file,
            "expected \(shape) (channels, height, width) as the first picture, got \(image.shape)")
        }
        try image.withBytes { source in
          UnsafeMutableRawBufferPointer(rebasing: target[(index * bytes)..<((index + 1) * bytes)])
            .copyMemory(from: source)
        }
      }
    }
    return Contents(
      images: images, labels: try Tensor(labels, Shape(labels.count)), classes: classes,
      paths: paths)
  }

  private static func converted(_ image: Tensor, _ channels: Channels) throws -> Tensor {
    let (height, width) = (image.shape[1], image.shape[2])
    switch (channels, image.shape[0]) {
    case (.gray, 3):
      let weights = try Tensor([0.299, 0.587, 0.114], [3, 1, 1])
      return try image.mul(weights).sum([0], keepDimensions: true)
    case (.rgb, 1): return try image.expand(to: [3, height, width]).contiguous()
    default: return image
    }
  }

  /// Adds a folder's pictures in the order of their names, then those of the folders in it.
  private static func collect(_ folder: String, level: Int, into paths: inout [String]) throws {
    guard level <= mostLevels else {
      throw FileError.make(
        "image_folder", folder, "expected at most \(mostLevels) folders in each other")
    }
    let found = try entries(folder)
    for entry in found where !entry.isFolder && isPicture(entry.name) {
      guard paths.count < mostFiles else {
        throw FileError.make("image_folder", folder, "expected at most \(mostFiles) pictures")
      }
      paths.append("\(folder)/\(entry.name)")
    }
    for entry in found where entry.isFolder {
      try collect("\(folder)/\(entry.name)", level: level + 1, into: &paths)
    }
  }

  private static func isPicture(_ name: String) -> Bool {
    let end = name.utf8.suffix(4).map { $0 >= 0x41 && $0 <= 0x5a ? $0 + 32 : $0 }
    return end == Array(".png".utf8)
  }

  /// What is in a folder but for hidden names, in the order of the names' bytes; links are followed.
  private static func entries(_ folder: String) throws -> [(name: String, isFolder: Bool)] {
    guard !folder.utf8.contains(0) else {
      throw FileError.make("image_folder", folder, "a path cannot contain a zero byte")
    }
    try Permissions.check(path: folder, "image_folder")
    guard let stream = opendir(folder) else {
      throw FileError.system("image_folder", folder, errno)
    }
    defer { closedir(stream) }
    var result: [(name: String, isFolder: Bool)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard !name.hasPrefix(".") else { continue }
      var status = stat()
      guard stat("\(folder)/\(name)", &status) == 0 else { continue }
      result.append((name, status.st_mode & S_IFMT == S_IFDIR))
    }
    return result.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}
