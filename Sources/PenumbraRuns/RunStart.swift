/// What is known of a run before it starts.

public struct RunStart: Sendable {
  /// What the user calls it.
  public var name: String
  /// The script's absolute path.
  public var script: String
  /// What the script gets as `arg[1]`, ...
  public var arguments: [String] = []
  /// Of `--set`: "name=value".
  public var settings: [String] = []
  public var seed: Int?
  public var versions: [(name: String, value: String)] = []
  public var host = ""
  /// The working directory.
  public var folder = ""
  public var threads = 1
  /// The words of the command.
  public var command: [String] = []

  public init(name: String, script: String) { (self.name, self.script) = (name, script) }

  func record(_ name: RunName, at time: Double) -> RunRecord {
    let around = script.lastIndex(of: "/").map { String(script[..<$0]) } ?? ""
    return RunRecord(
      name: name.name, id: name.id, script: script, arguments: arguments, settings: settings,
      seed: seed, versions: versions, host: host, folder: folder, threads: threads,
      git: GitRevision(around: around),
      session: RunRecord.Session(started: time, command: command))
  }
}
