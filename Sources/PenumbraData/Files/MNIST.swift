/// MNIST and data sets in its format (Fashion-MNIST, KMNIST): images of 28×28 with ten labels.

internal import Glibc
public import PenumbraTensor

/// Images with a class each.
public struct LabelledImages {
  /// float32 [n, 1, height, width].
  public let images: Tensor
  /// int64 [n], counted from 0.
  public let labels: Tensor

  public init(images: Tensor, labels: Tensor) {
    self.images = images
    self.labels = labels
  }
}

/// The four files of MNIST, by the names that they are distributed under.
public enum MNIST {
  /// 60,000 training or 10,000 test images.
  public enum Split: String, Sendable, CaseIterable {
    case train, test

    fileprivate var prefix: String { self == .train ? "train" : "t10k" }
  }

  /// The interval that pixels are mapped to: [0, 1] or [−1, 1].
  public enum Scale: String, Sendable, CaseIterable {
    case unit, symmetric
  }

  /// Images float32 [n, 1, 28, 28] (0 the background) and labels int64 [n] from 0 to 9.
  ///
  /// Each file may be compressed (`train-images-idx3-ubyte.gz`) or not.
  ///
  /// - Throws: `TensorError` (file) when a file is missing or damaged, or the two do not fit.
  public static func load(
    folder: String, split: Split = .train, scale: Scale = .unit, operation: String = "mnist"
  ) throws -> LabelledImages {
    let imagePath = try find(folder, "\(split.prefix)-images", "idx3-ubyte", operation)
    let labelPath = try find(folder, "\(split.prefix)-labels", "idx1-ubyte", operation)
    let raw = try IDX.read(imagePath, operation: operation)
    guard raw.dtype == .uint8, raw.rank == 3 else {
      throw FileError.make(
        operation, imagePath, "expected uint8 [n, height, width], got \(raw.dtype) \(raw.shape)")
    }
    let classes = try IDX.read(labelPath, operation: operation)
    guard classes.dtype == .uint8, classes.shape == Shape(raw.shape[0]) else {
      throw FileError.make(
        operation, labelPath,
        "expected uint8 [\(raw.shape[0])], one label an image, got \(classes.dtype) \(classes.shape)"
      )
    }
    let greatest = try classes.withBytes { $0.max() ?? 0 }
    guard greatest <= 9 else {
      throw FileError.make(operation, labelPath, "expected labels from 0 to 9, got \(greatest)")
    }
    return LabelledImages(images: try floating(raw, scale), labels: try classes.to(.int64))
  }

  /// uint8 [n, h, w] → float32 [n, 1, h, w].
  private static func floating(_ raw: Tensor, _ scale: Scale) throws -> Tensor {
    let result = try Tensor.zeros([raw.shape[0], 1, raw.shape[1], raw.shape[2]])
    let (divisor, shift): (Float, Float) = scale == .unit ? (255, 0) : (127.5, 1)
    try raw.withBytes { source in
      try result.withMutableBytes { target in
        let values = target.assumingMemoryBound(to: Float.self)
        for index in 0..<source.count { values[index] = Float(source[index]) / divisor - shift }
      }
    }
    return result
  }

  /// The file's path in any of its usual names.
  private static func find(
    _ folder: String, _ stem: String, _ kind: String, _ operation: String
  ) throws -> String {
    try Permissions.check(path: folder, operation)
    let names = ["\(stem)-\(kind)", "\(stem).\(kind)"].flatMap { [$0, $0 + ".gz"] }
    for name in names {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if access(path, F_OK) == 0 { return path }
    }
    let hint =
      DigitFiles(rawValue: operation).map {
        "; \($0.instructions("it")), or let download = true fetch them"
      } ?? ""
    throw FileError.make(
      operation, folder, "no file \(names[0]) or \(names[1]) in this folder\(hint)")
  }
}
