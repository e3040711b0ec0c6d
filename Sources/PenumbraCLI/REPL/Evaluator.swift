// From lines to chunks, and from chunks to results.

internal import LuaEmbedding
internal import Penumbra

struct Evaluator {
  enum Compiled {
    case chunk(LuaReference)
    case incomplete
    case failed(any Error)
  }

  private let interpreter: Interpreter
  /// Calls a chunk, keeps its first result in the global `_`, and returns all of them in a table
  /// with their number as `n`. The results never leave Lua, so objects keep their identity.
  private let collect: LuaReference

  init(_ interpreter: Interpreter) throws {
    self.interpreter = interpreter
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

  private static let chunkName = "=[interactive]"

  /// An expression, else a statement, else the beginning of one of them.
  func compile(_ text: String) -> Compiled {
    // The newline ends a short string, which is an error then, and not the wish for another line.
    let expression = text.hasPrefix("=") ? "return \(text.dropFirst())\n" : "return \(text)\n"
    let asExpression = attempt(expression)
    if case .chunk = asExpression { return asExpression }
    let asStatement = attempt(text + "\n")
    if case .chunk = asStatement { return asStatement }
    if case .incomplete = asExpression { return .incomplete }
    return asStatement
  }

  private func attempt(_ source: String) -> Compiled {
    do {
      return .chunk(try interpreter.compile(.string(source), name: "=stdin"))
    } catch let error as LuaError where error.message.hasSuffix("<eof>") {
      return .incomplete
    } catch {
      return .failed(error)
    }
  }

  /// The error of a text that stays incomplete.
  func failure(of text: String) -> any Error {
    do {
      _ = try interpreter.compile(.string(text), name: "=stdin")
      return LuaError(message: "incomplete input")
    } catch {
      return error
    }
  }

  /// Runs a chunk; the table of its results.
  func run(_ chunk: LuaReference) throws -> LuaReference {
    let results = try interpreter.runtime.call(collect, [.reference(chunk)])
    guard let table = results.first?.reference else {
      throw LuaError(message: "the results were lost")
    }
    return table
  }

  /// Whether the last line asks for silence: `x:backward();`
  static func isMuted(_ text: String) -> Bool {
    text.last { !$0.isWhitespace } == ";"
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
