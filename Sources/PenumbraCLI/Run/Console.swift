// Standard streams: shared with Lua's `print` and `io`, so that the order of lines is kept.

@preconcurrency internal import Glibc

enum Console {
  static var input: UnsafeMutablePointer<FILE> { stdin }
  static var output: UnsafeMutablePointer<FILE> { stdout }
  static var errors: UnsafeMutablePointer<FILE> { stderr }

  static func write(_ text: String) { put(text, output) }

  /// Writes to standard error, after everything that went to standard output.
  static func writeError(_ text: String) {
    fflush(output)
    put(text, errors)
    fflush(errors)
  }

  static func flush() { fflush(output) }

  private static func put(_ text: String, _ stream: UnsafeMutablePointer<FILE>) {
    var text = text
    text.withUTF8 { bytes in _ = fwrite(bytes.baseAddress, 1, bytes.count, stream) }
  }

  static func isTerminal(_ stream: UnsafeMutablePointer<FILE>) -> Bool {
    isatty(fileno(stream)) == 1
  }

  /// Whether text may be coloured there: a terminal that knows how, and no wish against it.
  static func hasColour(_ stream: UnsafeMutablePointer<FILE>) -> Bool {
    guard isTerminal(stream), (environment("NO_COLOR") ?? "").isEmpty else { return false }
    let kind = environment("TERM") ?? "dumb"
    return kind != "dumb"
  }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  static func environmentBytes(_ name: String) -> [UInt8]? {
    getenv(name).map { text in
      Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }
  }

  /// The columns of the terminal; 80 if it does not say.
  static var width: Int {
    var size = winsize()
    guard ioctl(fileno(output), UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else { return 80 }
    return Int(size.ws_col)
  }
}
