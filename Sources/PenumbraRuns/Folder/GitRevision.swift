/// Which revision of a git repository a script belongs to, read from the repository's files.

internal import PenumbraData

/// The commit that is checked out, and its branch.
///
/// Only the files of `.git` are read; no git is run. Whether files differ from the commit is not said:
/// the run folder holds copies of what ran.
public struct GitRevision: Sendable, Equatable {
  /// Hexadecimal, of 40 or 64 digits.
  public let commit: String
  /// nil where no branch is checked out.
  public let branch: String?

  public init(commit: String, branch: String?) { (self.commit, self.branch) = (commit, branch) }

  /// The revision of the repository around a folder; nil where there is none.
  ///
  /// - Parameter folder: an absolute path.
  public init?(around folder: String) {
    var parts = folder.split(separator: "/")
    while true {
      let place = "/" + parts.joined(separator: "/")
      if let found = GitRevision(repository: place + "/.git") {
        self = found
        return
      }
      guard !parts.isEmpty else { return nil }
      parts.removeLast()
    }
  }

  /// - Parameter git: a folder, or the file of a linked work tree, which names one.
  private init?(repository git: String) {
    var folder = git
    if let text = GitRevision.line(git), text.hasPrefix("gitdir: ") {
      let named = String(text.dropFirst("gitdir: ".count))
      folder = named.hasPrefix("/") ? named : git.dropLast(".git".count) + named
    }
    guard let head = GitRevision.line(folder + "/HEAD") else { return nil }
    guard head.hasPrefix("ref: ") else {
      guard GitRevision.isCommit(head) else { return nil }
      self.init(commit: head, branch: nil)
      return
    }
    let name = String(head.dropFirst("ref: ".count))
    // A linked work tree keeps its branches with the repository that it belongs to.
    var shared = folder
    if let common = GitRevision.line(folder + "/commondir") {
      shared = common.hasPrefix("/") ? common : folder + "/" + common
    }
    guard !name.split(separator: "/").contains(".."),
      let commit = GitRevision.line(shared + "/" + name) ?? GitRevision.packed(name, shared),
      GitRevision.isCommit(commit)
    else { return nil }
    let prefix = "refs/heads/"
    self.init(
      commit: commit, branch: name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name)
  }

  private static func isCommit(_ text: String) -> Bool {
    (text.count == 40 || text.count == 64) && text.allSatisfy(\.isHexDigit)
  }

  private static func packed(_ name: String, _ folder: String) -> String? {
    guard let text = SmallFile.text(folder + "/packed-refs", limit: 1 << 24) else { return nil }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[1] == name { return String(words[0]) }
    }
    return nil
  }

  private static func line(_ path: String) -> String? {
    SmallFile.text(path, limit: 4096)?.split(separator: "\n").first.map(String.init)
  }
}
