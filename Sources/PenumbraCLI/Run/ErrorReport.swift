// Errors as the stock interpreter words them: `penumbra: file.lua:3: text` and a traceback.

internal import LuaEmbedding

struct ErrorReport {
  /// What stands before the message; nothing in the interactive mode.
  var program: String? = "penumbra"
  var hasColour = false
  /// The last line of the traceback: the host that called.
  var host: String? = "[C]: in ?"
  /// Takes lines out of the traceback.
  var trim: (String) -> String = { $0 }

  func show(_ error: any Error) {
    Console.writeError(text(of: error))
  }

  func text(of error: any Error) -> String {
    guard let error = error as? LuaError else { return headline("\(error)") }
    return headline(error.message) + traceback(of: error)
  }

  private func headline(_ message: String) -> String {
    let prefix = program.map { "\($0): " } ?? ""
    return hasColour ? "\u{1B}[31m\(prefix)\(message)\u{1B}[0m\n" : "\(prefix)\(message)\n"
  }

  private func traceback(of error: LuaError) -> String {
    if error.traceback.isEmpty || speaksForItself(error) { return "" }
    let last = host.map { "\n\t\($0)" } ?? ""
    let text = trim(error.traceback) + last
    return hasColour ? "\u{1B}[2m\(text)\u{1B}[0m\n" : text + "\n"
  }

  /// An error object with `__tostring` has said all it wants to.
  private func speaksForItself(_ error: LuaError) -> Bool {
    switch error.value {
    case .reference, .object: !error.message.hasPrefix("(error object is a ")
    default: false
    }
  }
}
