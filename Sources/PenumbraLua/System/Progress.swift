/// Progress of long loops: one changing line on a terminal, plain lines now and then elsewhere.

internal import Glibc
internal import LuaEmbedding

/// Counts steps and reports on standard error, at most ten times a second on a terminal and once in
/// ten seconds elsewhere.
///
/// Rate and remaining time are those of the steps of this process: a loop that starts at step 9001 after
/// a resume does not count the 9000 before it.
package final class Progress {
  let total: Int
  private(set) var done: Int
  /// Steps that were done before the loop began.
  private let before: Int
  private let label: String
  private let start = Clock.seconds
  private var lastShown = Clock.seconds
  private var lastWidth = 0
  private var values: [(name: String, value: Double)] = []
  /// Whether the script itself says what is shown.
  private var isSet = false
  private let isTerminal: Bool
  /// Where lines go; to standard error where it is nil.
  private let write: ((String) -> Void)?
  private(set) var isFinished = false

  /// How many logged values are shown.
  private static let valueLimit = 6

  package init(
    total: Int, from first: Int = 1, label: String, write: ((String) -> Void)? = nil
  ) {
    self.total = total
    self.label = label
    self.write = write
    isTerminal = write == nil && isatty(2) == 1
    before = min(max(first - 1, 0), total)
    done = before
  }

  /// The next step's number, or nil after the last.
  package func next() -> Int? {
    guard done < total else {
      finish()
      return nil
    }
    if done > before { showIfDue() }
    done += 1
    return done
  }

  package func set(_ values: [(name: String, value: Double)]) {
    self.values = values
    isSet = true
  }

  /// Takes logged values in, each in the place of the one of its name.
  package func show(_ logged: [(name: String, value: Double)]) {
    guard !isSet else { return }
    for entry in logged {
      if let place = values.firstIndex(where: { $0.name == entry.name }) {
        values[place] = entry
      } else if values.count < Progress.valueLimit {
        values.append(entry)
      }
    }
  }

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
    let line = line(elapsed: Clock.seconds - start)
    guard isTerminal else { return emit(line + "\n") }
    // A line that wraps could not be written over.
    let shown = String(line.prefix(width - 1))
    let padding = String(repeating: " ", count: max(0, lastWidth - shown.count))
    lastWidth = shown.count
    emit("\r" + shown + padding)
  }

  /// "train  25%  50/200  0:10 < 0:30  5/s  loss 0.5", after so many seconds.
  package func line(elapsed: Double) -> String {
    let rate = Double(max(done - before, 0)) / max(elapsed, 1e-9)
    var line = label.isEmpty ? "" : label + "  "
    let percent = total > 0 ? Int(100 * Double(done) / Double(total)) : 100
    line += "\(percent)%  \(done)/\(total)  \(duration(elapsed))"
    if done < total, done > before { line += " < " + duration(Double(total - done) / rate) }
    line += "  \(compact(rate))/s"
    for (name, value) in values { line += "  \(name) \(compact(value))" }
    return line
  }

  private var width: Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else { return 80 }
    return Int(size.ws_col)
  }

  private func emit(_ text: String) {
    if let write { return write(text) }
    var text = text
    text.withUTF8 { bytes in _ = Glibc.write(2, bytes.baseAddress, bytes.count) }
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

/// A loop that is forgotten when nothing else knows it.
struct WeakProgress {
  weak var progress: Progress?
}
