/// The four files of MNIST and of Fashion-MNIST: where they come from, and how to know them.

internal import Glibc
internal import PenumbraTensor

/// A data set in MNIST's format that is known by its check sums.
public enum DigitFiles: String, Sendable, CaseIterable {
  case mnist
  case fashionMNIST = "fashion_mnist"

  /// Where the files are fetched from; the names of the files follow.
  public var source: String {
    switch self {
    case .mnist: "https://ossci-datasets.s3.amazonaws.com/mnist/"
    case .fashionMNIST: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
    }
  }

  /// Folders in which a distribution's package puts the files (Debian: dataset-fashion-mnist).
  public var systemFolders: [String] {
    self == .mnist ? [] : ["/usr/share/datasets/fashion-mnist"]
  }

  /// The files' names without `.gz`, and the SHA-256 of what they hold uncompressed: packages and
  /// mirrors compress them differently.
  var sums: [(name: String, sum: String)] {
    switch self {
    case .mnist:
      [
        (
          "train-images-idx3-ubyte",
          "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
        ),
        (
          "train-labels-idx1-ubyte",
          "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
        ),
        (
          "t10k-images-idx3-ubyte",
          "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
        ),
        (
          "t10k-labels-idx1-ubyte",
          "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
      ]
    case .fashionMNIST:
      [
        (
          "train-images-idx3-ubyte",
          "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
        ),
        (
          "train-labels-idx1-ubyte",
          "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
        ),
        (
          "t10k-images-idx3-ubyte",
          "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
        ),
        (
          "t10k-labels-idx1-ubyte",
          "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
      ]
    }
  }

  /// The most bytes that one compressed file may have.
  static let mostBytes = 1 << 26

  /// The folder to read from: the one given, else the system's where its files are.
  ///
  /// - Throws: `TensorError` (file) that says which files are wanted, from where, and where to.
  public func folder(_ given: String?) throws -> String {
    if let given { return given }
    for folder in systemFolders
    where Permissions.current.allows(path: folder)
      && access("\(folder)/\(sums[0].name).gz", F_OK) == 0
    {
      return folder
    }
    let package = systemFolders.first.map {
      " and \($0) does not exist (Debian: apt install dataset-fashion-mnist)"
    }
    throw TensorError(
      .file, rawValue, argument: "folder",
      "none was given\(package ?? ""); \(instructions("a folder")), or let download = true fetch them"
    )
  }

  /// What a person without a network has to do.
  func instructions(_ folder: String) -> String {
    let names = sums.map { $0.name + ".gz" }.joined(separator: ", ")
    return "put \(names) from \(source) into \(folder)"
  }

  /// Fetches the files that a folder lacks, with `curl` as a child process.
  ///
  /// A file is checked by its SHA-256 before it gets its name, so that no part or forgery is ever
  /// taken for it; files that are there are left alone. The folder must exist.
  ///
  /// - Parameters:
  ///   - source: another place than `source`: `https://`, `http://` or `file://`, with the same names.
  ///   - timeout: seconds for one file.
  /// - Returns: the names of the files that were fetched.
  /// - Throws: `TensorError` (file) when the folder is missing, curl is missing or fails, or a check
  ///   sum is wrong; it says what to do by hand. (interrupted) when asked to stop.
  public func download(to folder: String, from source: String? = nil, timeout: Double = 600) throws
    -> [String]
  {
    try Permissions.check(program: .downloading, rawValue)
    try Permissions.check(path: folder, rawValue)
    var status = stat()
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw FileError.make(rawValue, folder, "no such folder to download to")
    }
    let base = source ?? self.source
    guard ["https://", "http://", "file://"].contains(where: { base.hasPrefix($0) }),
      !base.utf8.contains(where: { $0 <= 32 || $0 == 127 })
    else {
      throw TensorError(
        .value, rawValue, argument: "source", expected: "an address https://, http:// or file://",
        got: "'\(base)'")
    }
    var fetched: [String] = []
    for (name, sum) in sums {
      let names = [name, name + ".gz", dotted(name), dotted(name) + ".gz"]
      if names.contains(where: { access("\(folder)/\($0)", F_OK) == 0 }) { continue }
      try fetch(name + ".gz", sum, base.hasSuffix("/") ? base : base + "/", folder, timeout)
      fetched.append(name + ".gz")
    }
    return fetched
  }

  /// `train-images.idx3-ubyte`, the other usual form of a name.
  private func dotted(_ name: String) -> String {
    var words = name.split(separator: "-", omittingEmptySubsequences: false)
    let kind = words.suffix(2).joined(separator: "-")
    words.removeLast(2)
    return words.joined(separator: "-") + "." + kind
  }

  private func fetch(
    _ name: String, _ sum: String, _ base: String, _ folder: String, _ timeout: Double
  ) throws {
    let target = "\(folder)/\(name)"
    let (part, log) = ("\(target).\(getpid()).part", "\(target).\(getpid()).log")
    defer {
      unlink(part)
      unlink(log)
    }
    let curl = ChildProcess(
      purpose: .downloading, program: "curl",
      arguments: [
        "--disable", "--fail", "--location", "--silent", "--show-error", "--connect-timeout", "20",
        "--proto", "=https,http,file", "--proto-redir", "=https,http", "--max-filesize",
        "\(DigitFiles.mostBytes)", "--output", part, base + name,
      ], timeout: timeout)
    func failure(_ reason: String) -> TensorError {
      FileError.make(rawValue, target, "\(reason); \(instructions(folder))")
    }
    switch try curl.run(errors: log, operation: rawValue) {
    case .exited(0): break
    case .missing: throw failure("the program curl, which fetches it, was not found")
    case .tooSlow: throw failure("fetching took longer than \(timeout) seconds")
    case .killed(let signal): throw failure("curl was ended by signal \(signal)")
    case .exited(let code):
      let text = (try? InputFile(log, operation: rawValue).contents()) ?? []
      let line = String(decoding: text.prefix(300), as: UTF8.self).split(separator: "\n").first
      throw failure("curl failed (\(line.map(String.init) ?? "code \(code)"))")
    }
    let found = try GzipReader.sum(part, operation: rawValue)
    guard found == sum else {
      throw failure("what came has the SHA-256 \(found) uncompressed, expected \(sum)")
    }
    guard rename(part, target) == 0 else { throw FileError.system(rawValue, target, errno) }
  }
}

extension GzipReader {
  /// The SHA-256 of a file's bytes, uncompressed, a piece at a time.
  fileprivate static func sum(_ path: String, operation: String) throws -> String {
    let reader = try GzipReader(path, operation: operation)
    var hash = SHA256()
    var total = 0
    while true {
      try Interruption.check(operation)
      let piece = try reader.readUpTo(1 << 16)
      if piece.isEmpty { return hash.finish() }
      total += piece.count
      guard total <= 1 << 28 else { return "of more than 256 MiB" }
      piece.withUnsafeBytes { hash.update($0) }
    }
  }
}
