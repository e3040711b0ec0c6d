// `%time` and `%timeit`: how long something takes.

internal import Glibc
internal import LuaEmbedding
internal import Penumbra

enum TimingCommands {
  static let all = [time, timeit]

  private static let time = SessionCommand(
    name: "time", arguments: "CODE", summary: "runs code once, shows its value and its time",
    notes: "The wall clock's time, and the processor's: that of all threads together."
  ) { session, argument, position in
    guard let chunk = try compiled(argument, session, position, "%time") else { return false }
    var spent: (wall: Double, cpu: Double)?
    defer {
      if let (wall, cpu) = spent {
        Console.write("wall \(Quantity.seconds(wall)), cpu \(Quantity.seconds(cpu))\n")
      }
    }
    try session.evaluate(chunk) { body in
      let start = (wall: seconds(CLOCK_MONOTONIC), cpu: seconds(CLOCK_PROCESS_CPUTIME_ID))
      defer {
        spent = (
          seconds(CLOCK_MONOTONIC) - start.wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - start.cpu
        )
      }
      return try body()
    }
    return true
  }

  private static let timeit = SessionCommand(
    name: "timeit", arguments: "[-n LOOPS] [-r RUNS] CODE",
    summary: "runs code many times, shows the mean time and its spread",
    notes:
      "Seven runs, each of so many loops that it lasts a tenth of a second; values are dropped."
  ) { session, argument, position in
    var options = Options()
    let code = try options.take(argument)
    guard let chunk = try compiled(code, session, position, "%timeit") else { return false }
    try session.interruptible { try measure(chunk, options, session) }
    return true
  }

  /// Nil if more lines must come.
  private static func compiled(
    _ code: String, _ session: Session, _ position: SessionSource.Position, _ command: String
  ) throws -> SessionChunk? {
    guard !code.isEmpty else {
      throw SessionError(description: "\(command): expected code to run, as in \(command) f(x)")
    }
    switch session.evaluator.compile(code, at: position) {
    case .chunk(let chunk): return chunk
    case .incomplete: return nil
    case .failed(let error): throw error
    }
  }

  // MARK: - %timeit

  private struct Options {
    var loops: Int?
    var runs: Int?

    /// Takes the options off the text's start.
    mutating func take(_ argument: String) throws -> String {
      var rest = argument[...]
      while rest.hasPrefix("-n") || rest.hasPrefix("-r") {
        let option = String(rest.prefix(2))
        let value = rest.dropFirst(2).drop { $0 == " " }
        let digits = value.prefix { !$0.isWhitespace }
        guard let count = Int(digits), (1...1_000_000_000).contains(count) else {
          throw SessionError(
            description: "%timeit: \(option): expected an integer from 1 to 1000000000, got "
              + "'\(digits)'")
        }
        if option == "-n" { loops = count } else { runs = min(count, 10_000) }
        rest = value.dropFirst(digits.count).drop { $0 == " " }
      }
      return String(rest)
    }
  }

  /// The loop is Lua's own: a call costs what it costs in a script.
  private static let loop = """
    return function(chunk, count) for _ = 1, count do chunk() end end
    """

  private static func measure(
    _ chunk: SessionChunk, _ options: Options, _ session: Session
  ) throws {
    let runtime = session.interpreter.runtime
    let made = try runtime.run(loop, name: Evaluator.chunkName)
    guard let loop = made.first?.reference else { return }
    func time(_ count: Int) throws -> Double {
      let start = seconds(CLOCK_MONOTONIC)
      try runtime.call(loop, [.reference(chunk.function), .integer(Int64(count))])
      return seconds(CLOCK_MONOTONIC) - start
    }
    var loops = options.loops ?? 1
    var last = 0.0
    if options.loops == nil {
      last = try time(1)
      while last < 0.05, loops < 1_000_000_000 {
        loops *= last > 0.005 ? max(2, Int(0.1 / last)) : 10
        last = try time(loops)
      }
    }
    let runs = options.runs ?? (last > 1 ? 3 : 7)
    let times = try (0..<runs).map { _ in try time(loops) / Double(loops) }
    let mean = times.reduce(0, +) / Double(runs)
    let variance = times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, runs - 1))
    let best = times.min() ?? mean
    Console.write(
      "\(Quantity.seconds(mean)) ± \(Quantity.seconds(variance.squareRoot())), best "
        + "\(Quantity.seconds(best)) (\(runs) runs of \(loops) \(loops == 1 ? "loop" : "loops"))\n")
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
