/// Streams of batches as Lua objects, for a generic for loop.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

/// A stream of batches as a Lua object: `for step, x in batches do`.
///
/// Functions that map its batches are in its userdata's user value.
final class BatchesObject {
  let source: any BatchSource
  let isMapped: Bool

  init(_ source: any BatchSource, isMapped: Bool = false) {
    self.source = source
    self.isMapped = isMapped
  }
}

enum BatchesClass {
  /// Lua's generic `for` calls it with two arguments that it does not need.
  static let definition: LuaClass<BatchesObject> = LuaClass<BatchesObject>(
    "Batches", methods: library.methods,
    metamethods: [
      (
        "__call",
        { frame in
          let object = try frame.requireObject(at: 1, of: definition)
          let source = object.source
          if Context.of(frame).run.isCheck {
            try Context.of(frame).run.loopBegins(frame, "batches")
          }
          guard object.isMapped else {
            guard let batch = try source.next() else { return frame.returnsNil() }
            frame.returns(source.step)
            for tensor in batch { tensor.give(to: frame) }
            return
          }
          let before = source.state
          guard let batch = try source.next() else { return frame.returnsNil() }
          do {
            let mapped = try BatchMaps(frame).apply(batch)
            frame.returns(source.step)
            for tensor in mapped { tensor.give(to: frame) }
          } catch {
            // The batch was not handed out, so that the next call gives it again.
            try source.restore(before)
            throw error
          }
        }
      )
    ], options: LuaClassOptions(identityMap: true, userValueCount: 1))

  private static let this = Parameter<BatchesObject>("self", .object("Batches", definition))

  static let library = Library(
    "Batches", "A stream of batches, for a generic for loop.", isClass: true,
    [
      Entry(
        "map",
        "The same stream with a function of each batch's tensors: fn(x, y, ...) gives the batch's new "
          + "tensors. What fn draws is not part of state()", this,
        Parameter<LuaReference>("fn", .callable), returns: "Batches",
        example:
          "local noisy = pn.data.mixture(\"ring\"):batches{size = 4, steps = 2}:map(function(x)\n"
          + "  return x + 0.1 * pn.randn_like(x)\nend)\nfor step, x in noisy do print(step, x) end"
      ) { call, batches, fn in
        try BatchMaps(call.frame).adding(fn).anchored(
          BatchesObject(batches.source, isMapped: true), definition)
      },
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
  static let infinite = Parameter<Bool>(
    "infinite", .boolean, default: false, "go on for ever, or until `steps`")
  static let shuffle = Parameter<Bool>("shuffle", .boolean, default: true)
  static let dropLast = Parameter<Bool>(
    "drop_last", .boolean, default: true, "leave out a last batch that is not full")
}
