/// How run folders are named.

/// `<stamp>-<name>-<id>`: "20261123-233412-blur-3f9a1c". The stamp is the start in UTC, the id is random.
public struct RunName: Sendable, Equatable {
  public let stamp: String
  public let name: String
  public let id: String

  public var folder: String { "\(stamp)-\(name)-\(id)" }

  /// A new name.
  public init(_ name: String, at time: Double, id: UInt32 = .random(in: 0..<1 << 24)) {
    stamp = TimeStamp.compact(time)
    self.name = RunName.slug(name)
    let digits = String(id & 0xFF_FFFF, radix: 16)
    self.id = String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// Letters, digits, `_`, `.` and `-`, at most 64 of them; everything else becomes `-`. "run" where
  /// nothing is left.
  public static func slug(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(64) {
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      result.unicodeScalars.append(isPlain || "_.".unicodeScalars.contains(scalar) ? scalar : "-")
    }
    return result.allSatisfy { $0 == "-" || $0 == "." } ? "run" : result
  }
}
