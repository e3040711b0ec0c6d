/// Progress of long loops: one changing line on a terminal, plain lines now and then elsewhere.

internal import Glibc
internal import LuaEmbedding
internal import PenumbraTensor

/// Counts steps and reports on standard error, at most ten times a second on a terminal and once in
/// ten seconds elsewhere.
final class Progress {
  let total: Int
  private(set) var done = 0
  private let label: String
  private let start = Clock.seconds
  private var lastShown = Clock.seconds
  private var lastWidth = 0
  private var values: [(name: String, value: Double)] = []
  private let isTerminal = isatty(2) == 1
  private var isFinished = false

  init(total: Int, label: String) {
    self.total = total
    self.label = label
  }

  /// The next step's number, or nil after the last.
  func next() -> Int? {
    guard done < total else {
      finish()
      return nil
    }
    if done > 0 { showIfDue() }
    done += 1
    return done
  }

  func set(_ values: [(name: String, value: Double)]) { self.values = values }

  /// Says that `done` steps are done, for loops that count by themselves.
  func update(_ done: Int) {
    self.done = min(max(done, 0), total)
    showIfDue()
  }

  /// Shows the last state once.
  func finish() {
    guard !isFinished else { return }
    isFinished = true
    show()
    if isTerminal { emit("\n") }
  }

  private func showIfDue() {
    let now = Clock.seconds
    guard now - lastShown >= (isTerminal ? 0.1 : 10) else { return }
    lastShown = now
    show()
  }

  private func show() {
    let elapsed = Clock.seconds - start
    let rate = Double(done) / max(elapsed, 1e-9)
    var line = label.isEmpty ? "" : label + "  "
    let percent = total > 0 ? Int(100 * Double(done) / Double(total)) : 100
    line += "\(percent)%  \(done)/\(total)  \(duration(elapsed))"
    if done < total, done > 0 { line += " < " + duration(Double(total - done) / rate) }
    line += "  \(compact(rate))/s"
    for (name, value) in values { line += "  \(name) \(compact(value))" }
    if isTerminal {
      let padding = String(repeating: " ", count: max(0, lastWidth - line.count))
      lastWidth = line.count
      emit("\r" + line + padding)
    } else {
      emit(line + "\n")
    }
  }

  private func emit(_ text: String) {
    var text = text
    text.withUTF8 { bytes in _ = write(2, bytes.baseAddress, bytes.count) }
  }

  /// m:ss or h:mm:ss
  private func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9))
    let (h, m, s) = (whole / 3600, whole / 60 % 60, whole % 60)
    let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
    return h > 0 ? "\(h):\(two(m)):\(two(s))" : "\(m):\(two(s))"
  }

  /// Three or four significant digits.
  private func compact(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    if value != 0, value.magnitude < 1e-3 || value.magnitude >= 1e6 {
      let exponent = Int(log10(value.magnitude).rounded(.down))
      let mantissa = (value / pow(10, Double(exponent)) * 100).rounded() / 100
      return "\(mantissa)e\(exponent)"
    }
    if value.magnitude >= 100 { return "\(Int(value.rounded()))" }
    return "\((value * 1000).rounded() / 1000)"
  }
}

enum ProgressClass {
  static let definition: LuaClass<Progress> = LuaClass<Progress>(
    "Progress", methods: library.methods,
    metamethods: [
      (
        "__call",
        { frame in
          let progress = try frame.requireObject(at: 1, of: definition)
          if let step = progress.next() { frame.returns(step) } else { frame.returnsNil() }
        }
      ),
      ("__close", { frame in frame.object(at: 1, of: definition)?.finish() }),
    ])

  private static let this = Parameter<Progress>("self", .object("Progress", definition))

  static let library = Library(
    "Progress", "The progress of a loop.", isClass: true,
    [
      Entry(
        "set", "Numbers to show beside the rate, by name", this,
        Parameter<[(name: String, value: Double)]>("values", .namedNumbers), returns: "nothing",
        example: "for i in pn.progress(3) do end\nlocal p = pn.progress(3)\np:set{loss = 0.5}"
      ) { _, progress, values in
        progress.set(values)
        return NoResult()
      },
      Entry(
        "update", "Says how many steps are done, for loops that count by themselves", this,
        Parameter<Int>("done", .integer), returns: "nothing",
        example: "local p = pn.progress(3)\np:update(1)"
      ) { _, progress, done in
        progress.update(done)
        return NoResult()
      },
      Entry(
        "finish", "Shows the last state; also done by <close>", this, returns: "nothing",
        example: "local p = pn.progress(3)\np:finish()"
      ) { _, progress in
        progress.finish()
        return NoResult()
      },
    ])

  static let entry = Entry(
    "progress",
    "for i in pn.progress(n) do: counts 1 ... n and reports rate and remaining time on "
      + "standard error", Parameter<Int>("n", .integer),
    Parameter<Options>.options("progress", [label.doc]), returns: "Progress",
    example: "for i in pn.progress(3, {label = \"train\"}) do end"
  ) { _, total, options in
    guard total >= 0 else {
      throw TensorError(
        .value, "progress", argument: "n", expected: "an integer of at least 0", got: "\(total)")
    }
    return Instance(Progress(total: total, label: try options[label]), definition)
  }

  private static let label = Parameter<String>("label", .string, default: "", shown: "\"\"")
}
