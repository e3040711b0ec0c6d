// What `?x`, `??x` and `help(x)` say.

internal import LuaEmbedding
internal import Penumbra
internal import PenumbraLua

/// Of functions, methods and libraries it is the text of `penumbra doc`, from the same table.
struct HelpAnswer {
  private let session: Session
  private var state: LuaState { session.interpreter.runtime.state }

  init(_ session: Session) { self.session = session }

  // MARK: - By name

  /// - Parameter subject: a variable's path (`model.forward`), a documented name ("Tensor:add"), or a
  ///   command (`%time`).
  /// - Throws: for a name that neither the session nor the reference knows.
  func text(on subject: String, withSource: Bool) throws -> String {
    if subject.isEmpty { return SessionCommand.overview }
    if subject.hasPrefix("%") {
      return try SessionCommand.named(String(subject.dropFirst())).details
    }
    if let path = Self.path(subject),
      let text = try session.names.find(
        path,
        { frame, found in
          try found.map { try text(on: $0, named: subject, frame, withSource) }
        })
    {
      return text
    }
    return try LuaFace.help(subject)
  }

  /// `a.b:c` as names; nil for anything else.
  private static func path(_ subject: String) -> [String]? {
    let parts = subject.split(omittingEmptySubsequences: false) { $0 == "." || $0 == ":" }
    let names = parts.map(String.init)
    return names.allSatisfy(LuaName.isName) ? names : nil
  }

  private func text(
    on found: NameResolver.Found, named subject: String, _ frame: LuaFrame, _ withSource: Bool
  ) throws -> String {
    switch found {
    case .slot(let slot): return try text(on: frame, slot, named: subject, withSource)
    case .method(let className, let name):
      let text = try LuaFace.help("\(className):\(name)")
      return withSource ? text + Self.noSource : text
    case .object(let object): return ObjectText.summary(of: object, named: subject)
    }
  }

  // MARK: - By value

  /// Of the first argument: a name, or the value itself.
  func text(onArgumentOf frame: LuaFrame) throws -> String {
    if let name = frame.string(at: 1) { return try text(on: name, withSource: false) }
    return try text(on: frame, 1, named: nil, false)
  }

  private static let noSource = "\nNo source: a part of Penumbra.\n"

  private func text(
    on frame: LuaFrame, _ index: Int, named name: String?, _ withSource: Bool
  ) throws -> String {
    if let documented = try documentation(frame, index) {
      return withSource ? documented + Self.noSource : documented
    }
    switch frame.type(at: index) {
    case .function:
      return try FunctionText(session, frame, index, name: name).text(withSource: withSource)
    case .userdata:
      guard let object = frame.anyObject(at: index) else { break }
      return ObjectText.summary(of: object, named: name)
    default: break
    }
    let printer = ValuePrinter(state, width: Console.width)
    let kind = try printer.brief(frame, index)
    let value = frame.type(at: index) == .table ? try printer.text(frame, index) + "\n" : ""
    return (name.map { "\($0): " } ?? "") + kind + "\n" + value
  }

  /// The reference's text of one of our functions or libraries.
  private func documentation(_ frame: LuaFrame, _ index: Int) throws -> String? {
    if let name = frame.swiftFunctionName(at: index) {
      // Methods are called "Tensor.add".
      let parts = name.split(separator: ".", maxSplits: 1)
      if let text = try? LuaFace.help(name) { return text }
      return parts.count == 2 ? try? LuaFace.help("\(parts[0]):\(parts[1])") : nil
    }
    guard frame.type(at: index) == .table, let name = try libraryName(frame, index) else {
      return nil
    }
    return try LuaFace.help(name)
  }

  /// "pn" or "pn.nn" if the value is that table, by identity.
  private func libraryName(_ frame: LuaFrame, _ index: Int) throws -> String? {
    let identity = frame.identity(at: index)
    guard let root = try? state.require("penumbra").reference else { return nil }
    return try frame.withReference(root) { slot in
      if frame.identity(at: slot) == identity { return "pn" }
      var found: String?
      for library in LuaFace.libraries where !library.isClass && library.name != "pn" {
        try visit(frame, slot, library.name.split(separator: ".").dropFirst()) { inner in
          if frame.identity(at: inner) == identity { found = library.name }
        }
      }
      return found
    }
  }

  private func visit(
    _ frame: LuaFrame, _ table: Int, _ path: ArraySlice<Substring>, _ body: (Int) throws -> Void
  ) throws {
    guard let name = path.first else { return try body(table) }
    guard frame.type(at: table) == .table else { return }
    try frame.withField(String(name), ofTableAt: table) { slot in
      try visit(frame, slot, path.dropFirst(), body)
    }
  }
}
