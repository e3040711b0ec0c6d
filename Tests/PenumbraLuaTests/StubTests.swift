/// The definitions for lua-language-server and luacheck: Lua that loads, annotations that parse, every
/// name of the table of exports.

import Glibc
import LuaEmbedding
import Penumbra
import PenumbraLua
import TestSupport
import Testing

@Suite struct StubTests {
  private static let files = LuaStubs.files.filter { $0.path.hasSuffix(".lua") }

  /// Each file runs, and the tables that they return hold what `pn` and its classes hold.
  @Test func everyNameIsThere() throws {
    let runtime = try Runtime()
    var sources: [(key: String, value: LuaValue)] = []
    for file in StubTests.files { sources.append((key: file.path, value: .string(file.text))) }
    let table = try runtime.state.makeTable(.table(sources))
    let results = try runtime.run(
      """
      local stubs, missing, found = {}, {}, 0
      for path, text in pairs(...) do
        local chunk = assert(load(text, "=" .. path))
        stubs[path:match("([^/]+)%.lua$")] = chunk()
      end
      local function compare(real, stub, name)
        for key, value in pairs(real) do
          local kind = type(value)
          if kind == "function" then
            found = found + 1
            if type(stub[key]) ~= "function" then missing[#missing + 1] = name .. "." .. key end
          elseif kind == "table" then
            compare(value, stubs[name .. "." .. key] or {}, name .. "." .. key)
          end
        end
      end
      compare(require "penumbra", stubs.penumbra, "pn")
      return table.concat(missing, " "), found, stubs.Tensor.add and stubs["pn.run"].log and true
      """, name: "=test", arguments: [.reference(table)])
    #expect(results[0].string == "")
    #expect((results[1].integer ?? 0) > 500)
    #expect(results[2].boolean == true)
    for library in LuaFace.libraries where library.isClass {
      let text = StubTests.files.first { $0.path == "penumbra/\(library.name).lua" }?.text ?? ""
      for entry in library.entries {
        #expect(
          text.contains(":\(entry.name)(") || text.contains("[\"\(entry.name)\"] = function("),
          "\(library.path(entry))")
      }
    }
  }

  /// Every annotation has its form, every type is one that is defined, and the parameters that are
  /// described are those that follow.
  @Test func annotationsParse() {
    let lines = StubTests.files.flatMap { $0.text.split(separator: "\n").map(String.init) }
    var defined: Set<String> = [
      "any", "nil", "boolean", "number", "integer", "string", "table", "function", "true", "false",
    ]
    for line in lines {
      for tag in ["---@class ", "---@alias "] where line.hasPrefix(tag) {
        let name = line.dropFirst(tag.count).prefix { $0 != " " && $0 != ":" }
        #expect(defined.insert(String(name)).inserted, "defined twice: \(name)")
      }
    }
    var parameters: [String] = []
    var counts: [String: Int] = [:]
    for line in lines {
      if line.hasPrefix("---@") {
        var parser = AnnotationParser(line, types: defined)
        let tag = parser.parse()
        #expect(tag != nil, "\(line)")
        counts[tag ?? "", default: 0] += 1
        if let name = parser.parameter { parameters.append(name) }
      } else if line.contains("function"), !line.hasPrefix("---"),
        let open = line.firstIndex(of: "(")
      {
        let inside = line[line.index(after: open)...].prefix { $0 != ")" }
        var names = inside.split(separator: ",").map { String($0.drop { $0 == " " }) }
        if names.first == "self" { names.removeFirst() }
        #expect(names == parameters, "\(line)")
        parameters = []
      } else {
        #expect(
          line.hasPrefix("--") || line.hasPrefix("local ") || line.hasPrefix("return "), "\(line)")
      }
    }
    #expect(counts["class", default: 0] > 300 && counts["operator", default: 0] > 15)
    #expect(counts["param", default: 0] > 700 && counts["return", default: 0] > 600)
    #expect(counts["overload", default: 0] > 4)
  }

  /// Words of the reference as types.
  @Test(arguments: [
    ("pn.Tensor", "sum", "---@param dim? integer|integer[]"),
    ("pn.randn", "", "---@field dtype? pn.dtype"),
    ("pn.Module", "", "---@overload fun(...: any): any, any, any"),
    ("pn.nn", "Linear", "---@return pn.Module"), ("pn.Tensor", "topk", "---@return pn.Tensor"),
    ("pn.plot", "save", "---@field kind \"line\"|\"points\"|\"steps\"|"),
    ("pn.Tensor", "", "---@operator matmul"),
  ])
  func typesAreTranslated(_ file: String, _ name: String, _ line: String) {
    let all = StubTests.files.map(\.text).joined()
    #expect(all.contains(line) == (line != "---@operator matmul"))
  }

  @Test func luacheckKnowsTheTable() throws {
    guard access("/usr/bin/luacheck", X_OK) == 0 else { return }
    let folder = TemporaryFolder()
    let text = LuaStubs.files.first { $0.path == ".luacheckrc" }?.text ?? ""
    let configuration = folder.put("luacheckrc", Array(text.utf8))
    let script = folder.put(
      "a.lua",
      Array(
        "print(pn.randn(2), pn.nn.Linear(2, 3), pn.run.step, pn.version)\nprint(pn.rndn(2))\n".utf8)
    )
    let output = folder.path + "/out"
    _ = system("luacheck --no-color --config '\(configuration)' '\(script)' > '\(output)' 2>&1")
    let found = String(
      decoding: try #require(fopen(output, "r").map(StubTests.bytes)), as: UTF8.self)
    #expect(
      found.contains("a.lua:2:7: accessing undefined field 'rndn' of global 'pn'"), "\(found)")
    #expect(found.contains("Total: 1 warning / 0 errors"), "\(found)")
  }

  private static func bytes(_ file: UnsafeMutablePointer<FILE>) -> [UInt8] {
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
  }
}

