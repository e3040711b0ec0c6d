import PenumbraData
import Testing

@Suite struct JSONTests {
  @Test func readsEveryKindOfValue() throws {
    let json = try JSON(
      parsing: " {\"a\" : [1, -2.5, 1e3, true, false, null], \"b\":{}, \"c\":\"x\"}\n")
    #expect(
      json
        == .object([
          JSON.Member(
            "a",
            .array([.integer(1), .number(-2.5), .number(1000), .bool(true), .bool(false), .null])),
          JSON.Member("b", .object([])), JSON.Member("c", .string("x")),
        ]))
    #expect(json["c"] == .string("x"))
    #expect(json["d"] == nil)
    #expect(try JSON(parsing: "-0") == .integer(0))
    #expect(try JSON(parsing: "9223372036854775807") == .integer(.max))
    #expect(try JSON(parsing: "9223372036854775808") == .number(9_223_372_036_854_775_808))
  }

  @Test func readsEscapes() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83c\udf18 é""#
    #expect(try JSON(parsing: text) == .string("\"\\/\u{8}\u{c}\n\r\tAé🌘 é"))
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
    "{'a':1}", "01", "+1", "1.", ".5", "1e", "1e+", "-", "0x10", "NaN", "Infinity", "1e999", "tru",
    "nulll", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
    "\"\n\"", "1 2", "[1] x", "{\"a\":1,\"a\":2}", "[1}", "//", "\u{feff}1",
  ])
  func refusesWhatIsNotJSON(text: String) {
    #expect(throws: JSONError.self) { _ = try JSON(parsing: text) }
  }

  @Test func refusesBytesThatAreNotUTF8() {
    for bytes: [UInt8] in [
      [0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
    ] {
      bytes.withUnsafeBytes { buffer in
        _ = #expect(throws: JSONError.self) { _ = try JSON(parsing: buffer) }
      }
    }
  }

  @Test func depthIsBounded() throws {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    _ = try JSON(parsing: deep)
    #expect(throws: JSONError.self) { _ = try JSON(parsing: "[\(deep)]") }
    #expect(throws: JSONError.self) {
      _ = try JSON(parsing: String(repeating: "{\"a\":", count: 1_000_000))
    }
  }

  @Test func errorsSayWhere() {
    let error = #expect(throws: JSONError.self) { _ = try JSON(parsing: "[1, x]") }
    #expect(error?.description == "byte 5: expected a value")
  }

  @Test func writesWhatItReads() throws {
    let value = JSON.object([
      JSON.Member("quote\"\\\n\u{1}é🌘", .array([.number(0.1), .number(1e-300), .integer(.min)])),
      JSON.Member("none", .null), JSON.Member("truth", .bool(true)),
    ])
    #expect(
      value.text == "{\"quote\\\"\\\\\\n\\u0001é🌘\":[0.1,1e-300,-9223372036854775808],"
        + "\"none\":null,\"truth\":true}")
    #expect(try JSON(parsing: value.text) == value)
    #expect(JSON.number(.nan).text == "null")
  }
}
