// `penumbra info`: what runs here, for bug reports and for choosing `--threads`.

internal import PenumbraLua
internal import PenumbraTensor

struct InfoCommand {
  /// - Throws: `UsageError`.
  init(_ words: [String]) throws(UsageError) {
    if let word = words.first { throw UsageError(message: "info: unexpected argument '\(word)'") }
  }

  func run() -> Int32 {
    let limit = MemoryPool.limit
    let rows = [
      ("version", penumbraVersion),
      ("lua", Version.luaCopyright),
      ("threads", "\(Threads.count) of \(Threads.available)"),
      ("cpu", Processor.model),
      ("instruction set", Processor.instructionSet),
      ("memory limit", limit > 0 && limit < Int.max ? megabytes(limit) : "none"),
    ]
    let width = rows.map(\.0.count).max() ?? 0
    for (name, value) in rows {
      Console.write(name + String(repeating: " ", count: width - name.count + 2) + value + "\n")
    }
    return ExitCode.success
  }

  private func megabytes(_ bytes: Int) -> String { "\(bytes >> 20) MiB of tensors" }
}
