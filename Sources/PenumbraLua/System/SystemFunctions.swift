/// Threads, memory, versions.

internal import LuaEmbedding
internal import PenumbraTensor

/// The version of Penumbra, as `pn.version` and `penumbra --version` show it.
public let penumbraVersion = "0.1.0"

enum SystemFunctions {
  static let entries: [Entry] = [
    PrintFunction.entry,
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
      "set_matmul_precision",
      "How exactly float32 matrix products and convolutions are computed: with all digits of their "
        + "factors, or with factors rounded to bfloat16 where the processor multiplies those faster",
      Parameter<String>("precision", .choice(MatmulPrecision.allCases.map(\.rawValue))),
      returns: "nothing",
      example: "pn.set_matmul_precision(\"highest\")"
    ) { _, name in
      MatmulPrecision.current = MatmulPrecision(rawValue: name) ?? .highest
      return NoResult()
    },
    Entry(
      "matmul_precision", "How exactly float32 matrix products and convolutions are computed",
      returns: "string", example: "print(pn.matmul_precision())"
    ) { _ in MatmulPrecision.current.rawValue },
    Entry(
      "memory",
      "Bytes of tensor memory: live, peak, cached, limit; requests and hits of the cache",
      returns: "table", example: "print(pn.memory().live)"
    ) { _ in
      var figures = MemoryPool.statistics
      if let account = Tenant.current?.memory {
        (figures.live, figures.peak) = (account.used, account.peak)
      }
      return LuaValue.table([
        (key: "live", value: .integer(Int64(figures.live))),
        (key: "peak", value: .integer(Int64(figures.peak))),
        (key: "cached", value: .integer(Int64(figures.cached))),
        (key: "limit", value: .integer(Int64(memoryLimit))),
        (key: "requests", value: .integer(Int64(figures.requests))),
        (key: "hits", value: .integer(Int64(figures.hits))),
      ])
    },
    Entry(
      "memory_limit",
      "The most bytes that tensors may hold, after setting it if a number is given; four fifths of "
        + "the machine's or the control group's memory at first. A script with a limit of its host's "
        + "can only lower it",
      Parameter<Int?>.optional("bytes", .byteCount), returns: "integer",
      example: "local before = pn.memory_limit()\npn.memory_limit(2e9)\npn.memory_limit(before)"
    ) { _, bytes in
      if let bytes {
        if let tenant = Tenant.current, !tenant.changesProcess {
          tenant.memory.limit = bytes
        } else {
          MemoryPool.limit = bytes
        }
      }
      return memoryLimit
    },
    Entry(
      "empty_cache", "Gives the memory that is kept for reuse back to the system",
      returns: "nothing", example: "pn.empty_cache()\nprint(pn.memory().cached)"
    ) { _ in
      MemoryPool.emptyCache()
      return NoResult()
    },
    Entry(
      "reset_peak_memory", "Measures pn.memory().peak anew, from what is live now",
      returns: "nothing", example: "pn.reset_peak_memory()"
    ) { _ in
      if let account = Tenant.current?.memory {
        account.resetPeak()
      } else {
        MemoryPool.resetPeak()
      }
      return NoResult()
    },
    Entry(
      "scope",
      "Releases the tensors made inside when it closes, but for those given to scope:keep: "
        + "local scope <close> = pn.scope()", returns: "Scope",
      example: "local total\ndo\n  local scope <close> = pn.scope()\n"
        + "  total = scope:keep(pn.ones(1000):square():sum())\nend\nassert(total:item() == 1000)"
    ) { call in Instance(try MemoryScope(call), MemoryScopeClass.definition) },
    Entry(
      "clock", "Seconds on a clock that only goes forward", returns: "number",
      example: "local start = pn.clock()\nprint(pn.clock() >= start)"
    ) { call in try Clock.scriptSeconds(call.name) },
  ]

  /// The bound that holds for the running script.
  private static var memoryLimit: Int {
    min(MemoryPool.limit, Tenant.current?.memory.limit ?? .max)
  }
}

extension ParameterType where Value == Int {
  /// A number of bytes; a float such as 2e9 will do.
  fileprivate static let byteCount = ParameterType<Double>.number.refined("number of bytes") {
    guard $0 >= 0, $0 < 0x1p62 else { throw BadValue(expected: "a number of bytes") }
    return Int($0)
  }
}
