/// Pictures by the graphics protocol of the kitty terminal, which Ghostty, WezTerm and Konsole know too.

package enum KittyGraphics {
  /// The escape sequences that show a PNG file at the cursor.
  ///
  /// - Parameter columns: characters that the picture is scaled to; by its pixels if nil.
  ///
  /// Source: Goyal, "Terminal graphics protocol", https://sw.kovidgoyal.net/kitty/graphics-protocol/
  package static func show(png: [UInt8], columns: Int? = nil) -> String {
    let payload = Array(base64(png).utf8)
    let size = columns.map { ",c=\($0)" } ?? ""
    var text = ""
    var start = 0
    // At most 4096 bytes a sequence; m says whether more follow, q that no answer is wanted.
    repeat {
      let end = min(start + 4096, payload.count)
      let control = start == 0 ? "a=T,f=100,q=2\(size)," : ""
      let chunk = String(decoding: payload[start..<end], as: UTF8.self)
      text += "\u{1B}_G\(control)m=\(end < payload.count ? 1 : 0);\(chunk)\u{1B}\\"
      start = end
    } while start < payload.count
    return text
  }

  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// RFC 4648, with padding.
  package static func base64(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        let digit = digits[bits >> (18 - 6 * place) & 63]
        result.append(place <= group.count ? digit : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
