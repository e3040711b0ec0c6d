/// The file formats of figures.

internal import PenumbraData
internal import PenumbraTensor

/// Chosen by a file's ending.
public enum FigureFormat: String, Sendable, CaseIterable {
  case png, svg, pdf

  /// - Throws: `TensorError` (file) for another ending.
  public init(path: String) throws {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    guard path.contains("."), let format = FigureFormat(rawValue: ending) else {
      throw FileError.make("figure", path, "expected a name that ends in .png, .svg or .pdf")
    }
    self = format
  }

  /// Whether these bytes start as such a file does.
  func recognises(_ bytes: [UInt8]) -> Bool {
    let start: [UInt8] =
      switch self {
      case .png: [0x89, 0x50, 0x4e, 0x47]
      case .svg: Array("<?xml".utf8)
      case .pdf: Array("%PDF".utf8)
      }
    return bytes.starts(with: start)
  }
}