/// A reader of LuaCATS annotations, written from its documentation.
private struct AnnotationParser {
  private var rest: Substring
  private let types: Set<String>
  /// The name that a `@param` describes.
  private(set) var parameter: String?

  init(_ line: String, types: Set<String>) {
    rest = line.dropFirst("---@".count)
    self.types = types
  }

  /// The tag; nil for a line that is not well formed.
  mutating func parse() -> String? {
    let tag = word()
    skip(" ")
    let isGood: Bool
    switch tag {
    case "meta": return rest == "_" || rest == "penumbra" ? tag : nil
    case "see": return tag
    case "class": isGood = !dotted().isEmpty && (!skip(":") || (skip(" ") && type()))
    case "alias": isGood = !dotted().isEmpty && skip(" ") && type()
    case "field": isGood = key() && skip(" ") && type()
    case "param":
      let name = skip("...") ? "..." : word()
      parameter = name
      skip("?")
      isGood = !name.isEmpty && skip(" ") && type()
    case "return": isGood = type() && (!skip(" ...") || rest.isEmpty)
    case "overload": isGood = type()
    case "operator":
      let name = word()
      let known = "add sub mul div mod pow idiv band bor bxor shl shr unm bnot len concat call"
      isGood =
        known.split(separator: " ").contains { $0 == name }
        && (!skip("(") || (type() && skip(")"))) && skip(":") && skip(" ") && type()
    default: return nil
    }
    return isGood && (rest.isEmpty || rest.hasPrefix(" # ")) ? tag : nil
  }

  @discardableResult
  private mutating func skip(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }

  private mutating func take(_ isPart: (Character) -> Bool) -> String {
    let found = rest.prefix(while: isPart)
    rest = rest.dropFirst(found.count)
    return String(found)
  }

  private mutating func word() -> String {
    take { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  private mutating func dotted() -> String {
    take { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
  }

  private mutating func key() -> Bool {
    if skip("[\"") { return !take { $0 != "\"" }.isEmpty && skip("\"]") && (skip("?") || true) }
    if skip("[") { return type() && skip("]") }
    let name = word()
    skip("?")
    return !name.isEmpty
  }

  /// type := unit ("|" unit)*
  private mutating func type() -> Bool {
    repeat {
      guard unit() else { return false }
    } while skip("|")
    return true
  }

  /// unit := ( "(" type ")" | string | fun | table<K, V> | name ) "[]"* "?"?
  private mutating func unit() -> Bool {
    if skip("(") {
      guard type(), skip(")") else { return false }
    } else if skip("\"") {
      guard !take({ $0 != "\"" }).isEmpty, skip("\"") else { return false }
    } else if skip("fun(") {
      while !skip(")") {
        guard skip("...") || !word().isEmpty, skip(":"), skip(" "), type() else { return false }
        if !skip(", "), !rest.hasPrefix(")") { return false }
      }
      if skip(": ") {
        repeat { guard type() else { return false } } while skip(", ")
      }
    } else if skip("table<") {
      guard type(), skip(","), skip(" "), type(), skip(">") else { return false }
    } else {
      guard types.contains(dotted()) else { return false }
    }
    while skip("[]") {}
    skip("?")
    return true
  }
}
