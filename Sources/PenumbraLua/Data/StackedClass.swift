/// `pn.data.stacked`: images whose channels are independent digits.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

/// A sampler of stacked images as a Lua object.
final class StackedObject {
  let digits: StackedDigits

  init(_ digits: StackedDigits) { self.digits = digits }
}

enum StackedClass {
  static let definition: LuaClass<StackedObject> = LuaClass<StackedObject>(
    "Stacked", methods: library.methods)

  private static let this = Parameter<StackedObject>("self", .object("Stacked", definition))
  private static let channels = Parameter<Int>("channels", .count, default: 3)

  static let entry = Entry(
    "stacked",
    "Stacked MNIST: images whose channels are random images of a labelled data set (1,000 modes for "
      + "three digits), drawn when asked for",
    Parameter<DatasetObject>("data", .object("Dataset", DatasetClass.definition)),
    Parameter<Options>.options("stacked", [channels.doc]), returns: "Stacked",
    example: sample
  ) { _, data, options in
    guard data.tensors.count >= 2 else {
      throw TensorError(
        .value, "stacked", argument: "data", expected: "images and labels",
        got: "\(data.tensors.count) tensors")
    }
    return Instance(
      StackedObject(
        try StackedDigits(
          data.tensors[0], labels: data.tensors[1], channels: options[channels])), definition)
  }

  private static let sample =
    "local digits = pn.data.dataset{pn.rand(20, 1, 4, 4), pn.randint(1, 10, {20})}\n"
    + "local stacked = pn.data.stacked(digits)\n"

  static let library = Library(
    "Stacked", "Images whose channels are independent digits.", isClass: true,
    [
      Entry(
        "sample", "n images [n, channels, h, w] and each channel's label [n, channels]", this,
        Parameter<Int>("n", .count), Parameter<Options>.options("sample", [Creation.generator.doc]),
        returns: "two Tensors",
        example: sample + "local images, labels = stacked:sample(5)\nprint(images:size(2), labels)"
      ) { call, object, count, options in
        Several(
          try object.digits.sample(
            count, using: options[Creation.generator] ?? call.context.generator))
      },
      Entry(
        "batches", "Fresh images each step: for step, x, labels in stacked:batches{...} do", this,
        Parameter<Options>.options(
          "batches", [BatchOptions.size.doc, BatchOptions.steps.doc, Creation.generator.doc]),
        returns: "Batches",
        example: sample
          + "for step, x, labels in stacked:batches{size = 4, steps = 2} do print(step, labels) end"
      ) { call, object, options in
        Instance(
          BatchesObject(
            try object.digits.batches(
              size: options[BatchOptions.size], steps: options[BatchOptions.steps],
              using: options[Creation.generator] ?? call.context.generator)),
          BatchesClass.definition)
      },
    ])
}
