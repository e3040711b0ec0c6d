/// The wire encoding of protocol buffers, as far as event files need it.

/// A message under construction: fields in the order in which they are added.
///
/// Source: protobuf.dev/programming-guides/encoding. Each field is a key, number << 3 | wire type, and
/// its value: 0 a varint, 1 eight bytes, 2 a length and as many bytes, 5 four bytes.
package struct ProtobufMessage {
  package private(set) var bytes: [UInt8] = []

  package init(_ build: (inout ProtobufMessage) -> Void = { _ in }) { build(&self) }

  package mutating func add(_ field: UInt8, integer value: Int64) {
    key(field, 0)
    varint(UInt64(bitPattern: value))
  }

  package mutating func add(_ field: UInt8, double value: Double) {
    key(field, 1)
    append(value.bitPattern)
  }

  package mutating func add(_ field: UInt8, float value: Float) {
    key(field, 5)
    append(value.bitPattern)
  }

  package mutating func add(_ field: UInt8, bytes value: [UInt8]) {
    key(field, 2)
    varint(UInt64(value.count))
    bytes += value
  }

  package mutating func add(_ field: UInt8, text value: String) {
    add(field, bytes: Array(value.utf8))
  }

  package mutating func add(_ field: UInt8, message value: ProtobufMessage) {
    add(field, bytes: value.bytes)
  }

  package mutating func add(_ field: UInt8, message build: (inout ProtobufMessage) -> Void) {
    add(field, message: ProtobufMessage(build))
  }

  /// A repeated field of doubles, packed.
  package mutating func add(_ field: UInt8, doubles values: [Double]) {
    key(field, 2)
    varint(UInt64(values.count * 8))
    for value in values { append(value.bitPattern) }
  }

  private mutating func key(_ field: UInt8, _ wireType: UInt8) {
    varint(UInt64(field) << 3 | UInt64(wireType))
  }

  /// Seven bits a byte, the lowest first; the top bit says that more follow.
  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}
