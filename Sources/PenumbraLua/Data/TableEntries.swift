/// `pn.data` from files of other people: CSV and folders of pictures.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

enum TableEntries {
  static let entries: [Entry] = [
    Entry(
      "csv",
      "A table of numbers [rows, columns] from a CSV file (RFC 4180), and its columns' names, nil "
        + "without a header", Parameter<String>("path", .string),
      Parameter<Options>.options("csv", [header.doc, separator.doc, missing.doc, dtype.doc]),
      returns: "Tensor, table of strings or nil",
      example: "local path = os.tmpname()\nlocal file = io.open(path, \"w\")\n"
        + "file:write(\"x,y\\n1,2\\n3,4\\n\")\nfile:close()\n"
        + "local values, names = pn.data.csv(path)\nprint(values, names[1])\nos.remove(path)"
    ) { _, path, options in
      let mark = try options[separator]
      guard let character = mark.first, mark.count == 1 else {
        throw TensorError(
          .value, "csv", argument: "option (separator)", expected: "one character",
          got: "'\(mark)'")
      }
      let table = try CSV.load(
        path,
        CSV.Options(
          header: options[header], separator: character, missing: options[missing],
          dtype: options[dtype]))
      return Pair(
        table.values, names(table.names))
    },
    Entry(
      "image_folder",
      "PNG pictures of one size in a folder for each class (sorted by name, as torchvision's "
        + "ImageFolder): images [n, c, h, w] in [0, 1] and labels from 1; and the classes' names",
      Parameter<String>("path", .string),
      Parameter<Options>.options("image_folder", [channels.doc]),
      returns: "Dataset, table of strings",
      example: "local ok, message = pcall(pn.data.image_folder, \"/nowhere\")\nassert(not ok)"
    ) { _, path, options in
      let found = try ImageFolder.load(
        path, channels: ImageFolder.Channels(rawValue: options[channels]) ?? .same)
      return Pair(
        Instance(
          DatasetObject([found.images, try found.labels.add(1)]), DatasetClass.definition),
        found.classes)
    },
  ]

  private static func names(_ names: [String]?) -> LuaValue {
    names.map { .array($0.map(\.luaValue)) } ?? .nil
  }

  private static let header = Parameter<Bool?>.optional(
    "header", .boolean, "whether the first row holds names; found out unless given")
  private static let separator = Parameter<String>(
    "separator", .string, default: ",", shown: "\",\"")
  private static let missing = Parameter<Double?>.optional(
    "missing", .number, "what an empty field stands for; an error unless given")
  private static let dtype = Parameter<DType>(
    "dtype", .dtype, default: .float32, shown: "\"float32\"")
  private static let channels = Parameter<String>(
    "channels", .choice(ImageFolder.Channels.allCases.map(\.rawValue)), default: "same",
    shown: "\"same\"", "the same in all pictures; gray, or rgb, converts")
}
