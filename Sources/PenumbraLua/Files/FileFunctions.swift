/// Saving and loading tensors, and pictures of them.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

enum FileFunctions {
  static let entries: [Entry] = [
    Entry(
      "save",
      "Writes tensors, whole or not at all: a table name → Tensor as .npz (NumPy's archive) or, under "
        + "any other name, safetensors; one Tensor as .npy",
      Parameter<String>("path", .string), Parameter<SavedValue>("tensors", .savedValue),
      Parameter<Options>.options("save", [compressed.doc]), returns: "nothing",
      example: "local path = os.tmpname()\npn.save(path, pn.nn.Linear(2, 3):state_dict())\n"
        + "pn.save(path .. \".npy\", pn.eye(3))\nos.remove(path)\nos.remove(path .. \".npy\")"
    ) { _, path, value, options in
      let compressed = try options[compressed]
      guard !compressed || path.hasSuffix(".npz") else {
        throw TensorError(
          .value, "save", argument: "option (compressed)", expected: "a name that ends in .npz",
          got: "'\(path)'")
      }
      switch value {
      case .one(let tensor) where path.hasSuffix(".npy"): try NPY.save(tensor, to: path)
      case .named(let tensors) where path.hasSuffix(".npz"):
        try NPZ.save(tensors, to: path, compressed: compressed)
      case .named(let tensors) where !path.hasSuffix(".npy"):
        try Safetensors.save(tensors, to: path)
      case .one:
        throw TensorError(
          .value, "save", argument: "argument 2 (tensors)",
          expected: "a table name → Tensor, or a path that ends in .npy", got: "Tensor")
      case .named:
        throw TensorError(
          .value, "save", argument: "argument 2 (tensors)", expected: "one Tensor for .npy",
          got: "table")
      }
      return NoResult()
    },
    Entry(
      "load",
      "Reads a file by its name's end: .npy as a Tensor, .npz or, under any other name, safetensors as "
        + "a table name → Tensor", Parameter<String>("path", .string),
      returns: "Tensor, or table name → Tensor",
      example: "local path = os.tmpname()\npn.save(path, {x = pn.ones(2)})\n"
        + "print(pn.load(path).x)\nos.remove(path)"
    ) { _, path in
      if path.hasSuffix(".npy") { return try NPY.load(path).luaValue }
      let tensors =
        path.hasSuffix(".npz") ? try NPZ.load(path) : try Safetensors.load(path).tensors
      return ModuleClass.named(tensors)
    },
    Entry(
      "save_images", "Writes images [n, c, h, w] or [n, h, w] as one PNG grid",
      Parameter<String>("path", .string), Parameter<Tensor>("images", .tensor),
      Parameter<Options>.options("save_images", gridOptions), returns: "nothing",
      example:
        "local path = os.tmpname()\npn.save_images(path, pn.rand(4, 1, 8, 8), {columns = 2})\n"
        + "os.remove(path)"
    ) { call, path, images, options in
      try PNG.writeGrid(images, to: path, grid(options, images, call.name))
      return NoResult()
    },
    Entry(
      "load_image", "Reads a PNG file: [c, h, w] in [0, 1], c = 1 for grey and 3 for colour",
      Parameter<String>("path", .string), returns: "Tensor",
      example:
        "local path = os.tmpname()\npn.save_images(path, pn.rand(1, 3, 8, 8), {padding = 0})\n"
        + "print(pn.load_image(path):size(2))\nos.remove(path)"
    ) { _, path in try PNG.read(path) },
    Entry(
      "sha256", "The SHA-256 of a file, 64 hexadecimal digits", Parameter<String>("path", .string),
      returns: "string",
      example: "local path = os.tmpname()\nprint(pn.sha256(path))\nos.remove(path)"
    ) { _, path in try SHA256.ofFile(path) },
  ]

  /// How images become one picture.
  static let gridOptions = [
    columns.doc, rows.doc, padding.doc, scale.doc, range.doc, background.doc,
  ]

  static func grid(_ options: Options, _ images: Tensor, _ operation: String) throws -> ImageGrid {
    let bounds = try options[range]
    guard bounds.count == 2, bounds[0] < bounds[1] else {
      throw TensorError(
        .value, operation, argument: "range", expected: "{black, white}", got: "\(bounds)")
    }
    var width = try options[columns]
    if let height = try options[rows] {
      guard width == nil else {
        throw TensorError(
          .value, operation, argument: "option (rows)", "columns are given, too")
      }
      let count = images.rank > 0 ? images.shape[0] : 0
      width = max(1, count / height + (count % height > 0 ? 1 : 0))
    }
    return ImageGrid(
      range: Interval(bounds[0], bounds[1]), columns: width, padding: try options[padding],
      scale: try options[scale], background: try options[background])
  }

  private static let compressed = Parameter<Bool>(
    "compressed", .boolean, default: false, "whether an .npz is deflated")
  private static let columns = Parameter<Int?>.optional("columns", .count, "images a row")
  private static let rows = Parameter<Int?>.optional(
    "rows", .count, "rows of images, in place of columns")
  private static let background = Parameter<Double>(
    "background", .probability, default: 1, "grey of the padding: 0 black, 1 white")
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

/// What `save` writes.
private enum SavedValue {
  case one(Tensor)
  case named([(name: String, tensor: Tensor)])
}

extension ParameterType where Value == SavedValue {
  fileprivate static let savedValue = ParameterType("table name → Tensor, or Tensor") {
    frame, index in
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) { return .one(tensor) }
    return try ParameterType<[(name: String, tensor: Tensor)]>.namedTensors.decode(frame, index)
      .map(SavedValue.named)
  }
}
