/// Functions of six parameters.

internal import LuaEmbedding

extension Entry {
  init<A, B, C, D, E, F, R: LuaResult>(
    _ name: String, _ summary: String, _ a: Parameter<A>, _ b: Parameter<B>, _ c: Parameter<C>,
    _ d: Parameter<D>, _ e: Parameter<E>, _ f: Parameter<F>, returns: String, example: String,
    _ body: @escaping @Sendable (Call, A, B, C, D, E, F) throws -> R
  ) {
    self.init(
      name: name, summary: summary, parameters: [a.doc, b.doc, c.doc, d.doc, e.doc, f.doc],
      returns: returns, example: example
    ) { frame in
      try body(
        Call(frame: frame, name: name), a.decode(frame, 1, name), b.decode(frame, 2, name),
        c.decode(frame, 3, name), d.decode(frame, 4, name), e.decode(frame, 5, name),
        f.decode(frame, 6, name)
      ).give(to: frame)
    }
  }
}
