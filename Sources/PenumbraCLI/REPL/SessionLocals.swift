// `local x = 1` at the prompt: the variable lives on in the inputs that follow.

internal import LuaEmbedding
internal import Penumbra

/// The locals of the session's top level.
///
/// An input is compiled as a function inside the declarations of those locals that it mentions:
/// `local x, y = ... return function(...) <input> end`, all in one line, so that lines keep their
/// numbers. `debug.upvaluejoin` then makes its upvalues the session's variables themselves: closures
/// of earlier inputs share them, a later `local x` is a new variable, and a `<const>` stays constant.
/// Behind each `local` statement of the input stands a call that hands the new variables over, so that
/// an error further on does not lose them.
///
/// `_` is the last result and never kept; a `<close>` variable ends with its input.
final class SessionLocals {
  private let interpreter: Interpreter
  private let bindFunction: LuaReference
  private let readFunction: LuaReference
  /// By name, whether the local is constant.
  private let constants: LuaReference

  init(_ interpreter: Interpreter) throws {
    self.interpreter = interpreter
    let parts = try interpreter.runtime.run(Self.source, name: Evaluator.chunkName)
    guard parts.count == 3, let bind = parts[0].reference, let read = parts[1].reference,
      let constants = parts[2].reference
    else { throw LuaError(message: "the interactive mode could not start") }
    (bindFunction, readFunction, self.constants) = (bind, read, constants)
  }

  /// A box is a function whose first upvalue is the variable.
  private static let source = """
    local getupvalue, upvaluejoin = debug.getupvalue, debug.upvaluejoin
    local pack, select = table.pack, select
    local boxes, constants = {}, {}
    local function box(value)
      local variable = value
      return function() return variable end
    end
    -- What the call behind a `local` statement reaches: a getter of the new variables, and for
    -- each its name and whether it is constant.
    local function keep(getter, ...)
      local values = pack(getter())
      for position = 1, values.n do
        local name, isConstant = select(2 * position - 1, ...)
        local new = box(values[position])
        for index = 1, 255 do
          local found = getupvalue(getter, index)
          if found == nil then break end
          -- A constant that the compiler folded has no variable: its value is all there is.
          if found == name then upvaluejoin(new, 1, getter, index) break end
        end
        boxes[name], constants[name] = new, isConstant
      end
    end
    local keeper = box(keep)
    local function bind(outer, keeperName)
      local chunk = outer()
      for index = 1, 255 do
        local name = getupvalue(chunk, index)
        if name == nil then break end
        if name == keeperName then upvaluejoin(chunk, index, keeper, 1)
        elseif boxes[name] then upvaluejoin(chunk, index, boxes[name], 1) end
      end
      return chunk
    end
    local function read(name)
      local _, value = getupvalue(boxes[name], 1)
      return value
    end
    return bind, read, constants
    """

  /// By name, whether each is constant.
  private func all() throws -> [String: Bool] {
    try interpreter.runtime.state.withFrame([.reference(constants)]) { frame in
      var found: [String: Bool] = [:]
      try frame.forEachField(ofTableAt: 1) { key, value in
        if let name = frame.string(at: key) { found[name] = frame.truth(at: value) }
      }
      return found
    }
  }

  /// The names, sorted.
  func names() throws -> [String] { try all().keys.sorted() }

  /// Runs a body with the stack index of the variable's value; false if there is no such local. Runs
  /// no code of the session.
  func withValue(
    of name: String, _ frame: LuaFrame, _ body: (Int) throws -> Void
  ) throws -> Bool {
    guard try all()[name] != nil else { return false }
    try frame.withCall(readFunction, resultCount: 1) { arguments in
      try arguments.push(name)
    } _: { slot in
      try body(slot)
    }
    return true
  }

  // MARK: - Compiling

  /// An input that compiles by itself, as a function with the session's locals in reach.
  ///
  /// - Parameters:
  ///   - body: The text, an expression with its `return`.
  ///   - offset: How many lines of the session stand before it.
  func compile(_ body: String, _ anatomy: ChunkAnatomy, name: String, offset: Int) throws
    -> LuaReference
  {
    var keeper = "keep_locals"
    while anatomy.names.contains(keeper) { keeper += "_" }
    let mentioned = try all().filter { anatomy.names.contains($0.key) || $0.key == "_ENV" }
    let variables =
      mentioned.sorted { $0.key < $1.key }.map { name, isConstant in
        isConstant ? "\(name) <const>" : name
      } + [keeper]
    let source =
      String(repeating: "\n", count: offset)
      + "local \(variables.joined(separator: ", ")) = ... return function(...) "
      + keeping(body, anatomy, keeper) + "\nend"
    let outer = try interpreter.compile(.string(source), name: name)
    let results = try interpreter.runtime.call(bindFunction, [.reference(outer), .string(keeper)])
    guard let chunk = results.first?.reference else {
      throw LuaError(message: "the input could not be prepared")
    }
    return chunk
  }

  /// The text with a call of the keeper behind each declaration.
  private func keeping(_ body: String, _ anatomy: ChunkAnatomy, _ keeper: String) -> String {
    let bytes = Array(body.utf8)
    var result: [UInt8] = []
    var position = 0
    for declaration in anatomy.declarations {
      let kept = declaration.locals.filter(Self.isKept)
      if kept.isEmpty { continue }
      result += bytes[position..<declaration.end]
      position = declaration.end
      let variables = kept.map(\.name).joined(separator: ", ")
      let marks = kept.map { "\"\($0.name)\", \($0.attribute == "const")" }
      let call = "\(keeper)(function() return \(variables) end, \(marks.joined(separator: ", ")))"
      result += "; \(call);".utf8
    }
    return String(decoding: result + bytes[position...], as: UTF8.self)
  }

  private static func isKept(_ local: ChunkAnatomy.Local) -> Bool {
    local.name != "_" && local.attribute != "close"
  }

  /// What to say about variables that do not live on.
  static func warning(_ anatomy: ChunkAnatomy) -> String? {
    let closed = anatomy.declarations.flatMap(\.locals).filter { $0.attribute == "close" }
    guard !closed.isEmpty else { return nil }
    let names = closed.map { "'\($0.name)'" }.joined(separator: ", ")
    return "note: \(names) <close> ended with this input, as at the end of a chunk"
  }
}
