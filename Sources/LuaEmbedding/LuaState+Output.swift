// What scripts write, by print, io or warn, to where the host wants it.
internal import CLuaShims

/// A standard stream of a script.
public enum LuaStream: Int32, Sendable {
  case output
  case errors
}

extension LuaState {
  /// Gives what scripts write to `write`, at the ends of lines and of the outermost call; standard input
  /// becomes empty. Before any script has run.
  ///
  /// The bytes are valid inside `write`, which cannot use the state: that throws.
  public func redirectOutput(
    _ write: @escaping (LuaStream, UnsafeRawBufferPointer) -> Void
  ) throws {
    let stack = try openStack()
    output = write
    try stack.restoringTop {
      try stack.reserve(4)
      try stack.check(luashim_redirect(context))
    }
  }

  public var isOutputRedirected: Bool { output != nil }

  /// Writes for the script, as `print` and `warn` would; false where output is not redirected.
  @discardableResult
  public func write(_ text: String, to stream: LuaStream) -> Bool {
    guard output != nil else { return false }
    var text = text
    if isOpen { luashim_flush(context) }
    text.withUTF8 { didWrite(stream.rawValue, UnsafeRawBufferPointer($0)) }
    return true
  }

  func didWrite(_ stream: Int32, _ bytes: UnsafeRawBufferPointer) {
    guard let output, let stream = LuaStream(rawValue: stream), !bytes.isEmpty else { return }
    let before = isWriting
    isWriting = true
    defer { isWriting = before }
    output(stream, bytes)
  }
}
