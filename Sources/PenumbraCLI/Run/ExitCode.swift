// The exit codes of the command.

enum ExitCode {
  static let success: Int32 = 0
  static let scriptError: Int32 = 1
  static let usage: Int32 = 2
  /// As shells report the end by Ctrl-C.
  static let interrupted: Int32 = 130
  /// As the `timeout` command reports it.
  static let timeout: Int32 = 124
  /// As shells report a process that was killed for its memory.
  static let memory: Int32 = 137
}
