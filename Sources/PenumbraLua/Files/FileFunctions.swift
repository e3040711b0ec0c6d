/// Saving and loading tensors, and pictures of them.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

enum FileFunctions {
  static let entries: [Entry] = [
    Entry(
      "save", "Writes a table name → Tensor as a safetensors file, whole or not at all",
      Parameter<String>("path", .string),
      Parameter<[(name: String, tensor: Tensor)]>("tensors", .namedTensors), returns: "nothing",
      example: "local path = os.tmpname()\npn.save(path, pn.nn.Linear(2, 3):state_dict())\n"
        + "os.remove(path)"
    ) { _, path, tensors in
      try Safetensors.save(tensors, to: path)
      return NoResult()
    },
    Entry(
      "load", "Reads a safetensors file as a table name → Tensor",
      Parameter<String>("path", .string),
      returns: "table name → Tensor",
      example: "local path = os.tmpname()\npn.save(path, {x = pn.ones(2)})\n"
        + "print(pn.load(path).x)\nos.remove(path)"
    ) { _, path in
      let tensors = try Safetensors.load(path).tensors
      return ModuleClass.named(tensors)
    },
    Entry(
      "save_images", "Writes images [n, c, h, w] or [n, h, w] as one PNG grid",
      Parameter<String>("path", .string), Parameter<Tensor>("images", .tensor),
      Parameter<Options>.options(
        "save_images", [columns.doc, padding.doc, scale.doc, range.doc]), returns: "nothing",
      example:
        "local path = os.tmpname()\npn.save_images(path, pn.rand(4, 1, 8, 8), {columns = 2})\n"
        + "os.remove(path)"
    ) { _, path, images, options in
      let bounds = try options[range]
      guard bounds.count == 2, bounds[0] < bounds[1] else {
        throw TensorError(
          .value, "save_images", argument: "range", expected: "{black, white}", got: "\(bounds)")
      }
      let grid = ImageGrid(
        range: Interval(bounds[0], bounds[1]), columns: try options[columns],
        padding: try options[padding],
        scale: try options[scale])
      try PNG.writeGrid(images, to: path, grid)
      return NoResult()
    },
  ]

  private static let columns = Parameter<Int?>.optional("columns", .count, "images a row")
  private static let padding = Parameter<Int>(
    "padding",
    .integer.refined("integer from 0 to 64") { value in
      guard (0...64).contains(value) else { throw BadValue(expected: "an integer from 0 to 64") }
      return value
    }, default: 2, "pixels between images")
  private static let scale = Parameter<Int>(
    "scale",
    .count.refined("integer from 1 to 64") { value in
      guard value <= 64 else { throw BadValue(expected: "an integer from 1 to 64") }
      return value
    }, default: 1, "enlargement")
  private static let range = Parameter<[Double]>(
    "range", .list(of: .number), default: [0, 1], shown: "{0, 1}", "values of black and white")
}
