/// The header of a `.npy` file: a Python dictionary of three entries.

internal import PenumbraTensor

/// What a header says, checked: the product of its extents is a byte count that fits in an Int.
struct NPYHeader {
  let type: NPYElement
  let isFortran: Bool
  let shape: [Int]
  /// Bytes of all elements.
  let byteCount: Int

  /// Why a header cannot be used.
  struct Fault: Error {
    let reason: String
  }

  /// - Throws: `Fault`.
  init(parsing bytes: [UInt8]) throws {
    var scanner = Scanner(bytes: bytes)
    var descriptor: String?
    var order: Bool?
    var extents: [Int]?
    try scanner.expect("{")
    while !scanner.accept("}") {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "descr" where descriptor == nil:
        guard !scanner.sees("[") else {
          throw Fault(reason: "arrays of records are not supported")
        }
        descriptor = try scanner.string()
      case "fortran_order" where order == nil: order = try scanner.boolean()
      case "shape" where extents == nil: extents = try scanner.integers()
      default: throw Fault(reason: "its header has an entry '\(key)' too many")
      }
      guard scanner.accept(",") || scanner.sees("}") else { throw scanner.fault }
    }
    try scanner.expectEnd()
    guard let descriptor, let order, let extents else {
      throw Fault(reason: "expected descr, fortran_order and shape in its header")
    }
    type = try NPYElement(descriptor)
    isFortran = order
    shape = extents
    guard extents.count <= Dimensions.maximumRank else {
      throw Fault(reason: "expected at most 8 dimensions, got \(extents.count)")
    }
    var count = type.width
    for extent in extents where extent > 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw Fault(reason: "its shape \(extents) is too large") }
      count = product
    }
    byteCount = extents.contains(0) ? 0 : count
  }

  /// Reads the few kinds of Python literals that headers contain.
  private struct Scanner {
    let bytes: [UInt8]
    var position = 0

    var fault: Fault {
      Fault(reason: "its header is no dictionary that NumPy writes, at byte \(position + 1)")
    }

    private mutating func skipSpace() {
      while position < bytes.count, bytes[position] == 32 || bytes[position] == 10 { position += 1 }
    }

    mutating func sees(_ word: String) -> Bool {
      skipSpace()
      return bytes[position...].starts(with: word.utf8)
    }

    mutating func accept(_ word: String) -> Bool {
      guard sees(word) else { return false }
      position += word.utf8.count
      return true
    }

    mutating func expect(_ word: String) throws {
      guard accept(word) else { throw fault }
    }

    mutating func expectEnd() throws {
      skipSpace()
      guard position == bytes.count else { throw fault }
    }

    mutating func string() throws -> String {
      skipSpace()
      guard position < bytes.count,
        let end = [UInt8(ascii: "'"), UInt8(ascii: "\"")].first(
          where: { $0 == bytes[position] })
      else { throw fault }
      position += 1
      let start = position
      while position < bytes.count, bytes[position] != end, bytes[position] != UInt8(ascii: "\\") {
        position += 1
      }
      guard position < bytes.count, bytes[position] == end else { throw fault }
      position += 1
      return String(decoding: bytes[start..<(position - 1)], as: UTF8.self)
    }

    mutating func boolean() throws -> Bool {
      if accept("True") { return true }
      if accept("False") { return false }
      throw fault
    }

    /// A tuple: `()`, `(3,)`, `(2, 3)`; Python 2 wrote `3L`.
    mutating func integers() throws -> [Int] {
      try expect("(")
      var values: [Int] = []
      while !accept(")") {
        skipSpace()
        let digits = bytes[position...].prefix { (48...57).contains($0) }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else { throw fault }
        position += digits.count
        _ = accept("L")
        values.append(value)
        guard accept(",") || sees(")") else { throw fault }
      }
      return values
    }
  }
}
