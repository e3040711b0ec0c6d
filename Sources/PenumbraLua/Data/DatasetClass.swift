/// Aligned tensors as Lua objects.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

/// Aligned tensors as a Lua object; functions that map its batches are in its userdata's user value.
final class DatasetObject {
  let tensors: [Tensor]
  let isMapped: Bool

  init(_ tensors: [Tensor], isMapped: Bool = false) {
    self.tensors = tensors
    self.isMapped = isMapped
  }
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
    ], options: LuaClassOptions(identityMap: true, userValueCount: 1))

  private static let this = Parameter<DatasetObject>("self", .object("Dataset", definition))

  static let library = Library(
    "Dataset", "Aligned tensors, example by example.", isClass: true,
    [
      Entry(
        "tensors", "The tensors themselves", this, returns: "table of Tensors",
        example: "print(#pn.data.dataset{pn.zeros(3)}:tensors())"
      ) { _, data in data.tensors },
      Entry(
        "map",
        "The same data with a function of each batch's tensors, for augmentation: fn(x, y, ...) gives "
          + "the batch's new tensors; it is called when a batch is taken", this,
        Parameter<LuaReference>("fn", .callable), returns: "Dataset",
        example: "local d = pn.data.dataset{pn.rand(8, 1, 4, 4), pn.arange(8)}\n"
          + "local flipped = d:map(function(x, y) return x:flip(4), y end)\n"
          + "for step, x, y in flipped:batches{size = 4} do print(step, x:size(1), y) end"
      ) { call, data, fn in
        try BatchMaps(call.frame).adding(fn).anchored(
          DatasetObject(data.tensors, isMapped: true), definition)
      },
      Entry(
        "subset", "The examples of the given indices, with the same maps", this,
        Parameter<Tensor>("indices", .indices), returns: "Dataset",
        example: "local d = pn.data.dataset{pn.arange(10)}\n"
          + "local order = pn.randperm(10)\n"
          + "local train, test = d:subset(order[{{1, 8}}]), d:subset(order[{{9, 10}}])\n"
          + "print(#train, #test)"
      ) { call, data, indices in
        guard indices.rank == 1, data.tensors.allSatisfy({ $0.rank > 0 }) else {
          throw TensorError(
            .shape, "subset", argument: "argument 2 (indices)",
            expected: "[n], of tensors with examples", got: "\(indices.shape)")
        }
        let chosen = try data.tensors.map { tensor in
          try tensor.detached().indexSelect(0, wrapped(indices, tensor.shape[0]))
        }
        return try BatchMaps(call.frame).anchored(
          DatasetObject(chosen, isMapped: data.isMapped), definition)
      },
      Entry(
        "batches", "Mini-batches: for step, x, y in data:batches{...} do", this,
        Parameter<Options>.options(
          "batches",
          [
            BatchOptions.size.doc, BatchOptions.steps.doc, BatchOptions.epochs.doc,
            BatchOptions.infinite.doc, BatchOptions.shuffle.doc, BatchOptions.dropLast.doc,
            Creation.generator.doc,
          ]), returns: "Batches",
        example: "local d = pn.data.dataset{pn.arange(6)}\n"
          + "for step, x in d:batches{size = 3} do print(step, x) end"
      ) { call, data, options in
        let batches = try Batches(
          data.tensors, size: options[BatchOptions.size], steps: options[BatchOptions.steps],
          epochs: options[BatchOptions.epochs], shuffle: options[BatchOptions.shuffle],
          dropLast: options[BatchOptions.dropLast], infinite: options[BatchOptions.infinite],
          using: options[Creation.generator] ?? call.context.generator)
        return try BatchMaps(call.frame).anchored(
          BatchesObject(batches, isMapped: data.isMapped), BatchesClass.definition)
      },
    ])

  /// Indices with those that count from the end turned to the front; `indexSelect` checks the rest.
  private static func wrapped(_ indices: Tensor, _ count: Int) throws -> Tensor {
    try indices.add(indices.lt(0).to(.int64).mul(Double(count)))
  }
}
