/// Streams of batches as Lua objects, for a generic for loop.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

/// A stream of batches as a Lua object: `for step, x in batches do`.
final class BatchesObject {
  let source: any BatchSource

  init(_ source: any BatchSource) { self.source = source }
}

enum BatchesClass {
  /// Lua's generic `for` calls it with two arguments that it does not need.
  static let definition: LuaClass<BatchesObject> = LuaClass<BatchesObject>(
    "Batches", methods: library.methods,
    metamethods: [
      (
        "__call",
        { frame in
          let source = try frame.requireObject(at: 1, of: definition).source
          guard let batch = try source.next() else { return frame.returnsNil() }
          frame.returns(source.step)
          for tensor in batch { tensor.give(to: frame) }
        }
      )
    ])

  private static let this = Parameter<BatchesObject>("self", .object("Batches", definition))

  static let library = Library(
    "Batches", "A stream of batches, for a generic for loop.", isClass: true,
    [
      Entry(
        "state", "The exact position, as a table of integers", this, returns: "table",
        example: "local b = pn.data.mixture(\"ring\"):batches{size = 4}\nb:load(b:state())"
      ) { _, batches in LuaValue.array(batches.source.state.words.map(LuaValue.integer)) },
      Entry(
        "load", "Continues from a position", this, Parameter<[Int]>("state", .list(of: .integer)),
        returns: "nothing",
        example: "local b = pn.data.mixture(\"ring\"):batches{size = 4}\nb:load(b:state())"
      ) { _, batches, words in
        try batches.source.restore(BatchState(words: words.map(Int64.init)))
        return NoResult()
      },
    ])
}

/// Options of both kinds of `batches`.
enum BatchOptions {
  static let size = Parameter<Int>("size", .count, default: 128)
  static let steps = Parameter<Int?>.optional("steps", .count, "how many batches")
  static let epochs = Parameter<Int?>.optional("epochs", .count, "how often through the data")
  static let shuffle = Parameter<Bool>("shuffle", .boolean, default: true)
  static let dropLast = Parameter<Bool>(
    "drop_last", .boolean, default: true, "leave out a last batch that is not full")
}
