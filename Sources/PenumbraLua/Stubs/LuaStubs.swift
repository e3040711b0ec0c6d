/// Definitions for lua-language-server and luacheck, written from the table of exports.

internal import LuaEmbedding
internal import PenumbraTensor

/// What `penumbra doc --stubs` writes.
public enum LuaStubs {
  /// A file by its path inside the folder.
  public struct File: Sendable {
    public let path: String
    public let text: String
  }

  /// `penumbra.lua`, which a server takes for the module of that name, a file for each other library
  /// beside it, and `.luacheckrc`.
  public static var files: [File] {
    [File(path: "penumbra.lua", text: root)]
      + LuaFace.libraries.dropFirst().map { library in
        File(path: "penumbra/\(library.name).lua", text: text(of: library))
      }
      + [
        File(path: "penumbra/objects.lua", text: objects),
        File(path: ".luacheckrc", text: LuacheckConfiguration.text),
      ]
  }

  /// The classes of objects, by the names in Lua.
  static let classNames = Set(LuaFace.classes.map(\.name))

  private static let head = """
    ---@meta _
    -- Written from the table of exports by `penumbra doc --stubs`; do not edit.


    """

  // MARK: - Libraries

  /// Tables of functions by their names, objects by the names of their classes: "pn.nn", "pn.Tensor".
  static func className(of library: Library) -> String {
    if library.name == "pn.run" { return "pn.Run" }
    return library.isClass ? "pn." + library.name : library.name
  }

  private static var root: String {
    let library = LuaFace.libraries[0]
    var text = head.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      .enumerated().map { $0.offset == 0 ? "---@meta penumbra" : String($0.element) }
      .joined(separator: "\n")
    let names = DType.allCases.map { "\"\($0.name)\"" }.joined(separator: "|")
    text += "---@alias pn.dtype \(names)\n\n"
    text += "--- \(library.summary)\n---@class pn\n---@field version string\n"
    text += "---@field newaxis string # a key that adds a dimension of size 1\n"
    text += "---@field run pn.Run # \(summary(of: "pn.run"))\n"
    for inner in inside("pn") {
      text += "---@field \(inner.name) \(inner.path) # \(inner.summary)\n"
    }
    text += "local pn = {}\n\n"
    for entry in library.entries {
      text += StubFunction(entry: entry, owner: "pn.", path: "pn.\(entry.name)").text
    }
    let taken = Set(library.entries.map(\.name))
    for entry in TensorClass.library.entries
    where !taken.contains(entry.name) && !entry.name.hasSuffix("_") {
      text += tensorFunction(entry)
    }
    return text + "return pn\n"
  }

  /// A method of tensors as a function of pn: the tensor comes first.
  private static func tensorFunction(_ entry: Entry) -> String {
    let results = StubType.results(of: entry.returns) ?? ["any ..."]
    let lines =
      [
        "--- \(entry.summary).", "---@see pn.Tensor.\(entry.name)",
        "---@param x pn.Tensor|number|boolean|table", "---@param ... any",
      ]
      + results.map { "---@return \($0)" }
    let name =
      StubFunction.identifier(entry.name) == entry.name
      ? "function pn.\(entry.name)(x, ...) end" : "pn[\"\(entry.name)\"] = function(x, ...) end"
    return (lines + [name, "", ""]).joined(separator: "\n")
  }

  private static func text(of library: Library) -> String {
    let name = className(of: library)
    let local = StubFunction.identifier(name)
    let definition = LuaFace.classes.first { "pn." + $0.name == name }
    var text = head
    for line in library.summary.split(separator: "\n") { text += "--- \(line)\n" }
    let parent = definition?.parent.map { ": pn.\($0.name)" } ?? ""
    text += "---@class \(name)\(parent)\n"
    if library.isClass {
      text += fields(of: library, definition)
    } else {
      for inner in inside(library.name) {
        text += "---@field \(inner.name) \(inner.path) # \(inner.summary)\n"
      }
    }
    text += "local \(local) = {}\n\n"
    let owner = local + (library.isClass ? ":" : ".")
    for entry in library.entries {
      text += StubFunction(entry: entry, owner: owner, path: "\(name).\(entry.name)").text
    }
    return text + "return \(local)\n"
  }

  /// The libraries directly inside one: "nn" of "pn".
  private static func inside(
    _ parent: String
  ) -> [(name: String, path: String, summary: String)] {
    LuaFace.libraries.compactMap { library in
      guard !library.isClass, library.name.hasPrefix(parent + ".") else { return nil }
      let name = String(library.name.dropFirst(parent.count + 1))
      return name.contains(".") ? nil : (name, library.name, library.summary)
    }
  }

  private static func summary(of name: String) -> String {
    LuaFace.libraries.first { $0.name == name }?.summary ?? ""
  }

  // MARK: - Objects

  private static func fields(of library: Library, _ definition: AnyLuaClass?) -> String {
    var text = ""
    if library.name == "Tensor" {
      for field in TensorIndexing.fields {
        text += "---@field \(field.name) \(StubType.text(of: field.type)) # \(field.summary)\n"
      }
      for key in ["integer", "boolean", "table", "pn.Tensor"] {
        text += "---@field [\(key)] pn.Tensor\n"
      }
    } else if library.name == "pn.run" {
      for field in RunClass.fields {
        text += "---@field \(field.name) \(StubType.text(of: field.type))\n"
      }
    } else if definition?.hasFields ?? false {
      text += "---@field [string] any\n"
    }
    return text + operators(of: definition)
  }

  /// From the metamethods that the class has.
  private static func operators(of definition: AnyLuaClass?) -> String {
    guard let definition else { return "" }
    let name = "pn.\(definition.name)"
    let other = definition.name == "Tensor" ? "\(name)|number|boolean" : "\(name)|number"
    var text = ""
    for event in definition.metamethodNames {
      switch event {
      case "__call" where definition.name == "Schedule":
        text += "---@overload fun(step: number): number\n"
      case "__call": text += "---@overload fun(...: any): any, any, any\n"
      case "__len": text += "---@operator len: integer\n"
      case "__unm", "__bnot": text += "---@operator \(event.dropFirst(2)): \(name)\n"
      case "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__idiv", "__band", "__bor",
        "__bxor", "__shl", "__shr":
        text += "---@operator \(event.dropFirst(2))(\(other)): \(name)\n"
      default: break
      }
    }
    return text
  }

  /// Objects that a script meets without a library of their own: what is to be closed, hooks.
  private static var objects: String {
    let described = Set(LuaFace.libraries.map { className(of: $0) })
    var text = head
    for definition in LuaFace.classes where !described.contains("pn." + definition.name) {
      let parent = definition.parent.map { ": pn.\($0.name)" } ?? ""
      text += "---@class pn.\(definition.name)\(parent)\n"
      for method in definition.methodNames {
        text += "---@field \(method) fun(self: pn.\(definition.name), ...: any): any\n"
      }
      if definition.hasFields { text += "---@field [string] any\n" }
      text += operators(of: definition) + "\n"
    }
    return text
  }
}
