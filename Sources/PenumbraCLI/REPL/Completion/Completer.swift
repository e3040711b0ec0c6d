// Tab: names of variables, fields and methods, commands, modules, files.

internal import LuaEmbedding
internal import PenumbraLua

/// Looks names up raw. No metamethod runs, no code of the session, and no object is made.
struct Completer {
  private let names: NameResolver

  init(_ names: NameResolver) { self.names = names }

  /// What Tab does after a text.
  func tab(after text: String) -> TabAction {
    // At the start of a line Tab indents.
    if text.allSatisfy(\.isWhitespace) { return .insert("  ") }
    guard let choice = choice(after: text) else { return .nothing }
    let candidates = choice.candidates
    guard let first = candidates.first else { return .nothing }
    let common = candidates.dropFirst().reduce(first) { commonPrefix($0, $1) }
    var addition = String(common.dropFirst(choice.prefix.count))
    if candidates.count == 1, !first.hasSuffix("/") { addition += choice.end }
    if !addition.isEmpty { return .insert(addition) }
    return candidates.count > 1 ? .list(candidates) : .nothing
  }

  private func commonPrefix(_ a: String, _ b: String) -> String {
    String(zip(a, b).prefix { $0.0 == $0.1 }.map(\.0))
  }

  /// Sorted candidates that begin with the prefix, which is what the text ends in.
  struct Choice {
    let prefix: String
    let candidates: [String]
    /// What follows the only candidate.
    var end = ""
  }

  private func choice(after text: String) -> Choice? {
    if text.hasPrefix("%") { return commandChoice(after: text) }
    if text.hasPrefix("?") { return nameChoice(after: text.drop { $0 == "?" || $0 == " " }) }
    let source = LuaTokens(text)
    switch source.ending {
    case .code: return nameChoice(after: text[...])
    case .comment, .longString: return nil
    case .string(let contents): return stringChoice(text, source, contents)
    }
  }

  // MARK: - Commands

  private func commandChoice(after text: String) -> Choice? {
    guard let space = text.firstIndex(of: " ") else {
      let prefix = String(text.dropFirst())
      let names = SessionCommand.all.map(\.name).filter { $0.hasPrefix(prefix) }
      return Choice(prefix: prefix, candidates: names.sorted(), end: " ")
    }
    let command = text[text.index(after: text.startIndex)..<space]
    let argument = text[space...].drop { $0 == " " }
    switch command {
    case "run", "load", "save":
      let word = argument.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
      let prefix = String(word)
      return Choice(prefix: prefix, candidates: FileNames.candidates(prefix))
    case "help":
      let names = SessionCommand.all.map(\.name).filter { $0.hasPrefix(argument) }
      return Choice(prefix: String(argument), candidates: names.sorted())
    case "time", "timeit": return argument.isEmpty ? nil : choice(after: String(argument))
    default: return nil
    }
  }

  // MARK: - Strings

  private func stringChoice(_ text: String, _ source: LuaTokens, _ contents: Int) -> Choice? {
    let bytes = Array(text.utf8)
    let quote = String(decoding: bytes[(contents - 1)..<contents], as: UTF8.self)
    let prefix = String(decoding: bytes[contents...], as: UTF8.self)
    var before = source.tokens.dropLast()
    if before.last?.isSymbol("(") == true { before = before.dropLast() }
    switch before.last?.text {
    case "require":
      return Choice(prefix: prefix, candidates: ModuleNames(names).candidates(prefix), end: quote)
    case "help":
      let known = LuaFace.libraries.flatMap { library in
        [library.name] + library.entries.map { library.path($0) }
      }
      let fitting = Set(known.filter { $0.hasPrefix(prefix) }).sorted()
      return Choice(prefix: prefix, candidates: fitting, end: quote)
    default: return Choice(prefix: prefix, candidates: FileNames.candidates(prefix), end: quote)
    }
  }

  // MARK: - Names

  private func nameChoice(after text: Substring) -> Choice? {
    guard let target = CompletionTarget(before: String(text)) else { return nil }
    if target.owners.isEmpty, target.prefix.isEmpty { return nil }
    let found = (try? candidates(for: target)) ?? []
    return Choice(prefix: target.prefix, candidates: found)
  }

  /// The sorted names that fit.
  func candidates(for target: CompletionTarget) throws -> [String] {
    var found: Set<String> = []
    try names.find(target.owners) { frame, owner in
      switch owner {
      case .slot(let slot): try collect(frame, slot, target, into: &found)
      case .object(let object):
        found.formUnion(fitting(ObjectText.names(of: object, methodsOnly: target.isMethod), target))
      case .method, nil: break
      }
    }
    if target.owners.isEmpty {
      found.formUnion(LuaName.reservedWords.filter { $0.hasPrefix(target.prefix) })
      found.formUnion(fitting(try names.locals.names(), target))
    }
    return found.sorted()
  }

  private func fitting(_ names: [String], _ target: CompletionTarget) -> [String] {
    names.filter { $0.hasPrefix(target.prefix) && !$0.hasPrefix("__") && LuaName.isName($0) }
  }

  private func collect(
    _ frame: LuaFrame, _ index: Int, _ target: CompletionTarget, into found: inout Set<String>
  ) throws {
    if let luaClass = frame.luaClass(at: index) {
      found.formUnion(fitting(luaClass.methodNames, target))
      guard let object = frame.anyObject(at: index) else { return }
      found.formUnion(
        fitting(ObjectText.names(of: object, methodsOnly: target.isMethod), target))
      guard ObjectFields.keepsFieldsInTable(object) else { return }
      return try frame.withUserValue(1, at: index) { table in
        guard frame.type(at: table) == .table else { return }
        found.formUnion(try keys(frame, table, target))
      }
    }
    var collected: Set<String> = []
    try names.eachFieldTable(frame, index) { table in
      collected.formUnion(try keys(frame, table, target))
      return false
    }
    found.formUnion(collected)
  }

  private func keys(_ frame: LuaFrame, _ table: Int, _ target: CompletionTarget) throws -> [String]
  {
    var keys: [String] = []
    try frame.forEachField(ofTableAt: table) { key, value in
      guard let name = frame.string(at: key), name.hasPrefix(target.prefix),
        LuaName.isName(name), !target.isMethod || frame.type(at: value) == .function
      else { return }
      keys.append(name)
    }
    return keys
  }
}
