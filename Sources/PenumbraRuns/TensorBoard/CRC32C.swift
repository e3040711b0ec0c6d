/// CRC-32C (Castagnoli), the checksum of TFRecord files.

/// The cyclic redundancy check of RFC 3720, appendix B.4: polynomial 0x1EDC6F41, reflected.
public enum CRC32C {
  /// The check of these bytes.
  ///
  /// - Complexity: O(bytes).
  public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in bytes { crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
    return ~crc
  }

  /// The check as TFRecord stores it, rotated and shifted, so that a check of bytes that contain
  /// checks stays meaningful: ((crc >> 15) | (crc << 17)) + 0xA282EAD8.
  public static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let crc = checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? 0x82F6_3B78 ^ (crc >> 1) : crc >> 1 }
  }
}
