/// run.json: what a run is, how it was started and how it ended.

internal import PenumbraData
internal import PenumbraTensor

/// The record of a run.
public struct RunRecord: Sendable, Equatable {
  /// Where a run stands.
  public enum State: String, Sendable, CaseIterable {
    case running, finished, failed, interrupted
    case timedOut = "timed out"
    case outOfMemory = "out of memory"
    /// Recorded as running by a process that is no more.
    case killed
  }

  /// One process that worked on the run.
  public struct Session: Sendable, Equatable {
    public var started: Double
    /// The words of the command.
    public var command: [String]
    /// The step of the checkpoint from which it went on; nil from the start.
    public var resumedFrom: Int?

    public init(started: Double, command: [String], resumedFrom: Int? = nil) {
      (self.started, self.command, self.resumedFrom) = (started, command, resumedFrom)
    }
  }

  public var name: String
  public var id: String
  /// The script's absolute path.
  public var script: String
  /// What the script was given as `arg[1]`, ...
  public var arguments: [String]
  /// Of `--set`.
  public var settings: [String]
  public var seed: Int?
  public var versions: [(name: String, value: String)]
  public var host: String
  public var folder: String
  public var threads: Int
  public var git: GitRevision?
  public var sessions: [Session]
  public var state: State = .running
  public var exitCode: Int?
  public var error: String?
  public var ended: Double?

  public init(
    name: String, id: String, script: String, arguments: [String], settings: [String],
    seed: Int?, versions: [(name: String, value: String)], host: String, folder: String,
    threads: Int, git: GitRevision?, session: Session
  ) {
    (self.name, self.id, self.script, self.arguments) = (name, id, script, arguments)
    (self.settings, self.seed, self.versions, self.host) = (settings, seed, versions, host)
    (self.folder, self.threads, self.git, sessions) = (folder, threads, git, [session])
  }

  /// When the first session started, in seconds since 1970.
  public var started: Double { sessions.first?.started ?? 0 }

  public static func == (a: RunRecord, b: RunRecord) -> Bool { a.json == b.json }

  // MARK: - JSON

  static let format = 1

  var json: JSON {
    func strings(_ words: [String]) -> JSON { .array(words.map(JSON.string)) }
    func integer(_ value: Int?) -> JSON { value.map { .integer(Int64($0)) } ?? .null }
    var members: [JSON.Member] = [
      .init("format", integer(RunRecord.format)), .init("name", .string(name)),
      .init("id", .string(id)), .init("state", .string(state.rawValue)),
      .init("exit_code", integer(exitCode)), .init("error", error.map(JSON.string) ?? .null),
      .init("started", .string(TimeStamp.iso(started))),
      .init("ended", ended.map { .string(TimeStamp.iso($0)) } ?? .null),
      .init("ended_at", ended.map(JSON.number) ?? .null),
      .init("script", .string(script)), .init("arguments", strings(arguments)),
      .init("settings", strings(settings)), .init("seed", integer(seed)),
      .init("threads", integer(threads)), .init("folder", .string(folder)),
      .init("host", .string(host)),
      .init("versions", .object(versions.map { .init($0.name, .string($0.value)) })),
    ]
    if let git {
      members.append(
        .init(
          "git",
          .object([
            .init("commit", .string(git.commit)),
            .init("branch", git.branch.map(JSON.string) ?? .null),
          ])))
    }
    members.append(
      .init(
        "sessions",
        .array(
          sessions.map { session in
            .object([
              .init("started", .string(TimeStamp.iso(session.started))),
              .init("started_at", .number(session.started)),
              .init("command", strings(session.command)),
              .init("resumed_from", integer(session.resumedFrom)),
            ])
          })))
    return .object(members)
  }

  /// Reads a record; nil for what is none. Fields that are missing or of another kind are empty.
  init?(_ json: JSON) {
    func text(_ key: String) -> String? {
      if case .string(let value)? = json[key] { value } else { nil }
    }
    func integer(_ value: JSON?) -> Int? {
      if case .integer(let number)? = value { Int(exactly: number) } else { nil }
    }
    func number(_ value: JSON?) -> Double? { value.flatMap(MetricRow.number) }
    func strings(_ value: JSON?) -> [String] {
      guard case .array(let elements)? = value else { return [] }
      return elements.compactMap { if case .string(let word) = $0 { word } else { nil } }
    }
    guard integer(json["format"]) == RunRecord.format, let name = text("name"),
      let id = text("id"), let state = text("state").flatMap(State.init(rawValue:))
    else { return nil }
    (self.name, self.id, self.state) = (name, id, state)
    exitCode = integer(json["exit_code"])
    error = text("error")
    ended = number(json["ended_at"])
    script = text("script") ?? ""
    arguments = strings(json["arguments"])
    settings = strings(json["settings"])
    seed = integer(json["seed"])
    threads = integer(json["threads"]) ?? 0
    folder = text("folder") ?? ""
    host = text("host") ?? ""
    versions = []
    if case .object(let members)? = json["versions"] {
      versions = members.compactMap { member in
        if case .string(let value) = member.value { (member.key, value) } else { nil }
      }
    }
    if case .string(let commit)? = json["git"]?["commit"] {
      var branch: String?
      if case .string(let name)? = json["git"]?["branch"] { branch = name }
      git = GitRevision(commit: commit, branch: branch)
    }
    sessions = []
    if case .array(let elements)? = json["sessions"] {
      sessions = elements.map { session in
        Session(
          started: number(session["started_at"]) ?? 0, command: strings(session["command"]),
          resumedFrom: integer(session["resumed_from"]))
      }
    }
  }
}
