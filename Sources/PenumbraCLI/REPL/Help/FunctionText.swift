// What help says of a function that a script defined: its parameters, its place, its source.

internal import LuaEmbedding

struct FunctionText {
  /// What Lua knows of it.
  private struct Information {
    let isLua: Bool
    let source: String
    let place: String
    let lines: ClosedRange<Int>
    let parameters: [String]
  }

  private let session: Session
  private let name: String?
  private let information: Information
  /// The name in Lua's own library: "string.format".
  private let standardName: String?

  init(_ session: Session, _ frame: LuaFrame, _ index: Int, name: String?) throws {
    self.session = session
    self.name = name
    (information, standardName) = try frame.withCall(session.inspector, resultCount: 7) {
      arguments in
      try arguments.push(argument: index)
    } _: { first in
      let line = Int(frame.integer(at: first + 3) ?? 0)
      let last = max(line, Int(frame.integer(at: first + 4) ?? 0))
      let parameters = frame.string(at: first + 5) ?? ""
      let information = Information(
        isLua: frame.string(at: first) == "Lua", source: frame.string(at: first + 1) ?? "",
        place: frame.string(at: first + 2) ?? "", lines: line...last,
        parameters: parameters.split(separator: ",").map(String.init))
      return (information, frame.string(at: first + 6))
    }
  }

  /// What, source, short source, first and last line, parameters, the name in Lua's library.
  static let inspectorSource = """
    local getinfo, getlocal, concat = debug.getinfo, debug.getlocal, table.concat
    local standard = {}
    for name, value in next, _G do
      if type(value) == "function" then standard[value] = name end
    end
    for _, library in ipairs { "coroutine", "debug", "io", "math", "os", "package", "string",
      "table", "utf8" } do
      for name, value in next, _G[library] or {} do
        if type(value) == "function" then standard[value] = library .. "." .. name end
      end
    end
    return function(f)
      local info, names = getinfo(f, "Su"), {}
      for position = 1, info.nparams do names[position] = getlocal(f, position) end
      if info.isvararg then names[#names + 1] = "..." end
      return info.what == "C" and "C" or "Lua", info.source, info.short_src, info.linedefined,
        info.lastlinedefined, concat(names, ","), standard[f]
    end, collectgarbage
    """

  func text(withSource: Bool) throws -> String {
    guard information.isLua else { return foreignText }
    let parameters = information.parameters.joined(separator: ", ")
    let title = name.map { "\($0)(\(parameters))" } ?? "function (\(parameters))"
    var text = "\(title)\n\n"
    if let comment { text += comment.map { "\($0)\n" }.joined() + "\n" }
    text += "Defined in \(information.place):\(information.lines.lowerBound).\n"
    guard withSource else { return text }
    guard let lines = lines(information.lines) else { return text + "\nIts source is gone.\n" }
    return text + "\n" + lines.map { "  \($0)\n" }.joined()
  }

  private var foreignText: String {
    guard let standardName else { return (name.map { "\($0): " } ?? "") + "a function in C\n" }
    let anchor = standardName.hasPrefix("file:") ? "file:" + standardName : standardName
    return """
      \(standardName): of Lua's own library

      https://www.lua.org/manual/5.4/manual.html#pdf-\(anchor)

      """
  }

  // MARK: - Source

  private func lines(_ range: ClosedRange<Int>) -> [String]? {
    guard range.lowerBound > 0 else { return nil }
    if information.source.hasPrefix("=") {
      return session.source.lines(range.lowerBound, range.upperBound, of: information.source)
    }
    let text: String
    if information.source.hasPrefix("@") {
      guard let file = try? TextFile.read(String(information.source.dropFirst())) else {
        return nil
      }
      text = file
    } else {
      text = information.source
    }
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard range.upperBound <= all.count else { return nil }
    return all[(range.lowerBound - 1)..<range.upperBound].map(String.init)
  }

  /// The comment lines right above the definition, without their dashes.
  private var comment: [String]? {
    var found: [String] = []
    var line = information.lines.lowerBound - 1
    while line > 0, found.count < 40, let text = lines(line...line)?.first {
      let trimmed = SessionInput.trimmed(text)
      guard trimmed.hasPrefix("--"), !trimmed.hasPrefix("--[") else { break }
      found.insert(SessionInput.trimmed(String(trimmed.drop { $0 == "-" })), at: 0)
      line -= 1
    }
    return found.isEmpty ? nil : found
  }
}
