// From lines to chunks, and from chunks to results.

internal import LuaEmbedding
internal import Penumbra

/// An input that compiled.
struct SessionChunk {
  /// What was typed.
  let text: String
  let function: LuaReference
  /// Whether it is a list of expressions, whose values are shown.
  let isExpression: Bool
  let source: LuaTokens
  let anatomy: ChunkAnatomy

  /// Whether its last token asks for silence: `x:backward();`
  var isMuted: Bool { source.tokens.last?.isSymbol(";") ?? false }
}

struct Evaluator {
  enum Compiled {
    case chunk(SessionChunk)
    case incomplete
    case failed(any Error)
  }

  let locals: SessionLocals
  private let interpreter: Interpreter
  /// Calls a chunk, keeps its first result in the global `_`, and returns all of them in a table
  /// with their number as `n`. The results never leave Lua, so objects keep their identity.
  private let collect: LuaReference

  init(_ interpreter: Interpreter) throws {
    self.interpreter = interpreter
    locals = try SessionLocals(interpreter)
    let source = """
      local pack, rawset, globals = table.pack, rawset, _G
      return function(chunk)
        local results = pack(chunk())
        if results.n > 0 then rawset(globals, "_", results[1]) end
        return results
      end
      """
    let results = try interpreter.runtime.run(source, name: Self.chunkName)
    guard let collect = results.first?.reference else {
      throw LuaError(message: "the interactive mode could not start")
    }
    self.collect = collect
  }

  static let chunkName = "=[interactive]"

  // MARK: - Compiling

  /// An expression, else a statement, else the beginning of one of them.
  func compile(_ text: String, at position: SessionSource.Position) -> Compiled {
    // The newline ends a short string, which is an error then, and not the wish for another line.
    let expression = "return \(text.hasPrefix("=") ? text.dropFirst() : text[...])\n"
    let asExpression = attempt(expression, of: text, isExpression: true, position)
    if case .chunk = asExpression { return asExpression }
    let asStatement = attempt(text + "\n", of: text, isExpression: false, position)
    if case .chunk = asStatement { return asStatement }
    if case .incomplete = asExpression { return .incomplete }
    return asStatement
  }

  /// A whole file as one input, whose locals live on.
  ///
  /// - Throws: `LuaError` for what does not compile.
  func compile(file text: String, path: String) throws -> SessionChunk {
    // A first line that starts with # is skipped, as in a script.
    let body = text.hasPrefix("#") ? "--" + text : text
    let position = SessionSource.Position(name: "@" + path, offset: 0)
    switch attempt(body + "\n", of: body, isExpression: false, position) {
    case .chunk(let chunk): return chunk
    case .failed(let error): throw error
    case .incomplete: throw failure(of: body, at: position)
    }
  }

  private func attempt(
    _ body: String, of text: String, isExpression: Bool, _ position: SessionSource.Position
  ) -> Compiled {
    do {
      // By itself first: the text may not reach into what is put around it.
      let lines = String(repeating: "\n", count: position.offset)
      _ = try interpreter.compile(.string(lines + body), name: position.name)
      let source = LuaTokens(text)
      let anatomy = ChunkAnatomy(source)
      let function = try locals.compile(
        body, anatomy, name: position.name, offset: position.offset)
      return .chunk(
        SessionChunk(
          text: text, function: function, isExpression: isExpression, source: source,
          anatomy: anatomy))
    } catch let error as LuaError where error.message.hasSuffix("near <eof>") {
      return .incomplete
    } catch {
      return .failed(error)
    }
  }

  /// The error of a text that stays incomplete.
  func failure(of text: String, at position: SessionSource.Position) -> any Error {
    do {
      let lines = String(repeating: "\n", count: position.offset)
      _ = try interpreter.compile(.string(lines + text), name: position.name)
      return LuaError(message: "incomplete input")
    } catch {
      return error
    }
  }

  // MARK: - Running

  /// Runs a chunk; the table of its results.
  func run(_ chunk: LuaReference) throws -> LuaReference {
    let results = try interpreter.runtime.call(collect, [.reference(chunk)])
    guard let table = results.first?.reference else {
      throw LuaError(message: "the results were lost")
    }
    return table
  }

  /// A traceback without the interactive mode's own functions at its end, and the chunk without
  /// the name that it has in `collect`.
  static func trimmed(_ traceback: String) -> String {
    var lines = traceback.split(separator: "\n").map(String.init)
    while let last = lines.last, last.contains("[interactive]:") { lines.removeLast() }
    let name = "in local 'chunk'"
    if let last = lines.last, last.hasSuffix(name) {
      lines[lines.count - 1] = last.dropLast(name.count) + "in main chunk"
    }
    return lines.joined(separator: "\n")
  }
}
