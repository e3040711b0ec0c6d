/// Threads, memory, versions.

internal import LuaEmbedding
internal import PenumbraTensor

/// The version of Penumbra, as `pn.version` and `penumbra --version` show it.
public let penumbraVersion = "0.1.0"

enum SystemFunctions {
  static let entries: [Entry] = [
    Entry(
      "set_num_threads", "How many threads matrix products and large loops may use",
      Parameter<Int>("n", .count), returns: "nothing", example: "pn.set_num_threads(1)"
    ) { _, count in
      Threads.count = count
      return NoResult()
    },
    Entry(
      "num_threads", "How many threads matrix products and large loops may use",
      returns: "integer", example: "print(pn.num_threads() >= 1)"
    ) { _ in Threads.count },
    Entry(
      "memory", "Bytes of tensor memory: live, peak, cached; requests and hits of the cache",
      returns: "table", example: "print(pn.memory().live)"
    ) { _ in
      let figures = MemoryPool.statistics
      return LuaValue.table([
        (key: "live", value: .integer(Int64(figures.live))),
        (key: "peak", value: .integer(Int64(figures.peak))),
        (key: "cached", value: .integer(Int64(figures.cached))),
        (key: "requests", value: .integer(Int64(figures.requests))),
        (key: "hits", value: .integer(Int64(figures.hits))),
      ])
    },
    Entry(
      "clock", "Seconds on a clock that only goes forward", returns: "number",
      example: "local start = pn.clock()\nprint(pn.clock() >= start)"
    ) { _ in Clock.seconds },
  ]
}
