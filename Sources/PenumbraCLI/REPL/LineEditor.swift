// Line editing on a terminal: libedit with history, Ctrl-R and Tab.

internal import CEdit
internal import Glibc

/// What Tab does with the text before the cursor.
enum TabAction: Equatable {
  case insert(String)
  case list([String])
  case nothing
}

final class LineEditor: LineSource {
  private let editor: OpaquePointer
  private let lines: OpaquePointer
  private let history: HistoryFile?
  private let complete: (_ before: String) -> TabAction
  private var prompt: UnsafeMutablePointer<CChar>?
  private var isCancelled = false

  /// Nil if the terminal cannot be used.
  ///
  /// - Parameter complete: Called with the line up to the cursor; runs no script code.
  init?(history: HistoryFile?, complete: @escaping (_ before: String) -> TabAction) {
    // Only the interactive mode takes the user's character set; numbers keep the form of "C".
    if setlocale(LC_CTYPE, "") == nil || !Self.usesUTF8 { setlocale(LC_CTYPE, "C.UTF-8") }
    guard
      let editor = el_init("penumbra", Console.input, Console.output, Console.errors),
      let lines = history_init()
    else { return nil }
    self.editor = editor
    self.lines = lines
    self.history = history
    self.complete = complete
    configure()
    _ = cedit_history_resize(lines, Int32(HistoryFile.capacity))
    _ = cedit_history_unique(lines)
    for line in history?.load() ?? [] { _ = cedit_history_add(lines, line) }
  }

  deinit {
    el_end(editor)
    history_end(lines)
    free(prompt)
  }

  private func configure() {
    _ = cedit_set_owner(editor, Unmanaged.passUnretained(self).toOpaque())
    _ = cedit_set_prompt(editor) { editor in
      editor.flatMap { LineEditor.owner(of: $0).prompt }
    }
    _ = cedit_set_keys(editor, "emacs")
    _ = cedit_handle_signals(editor, 1)
    _ = cedit_use_history(editor, lines)
    _ = cedit_add_command(editor, "penumbra-complete", "complete a name") { editor, _ in
      editor.map { LineEditor.owner(of: $0).completeAtCursor() } ?? UInt8(CC_ERROR)
    }
    _ = cedit_add_command(editor, "penumbra-cancel", "drop the line") { editor, _ in
      if let editor { LineEditor.owner(of: editor).isCancelled = true }
      return UInt8(CC_NEWLINE)
    }
    _ = cedit_add_command(editor, "penumbra-suspend", "stop the process") { editor, _ in
      _ = cedit_return_terminal(editor)
      raise(SIGTSTP)
      _ = cedit_take_terminal(editor)
      return UInt8(CC_REDISPLAY)
    }
    _ = cedit_make_signals_keys(editor)
    for (key, command) in Self.keys { _ = cedit_bind(editor, key, command) }
    // The user's own ~/.editrc has the last word.
    _ = el_source(editor, nil)
  }

  private static let keys = [
    ("\t", "penumbra-complete"),
    ("^C", "penumbra-cancel"),
    ("^Z", "penumbra-suspend"),
    ("^R", "em-inc-search-prev"),
    ("\\e[3~", "ed-delete-next-char"),
    ("\\e[1~", "ed-move-to-beg"),
    ("\\e[4~", "ed-move-to-end"),
    ("\\e[1;5C", "em-next-word"),
    ("\\e[1;5D", "ed-prev-word"),
  ]

  private static var usesUTF8: Bool { String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8" }

  private static func owner(of editor: OpaquePointer) -> LineEditor {
    Unmanaged<LineEditor>.fromOpaque(cedit_owner(editor)).takeUnretainedValue()
  }

  // MARK: - Reading

  func read(prompt text: String) -> InputLine {
    free(prompt)
    prompt = strdup(text)
    Console.flush()
    _ = cedit_take_terminal(editor)
    isCancelled = false
    var count: Int32 = 0
    errno = 0
    let start = el_gets(editor, &count)
    if isCancelled {
      Console.write("^C\n")
      return .interrupted
    }
    guard let start, count > 0 else {
      // Ctrl-D, or a signal from elsewhere.
      let isInterrupt = count < 0 && errno == EINTR
      Console.write("\n")
      return isInterrupt ? .interrupted : .end
    }
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(count))
    let length = bytes.last == UInt8(ascii: "\n") ? bytes.count - 1 : bytes.count
    let line = String(decoding: bytes.prefix(length), as: UTF8.self)
    remember(line)
    return .line(line)
  }

  private func remember(_ line: String) {
    guard line.contains(where: { !$0.isWhitespace }) else { return }
    _ = cedit_history_add(lines, line)
    history?.append(line)
  }

  // MARK: - Tab

  private func completeAtCursor() -> UInt8 {
    guard let info = el_line(editor)?.pointee, let start = info.buffer, let cursor = info.cursor
    else { return UInt8(CC_ERROR) }
    let bytes = UnsafeRawBufferPointer(start: start, count: cursor - start)
    switch complete(String(decoding: bytes, as: UTF8.self)) {
    case .insert(let text):
      return UInt8(el_insertstr(editor, text) == 0 ? CC_REFRESH : CC_ERROR)
    case .list(let names):
      Console.write("\n" + Columns.layout(names, width: Console.width))
      Console.flush()
      return UInt8(CC_REDISPLAY)
    case .nothing: return UInt8(CC_REFRESH_BEEP)
    }
  }
}
