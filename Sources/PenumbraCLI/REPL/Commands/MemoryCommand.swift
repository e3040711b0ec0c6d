// `%mem`: who holds how much memory.

internal import Glibc
internal import LuaEmbedding
internal import Penumbra
internal import PenumbraTensor

enum MemoryCommand {
  static let command = SessionCommand(
    name: "mem", arguments: "", summary: "shows the memory of tensors, of Lua and of the process",
    notes:
      "Cached memory was freed by tensors and is kept for new ones; pn.empty_cache() gives it back."
  ) { session, _, _ in
    let figures = MemoryPool.statistics
    let limit = MemoryPool.limit
    var table = TextTable()
    table.add(["tensors", Quantity.bytes(figures.live), "peak \(Quantity.bytes(figures.peak))"])
    table.add(["cached", Quantity.bytes(figures.cached)])
    if limit > 0, limit < Int.max { table.add(["limit", Quantity.bytes(limit)]) }
    table.add(["Lua", Quantity.bytes(try luaBytes(session))])
    if let resident { table.add(["process", Quantity.bytes(resident)]) }
    Console.write(table.text)
    return true
  }

  private static func luaBytes(_ session: Session) throws -> Int {
    let results = try session.interpreter.runtime.call(session.collectgarbage, ["count"])
    return Int((results.first?.number ?? 0) * 1024)
  }

  /// Resident pages of the process, in bytes.
  private static var resident: Int? {
    guard let text = try? TextFile.read("/proc/self/statm") else { return nil }
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
    return pages * Int(getpagesize())
  }
}
