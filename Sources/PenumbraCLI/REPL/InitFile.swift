// The file that runs before the first prompt.

/// `$XDG_CONFIG_HOME/penumbra/init.lua`, by default in `~/.config`.
struct InitFile {
  let path: String

  /// Nil without a home.
  static func standard() -> InitFile? {
    if let config = Console.environment("XDG_CONFIG_HOME"), config.hasPrefix("/") {
      return InitFile(path: config + "/penumbra/init.lua")
    }
    guard let home = Console.environment("HOME"), !home.isEmpty else { return nil }
    return InitFile(path: home + "/.config/penumbra/init.lua")
  }

  /// Nil if there is no such file.
  ///
  /// - Throws: `FileError` if it cannot be read.
  func text() throws -> String? {
    do {
      return try TextFile.read(path)
    } catch let error where error.isMissing {
      return nil
    }
  }
}
