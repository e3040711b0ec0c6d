// The exit codes of the command.

enum ExitCode {
  static let success: Int32 = 0
  static let scriptError: Int32 = 1
  static let usage: Int32 = 2
  /// As shells report the end by Ctrl-C.
  static let interrupted: Int32 = 130
}
