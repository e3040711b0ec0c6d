/// `pn.data.mnist` and `pn.data.fashion_mnist`.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

enum DigitEntries {
  static let entries = [
    entry(
      .mnist,
      "MNIST from a folder of its four IDX files (plain or gzip): images [n, 1, 28, 28] and labels "
        + "1 ... 10 (digit + 1)"),
    entry(
      .fashionMNIST,
      "Fashion-MNIST, as mnist; without a folder from the package dataset-fashion-mnist of Debian"),
  ]

  private static func entry(_ files: DigitFiles, _ summary: String) -> Entry {
    let name = files.rawValue
    return Entry(
      name, summary,
      Parameter<String?>.optional("folder", .string),
      Parameter<Options>.options(name, [split.doc, scale.doc, download.doc, source.doc]),
      returns: "Dataset",
      example: "local ok, message = pcall(pn.data.\(name), \"/nowhere\")\nassert(not ok)"
    ) { _, given, options in
      let folder = try files.folder(given)
      let source = try options[source]
      if try options[download] {
        _ = try files.download(to: folder, from: source)
      } else if source != nil {
        throw TensorError(
          .value, name, argument: "option (source)", "there is no download to use it for")
      }
      let data = try MNIST.load(
        folder: folder, split: MNIST.Split(rawValue: options[split]) ?? .train,
        scale: MNIST.Scale(rawValue: options[scale]) ?? .unit, operation: name)
      return Instance(
        DatasetObject([data.images, try data.labels.add(1)]), DatasetClass.definition)
    }
  }

  private static let split = Parameter<String>(
    "split", .choice(["train", "test"]), default: "train", shown: "\"train\"")
  private static let scale = Parameter<String>(
    "scale", .choice(["unit", "symmetric"]), default: "unit", shown: "\"unit\"",
    "[0, 1] or [−1, 1]")
  private static let download = Parameter<Bool>(
    "download", .boolean, default: false,
    "fetch files that the folder lacks, with curl, and check their SHA-256")
  private static let source = Parameter<String?>.optional(
    "source", .string, "another address to fetch from: https://, http:// or file://")
}
