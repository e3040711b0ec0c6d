/// One exported function, declared once: from it come the binding, `help` and the reference.

internal import LuaEmbedding
internal import PenumbraTensor

/// A function of the Lua face.
public struct Entry: Sendable {
  /// The function's name without its owner: "randn", "matmul".
  public let name: String
  /// One sentence, in which the formula may stand.
  public let summary: String
  public let parameters: [ParameterDoc]
  /// What comes back: "Tensor", "number", "nothing".
  public let returns: String
  /// A line or two of Lua that run as they stand after `local pn = require "penumbra"`.
  public let example: String
  let body: LuaFunction
}

/// What a binding works with besides its decoded arguments.
struct Call {
  let frame: LuaFrame
  let name: String
  var context: Context { Context.of(frame) }
}

extension Entry {
  /// Calls a body, and lets its errors say which function met them.
  @inline(__always)
  private static func run(_ name: String, _ body: () throws -> Void) throws {
    do { try body() } catch let error as TensorError { throw error.met(in: name) }
  }

  /// The same method under a second name, which its errors use too.
  func renamed(_ name: String) -> Entry {
    let example = example.split(separator: "x:\(self.name)(", omittingEmptySubsequences: false)
    return Entry(
      name: name, summary: "Another name of `\(self.name)`", parameters: parameters,
      returns: returns, example: example.joined(separator: "x:\(name)(")
    ) { [body] frame in try Entry.run(name) { try body(frame) } }
  }

  init<R: LuaResult>(
    _ name: String, _ summary: String, returns: String, example: String,
    _ body: @escaping @Sendable (Call) throws -> R
  ) {
    self.init(name: name, summary: summary, parameters: [], returns: returns, example: example) {
      frame in
      try Entry.run(name) { try body(Call(frame: frame, name: name)).give(to: frame) }
    }
  }

  init<A, R: LuaResult>(
    _ name: String, _ summary: String, _ a: Parameter<A>, returns: String, example: String,
    _ body: @escaping @Sendable (Call, A) throws -> R
  ) {
    self.init(
      name: name, summary: summary, parameters: [a.doc], returns: returns, example: example
    ) { frame in
      try Entry.run(name) {
        try body(Call(frame: frame, name: name), a.decode(frame, 1, name)).give(to: frame)
      }
    }
  }

  init<A, B, R: LuaResult>(
    _ name: String, _ summary: String, _ a: Parameter<A>, _ b: Parameter<B>, returns: String,
    example: String, _ body: @escaping @Sendable (Call, A, B) throws -> R
  ) {
    self.init(
      name: name, summary: summary, parameters: [a.doc, b.doc], returns: returns, example: example
    ) { frame in
      try Entry.run(name) {
        try body(
          Call(frame: frame, name: name), a.decode(frame, 1, name), b.decode(frame, 2, name)
        ).give(to: frame)
      }
    }
  }

  init<A, B, C, R: LuaResult>(
    _ name: String, _ summary: String, _ a: Parameter<A>, _ b: Parameter<B>, _ c: Parameter<C>,
    returns: String, example: String,
    _ body: @escaping @Sendable (Call, A, B, C) throws -> R
  ) {
    self.init(
      name: name, summary: summary, parameters: [a.doc, b.doc, c.doc], returns: returns,
      example: example
    ) { frame in
      try Entry.run(name) {
        try body(
          Call(frame: frame, name: name), a.decode(frame, 1, name), b.decode(frame, 2, name),
          c.decode(frame, 3, name)
        ).give(to: frame)
      }
    }
  }

  init<A, B, C, D, R: LuaResult>(
    _ name: String, _ summary: String, _ a: Parameter<A>, _ b: Parameter<B>, _ c: Parameter<C>,
    _ d: Parameter<D>, returns: String, example: String,
    _ body: @escaping @Sendable (Call, A, B, C, D) throws -> R
  ) {
    self.init(
      name: name, summary: summary, parameters: [a.doc, b.doc, c.doc, d.doc], returns: returns,
      example: example
    ) { frame in
      try Entry.run(name) {
        try body(
          Call(frame: frame, name: name), a.decode(frame, 1, name), b.decode(frame, 2, name),
          c.decode(frame, 3, name), d.decode(frame, 4, name)
        ).give(to: frame)
      }
    }
  }

  init<A, B, C, D, E, R: LuaResult>(
    _ name: String, _ summary: String, _ a: Parameter<A>, _ b: Parameter<B>, _ c: Parameter<C>,
    _ d: Parameter<D>, _ e: Parameter<E>, returns: String, example: String,
    _ body: @escaping @Sendable (Call, A, B, C, D, E) throws -> R
  ) {
    self.init(
      name: name, summary: summary, parameters: [a.doc, b.doc, c.doc, d.doc, e.doc],
      returns: returns, example: example
    ) { frame in
      try Entry.run(name) {
        try body(
          Call(frame: frame, name: name), a.decode(frame, 1, name), b.decode(frame, 2, name),
          c.decode(frame, 3, name), d.decode(frame, 4, name), e.decode(frame, 5, name)
        ).give(to: frame)
      }
    }
  }
}
