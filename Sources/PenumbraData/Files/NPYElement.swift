/// NumPy's element types, and how each becomes one of ours.

internal import PenumbraTensor

/// An element type as a header names it: byte order, kind, width.
struct NPYElement {
  /// Bytes of one element in the file.
  let width: Int
  /// What it becomes.
  let dtype: DType
  private let kind: Character
  private let isBigEndian: Bool

  /// - Throws: `NPYHeader.Fault` for types that no dtype holds exactly.
  init(_ descriptor: String) throws {
    let order = descriptor.first
    let name = descriptor.drop { "<>|=".contains($0) }
    guard let kind = name.first, descriptor.count - name.count <= 1 else {
      throw NPYHeader.Fault(reason: "expected a type such as '<f4', got '\(descriptor)'")
    }
    self.kind = kind
    isBigEndian = order == ">"
    switch name {
    case "f2", "f4": dtype = .float32
    case "f8": dtype = .float64
    case "i1", "i2", "i4", "i8", "u2", "u4": dtype = .int64
    case "u1": dtype = .uint8
    case "b1": dtype = .bool
    default:
      let reason =
        switch kind {
        case "u": "uint64 does not fit into int64; convert the array first"
        case "c": "complex numbers are not supported"
        case "O": "Python objects are never loaded"
        case "f": "floats of this width are not supported"
        default: "this type of elements is not supported"
        }
      throw NPYHeader.Fault(reason: "'\(descriptor)': \(reason)")
    }
    width = Int(String(name.dropFirst())) ?? 1
  }

  /// Whether the file's bytes are the tensor's.
  var isNative: Bool { width == dtype.byteCount && (!isBigEndian || width == 1) }

  /// Converts whole elements to positions of `target` from `position` on.
  func convert(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, at position: Int
  ) {
    for index in 0..<(source.count / width) {
      var bits: UInt64 = 0
      for byte in 0..<width {
        let place = isBigEndian ? byte : width - 1 - byte
        bits = bits << 8 | UInt64(source[index * width + place])
      }
      let offset = (position + index) * dtype.byteCount
      switch (kind, width) {
      case ("f", 2):
        target.storeBytes(
          of: NPYElement.single(half: UInt16(bits)), toByteOffset: offset, as: UInt32.self)
      case ("f", 4): target.storeBytes(of: UInt32(bits), toByteOffset: offset, as: UInt32.self)
      case ("f", _): target.storeBytes(of: bits, toByteOffset: offset, as: UInt64.self)
      case ("i", _):
        let shift = 64 - 8 * UInt64(width)
        let value = Int64(bitPattern: bits << shift) >> shift
        target.storeBytes(of: value, toByteOffset: offset, as: Int64.self)
      case ("u", 2), ("u", 4): target.storeBytes(of: bits, toByteOffset: offset, as: UInt64.self)
      default: target.storeBytes(of: UInt8(bits), toByteOffset: offset, as: UInt8.self)
      }
    }
  }

  /// The bits of the float32 that equals a half-precision number.
  private static func single(half bits: UInt16) -> UInt32 {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 31)
    let fraction = UInt32(bits & 1023)
    switch exponent {
    case 0:
      // Subnormal: fraction · 2⁻²⁴, exact in float32.
      return sign | (Float(fraction) * 0x1p-24).bitPattern
    case 31: return sign | 0x7f80_0000 | fraction << 13
    default: return sign | (exponent + 112) << 23 | fraction << 13
    }
  }
}
