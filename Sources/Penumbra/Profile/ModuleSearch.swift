/// `require` in a sandbox: modules of the host, and files that may be read.

internal import Glibc
internal import LuaEmbedding
internal import PenumbraTensor

/// Takes the places of `package.searchpath` and of the searchers that look for files.
struct ModuleSearch {
  let state: LuaState
  let permissions: Permissions

  func install() throws {
    try state.setLibraryValue("package.cpath", to: "")
    try state.setLibraryValue("package.path", to: .string(path))
    guard case .reference(let searchers) = try state.libraryValue("package.searchers") else {
      return
    }
    // 1 looks into package.preload; 2 to 4 look for files and C modules.
    for index in 2...4 { try searchers.set(.integer(Int64(index)), to: .nil) }
    guard case .under = permissions.files else { return }
    let permissions = permissions
    try state.replaceLibraryFunction("package.searchpath") { frame in
      let name = try ModuleSearch.text(frame, 1)
      let path = try ModuleSearch.text(frame, 2)
      let separator = frame.string(at: 3) ?? "."
      let replacement = frame.string(at: 4) ?? "/"
      let wanted = separator.isEmpty ? name : name.replacing(separator, with: replacement)
      switch ModuleSearch.find(wanted, path, permissions) {
      case .success(let file): frame.returns(file)
      case .failure(let missing):
        frame.returnsNil()
        frame.returns(missing.luaMessage)
      }
    }
    try searchers.set(.integer(2), to: .function("package.searchers", searcher))
  }

  private var path: String {
    guard case .under(let folders) = permissions.files else { return "" }
    return folders.flatMap { ["\($0)/?.lua", "\($0)/?/init.lua"] }.joined(separator: ";")
  }

  private var searcher: LuaFunction {
    let permissions = permissions
    return { frame in
      let name = try ModuleSearch.text(frame, 1)
      guard let path = try frame.state.libraryValue("package.path").string else {
        throw Refusal(luaMessage: "'package.path' must be a string")
      }
      switch ModuleSearch.find(name.replacing(".", with: "/"), path, permissions) {
      case .failure(let missing): frame.returns(missing.luaMessage)
      case .success(let file):
        do {
          try frame.returns(try frame.state.load(file: file))
          frame.returns(file)
        } catch let error as LuaError {
          throw Refusal(
            luaMessage:
              "error loading module '\(name)' from file '\(file)':\n\t\(error.message)")
        }
      }
    }
  }

  private static func text(_ frame: LuaFrame, _ index: Int) throws -> String {
    guard let text = frame.string(at: index) else {
      throw LuaTypeError(argument: index, expected: "string", actual: frame.describe(at: index))
    }
    return text
  }

  /// The first readable file of a path's templates. One outside the folders is as good as missing.
  private static func find(
    _ name: String, _ path: String, _ permissions: Permissions
  ) -> Result<String, Refusal> {
    var missing: [String] = []
    for template in path.split(separator: ";") {
      let file = String(template).replacing("?", with: name)
      if !file.utf8.contains(0), permissions.allows(path: file), SpecialFile.kind(of: file) == nil,
        access(file, R_OK) == 0
      {
        return .success(file)
      }
      missing.append("no file '\(file)'")
    }
    return .failure(Refusal(luaMessage: missing.joined(separator: "\n\t")))
  }
}

extension String {
  /// All occurrences replaced; the text to look for is not empty.
  fileprivate func replacing(_ text: String, with replacement: String) -> String {
    var result: [UInt8] = []
    let (bytes, wanted) = (Array(utf8), Array(text.utf8))
    var index = 0
    while index < bytes.count {
      if bytes.count - index >= wanted.count,
        bytes[index..<(index + wanted.count)].elementsEqual(wanted)
      {
        result += replacement.utf8
        index += wanted.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
