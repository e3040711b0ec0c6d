// The locals that an input declares at its top level, and where each of them begins to live.

/// Reads a text that is known to compile.
struct ChunkAnatomy {
  struct Local: Equatable {
    let name: String
    /// "const", "close" or nil.
    let attribute: String?
  }

  /// A `local` statement that is in no block.
  struct Declaration: Equatable {
    let locals: [Local]
    /// The byte behind its last token.
    let end: Int
  }

  let declarations: [Declaration]
  /// Every name that the text mentions.
  let names: Set<String>
  /// The bytes of a `return` that stands in no block: nothing can follow its values.
  let returnWord: Range<Int>?

  init(_ source: LuaTokens) {
    var reader = Reader(source.tokens)
    reader.readAll()
    declarations = reader.declarations
    returnWord = reader.returnWord
    names = Set(source.tokens.lazy.filter { $0.kind == .name }.map(\.text))
  }

  /// Walks over statements, and over a `local` statement's expressions to find its end.
  private struct Reader {
    private let tokens: [LuaToken]
    private var position = 0
    private(set) var declarations: [Declaration] = []
    private(set) var returnWord: Range<Int>?

    init(_ tokens: [LuaToken]) { self.tokens = tokens }

    private var token: LuaToken? { position < tokens.count ? tokens[position] : nil }

    mutating func readAll() {
      while let token {
        if token.isKeyword("local") {
          readLocal()
        } else {
          if token.isKeyword("return") { returnWord = token.range }
          skipOne()
        }
      }
    }

    /// A token, or a block or bracket as a whole.
    private mutating func skipOne() {
      guard let first = token else { return }
      position += 1
      guard Self.depthChange(first) > 0 else { return }
      var depth = 1
      while depth > 0, let token {
        depth += Self.depthChange(token)
        position += 1
      }
    }

    /// Of `for … do … end` and `while … do … end` the `do` counts.
    private static func depthChange(_ token: LuaToken) -> Int {
      switch token.kind {
      case .keyword where ["do", "function", "if", "repeat"].contains(token.text): 1
      case .keyword where ["end", "until"].contains(token.text): -1
      case .symbol where ["(", "{", "["].contains(token.text): 1
      case .symbol where [")", "}", "]"].contains(token.text): -1
      default: 0
      }
    }

    private mutating func readLocal() {
      position += 1
      var locals: [Local] = []
      if let token, token.isKeyword("function") {
        if position + 1 < tokens.count {
          locals = [Local(name: tokens[position + 1].text, attribute: nil)]
        }
        skipOne()
      } else {
        locals = readNames()
        if let token, token.isSymbol("=") {
          position += 1
          skipExpressions()
        }
      }
      let end = position > 0 ? tokens[position - 1].range.upperBound : 0
      declarations.append(Declaration(locals: locals, end: end))
    }

    /// `a <const>, b`
    private mutating func readNames() -> [Local] {
      var locals: [Local] = []
      while let name = token, name.kind == .name {
        position += 1
        var attribute: String?
        if let open = token, open.isSymbol("<"), position + 2 < tokens.count {
          attribute = tokens[position + 1].text
          position += 3
        }
        locals.append(Local(name: name.text, attribute: attribute))
        guard let comma = token, comma.isSymbol(",") else { break }
        position += 1
      }
      return locals
    }

    private enum State {
      case wantsOperand
      /// A value that can be called and indexed, such as a name or a call.
      case prefix
      /// A number, string, table, function: what follows is an operator, or another statement.
      case literal
    }

    /// To the first token that cannot go on with the expressions, such as a name where an operator
    /// would have to stand.
    private mutating func skipExpressions() {
      var state = State.wantsOperand
      while let token {
        guard let next = Self.state(after: token, state) else { return }
        state = next
        skipOne()
      }
    }

    /// Nil if the token belongs to the next statement.
    private static func state(after token: LuaToken, _ state: State) -> State? {
      let wantsOperand = state == .wantsOperand
      switch token.kind {
      case .name: return wantsOperand ? .prefix : nil
      case .number: return wantsOperand ? .literal : nil
      case .string: return wantsOperand ? .literal : .prefix
      case .keyword:
        switch token.text {
        case "and", "or", "not": return .wantsOperand
        case "function", "nil", "true", "false": return wantsOperand ? .literal : nil
        default: return nil
        }
      case .symbol:
        switch token.text {
        case ";", "::": return nil
        case "(": return state == .literal ? nil : .prefix
        case "{": return wantsOperand ? .literal : .prefix
        case "[": return .prefix
        case "...": return .literal
        default: return .wantsOperand
        }
      }
    }
  }
}
