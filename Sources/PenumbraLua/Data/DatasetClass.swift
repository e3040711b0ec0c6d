/// Aligned tensors as Lua objects.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

/// Aligned tensors as a Lua object.
final class DatasetObject {
  let tensors: [Tensor]

  init(_ tensors: [Tensor]) { self.tensors = tensors }
}

enum DatasetClass {
  static let definition: LuaClass<DatasetObject> = LuaClass<DatasetObject>(
    "Dataset", methods: library.methods,
    metamethods: [
      (
        "__len",
        { frame in
          let data = try frame.requireObject(at: 1, of: definition)
          frame.returns(data.tensors.first.map { $0.rank > 0 ? $0.shape[0] : 0 } ?? 0)
        }
      )
    ])

  private static let this = Parameter<DatasetObject>("self", .object("Dataset", definition))

  static let library = Library(
    "Dataset", "Aligned tensors, example by example.", isClass: true,
    [
      Entry(
        "tensors", "The tensors themselves", this, returns: "table of Tensors",
        example: "print(#pn.data.dataset{pn.zeros(3)}:tensors())"
      ) { _, data in data.tensors },
      Entry(
        "batches", "Mini-batches: for step, x, y in data:batches{...} do", this,
        Parameter<Options>.options(
          "batches",
          [
            BatchOptions.size.doc, BatchOptions.steps.doc, BatchOptions.epochs.doc,
            BatchOptions.shuffle.doc, BatchOptions.dropLast.doc, Creation.generator.doc,
          ]), returns: "Batches",
        example: "local d = pn.data.dataset{pn.arange(6)}\n"
          + "for step, x in d:batches{size = 3} do print(step, x) end"
      ) { call, data, options in
        Instance(
          BatchesObject(
            try Batches(
              data.tensors, size: options[BatchOptions.size], steps: options[BatchOptions.steps],
              epochs: options[BatchOptions.epochs], shuffle: options[BatchOptions.shuffle],
              dropLast: options[BatchOptions.dropLast],
              using: options[Creation.generator] ?? call.context.generator)),
          BatchesClass.definition)
      },
    ])
}
