/// LeCun's IDX format: the files of MNIST and its relatives.

internal import Glibc
public import PenumbraTensor

/// Reads IDX files, plain or compressed with gzip.
///
/// Layout (big-endian): two zero bytes, a type, the number of dimensions, each extent as uint32,
/// the elements in row-major order. Source: yann.lecun.com/exdb/mnist.
public enum IDX {
  /// The tensor in a file: uint8 for unsigned bytes, float32 and float64 for those, int64 for signed
  /// bytes, 16- and 32-bit integers.
  ///
  /// - Throws: `TensorError` (file) naming the path, for a missing, damaged, cut off or overlong file.
  public static func read(_ path: String) throws -> Tensor {
    try read(path, operation: "idx")
  }

  /// As above, with the name of the operation that errors shall carry.
  static func read(_ path: String, operation: String) throws -> Tensor {
    let reader = try GzipReader(path, operation: operation)
    let magic = try reader.read(4)
    guard magic[0] == 0, magic[1] == 0, let element = Element(rawValue: magic[2]) else {
      let got = magic.map { hexadecimal($0) }.joined(separator: " ")
      throw FileError.make(
        operation, path, "expected an IDX file (00 00, type, dimensions), got \(got)")
    }
    let shape = try readShape(reader, rank: Int(magic[3]), element, path, operation)
    let result = try Tensor.zeros(shape, dtype: element.dtype)
    try result.withMutableBytes { target in
      guard element.byteCount > 1 || element == .signedByte else {
        return try reader.read(into: target)
      }
      try readWide(reader, element, into: target)
    }
    try reader.expectEnd()
    return result
  }

  /// The extents, bounded by what the file can hold.
  private static func readShape(
    _ reader: GzipReader, rank: Int, _ element: Element, _ path: String, _ operation: String
  ) throws -> Shape {
    guard rank >= 1, rank <= Dimensions.maximumRank else {
      throw FileError.make(operation, path, "expected 1 to 8 dimensions, got \(rank)")
    }
    let bytes = try reader.read(4 * rank)
    let extents = (0..<rank).map { index in
      bytes[(4 * index)..<(4 * index + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    var total = element.byteCount
    for extent in extents {
      let (product, overflow) = total.multipliedReportingOverflow(by: extent)
      total = product
      guard !overflow, total <= reader.capacity else {
        throw FileError.make(
          operation, path, "its header says \(extents), more than the file can hold")
      }
    }
    return try Shape(extents, operation: operation)
  }

  /// Elements of several bytes, a block at a time, turned to this machine's order.
  private static func readWide(
    _ reader: GzipReader, _ element: Element, into target: UnsafeMutableRawBufferPointer
  ) throws {
    let count = target.count / element.dtype.byteCount
    let block = 1 << 16
    for first in stride(from: 0, to: count, by: block) {
      let size = min(block, count - first)
      let bytes = try reader.read(size * element.byteCount)
      bytes.withUnsafeBytes { source in
        for index in 0..<size {
          element.decode(source, index, into: target, first + index)
        }
      }
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// The element types by their code in the file.
  private enum Element: UInt8 {
    case unsignedByte = 0x08
    case signedByte = 0x09
    case short = 0x0b
    case integer = 0x0c
    case float = 0x0d
    case double = 0x0e

    var byteCount: Int {
      switch self {
      case .unsignedByte, .signedByte: 1
      case .short: 2
      case .integer, .float: 4
      case .double: 8
      }
    }

    var dtype: DType {
      switch self {
      case .unsignedByte: .uint8
      case .signedByte, .short, .integer: .int64
      case .float: .float32
      case .double: .float64
      }
    }

    /// Converts element `index` of the file's bytes to element `place` of the tensor.
    func decode(
      _ source: UnsafeRawBufferPointer, _ index: Int, into target: UnsafeMutableRawBufferPointer,
      _ place: Int
    ) {
      func value<Word: FixedWidthInteger>(_ type: Word.Type) -> Word {
        Word(bigEndian: source.loadUnaligned(fromByteOffset: index * byteCount, as: Word.self))
      }
      func put<Value: BitwiseCopyable>(_ value: Value) {
        target.storeBytes(of: value, toByteOffset: place * dtype.byteCount, as: Value.self)
      }
      switch self {
      case .unsignedByte: put(value(UInt8.self))
      case .signedByte: put(Int64(value(Int8.self)))
      case .short: put(Int64(value(Int16.self)))
      case .integer: put(Int64(value(Int32.self)))
      case .float: put(value(UInt32.self))
      case .double: put(value(UInt64.self))
      }
    }
  }
}
