// Files and folders that a text may go on to.

internal import Glibc

enum FileNames {
  /// The paths that begin with the text, sorted; folders end with a slash. Hidden ones only where the
  /// text asks for them.
  static func candidates(_ text: String) -> [String] {
    let folderEnd = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
    let (folder, start) = (String(text[..<folderEnd]), text[folderEnd...])
    return entries(folder.isEmpty ? "." : folder).compactMap { entry in
      guard entry.name.hasPrefix(start), start.hasPrefix(".") || !entry.name.hasPrefix("."),
        entry.name.allSatisfy({ $0 != "\"" && $0 != "'" && $0 != "\\" && !$0.isNewline })
      else { return nil }
      return folder + entry.name + (entry.isFolder ? "/" : "")
    }.sorted()
  }

  /// What a folder holds, links followed; nothing if it cannot be read.
  static func entries(_ folder: String) -> [(name: String, isFolder: Bool)] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var found: [(name: String, isFolder: Bool)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      var status = stat()
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      found.append((name, isFolder))
    }
    return found
  }
}
