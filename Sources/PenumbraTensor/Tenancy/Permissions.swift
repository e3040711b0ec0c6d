/// What a script may touch outside its own memory.

/// Files, clock and programs, as the parts of the runtime that reach them ask before they do.
public struct Permissions: Sendable {
  /// Which files may be read and written.
  public enum Files: Sendable {
    case everywhere
    /// Those under these folders, given by their real paths: absolute, without links.
    case under([String])
    case nowhere
  }

  /// Where the time comes from.
  public enum Time: Sendable {
    case system
    /// Seconds since 1970, as the function tells them.
    case given(@Sendable () -> Double)
    case none
  }

  /// Programs that the runtime itself starts.
  public struct Programs: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// gnuplot, fed with scripts that no text of a user can add commands to.
    public static let drawing = Programs(rawValue: 1)
    /// curl, for data sets.
    public static let downloading = Programs(rawValue: 2)
  }

  public var files: Files
  public var time: Time
  public var programs: Programs
  /// Who refuses, for messages: "profile 'pure'".
  public var owner: String

  public init(
    files: Files = .everywhere, time: Time = .system,
    programs: Programs = [.drawing, .downloading], owner: String = "the host"
  ) {
    (self.files, self.time, self.programs, self.owner) = (files, time, programs, owner)
  }

  /// Nothing is refused.
  public static let all = Permissions()

  /// Those of the script for which the calling thread works.
  public static var current: Permissions { Tenant.current?.permissions ?? .all }

  // MARK: - Asking

  /// - Throws: `TensorError` (file) when the running script may not start such a program.
  package static func check(program: Programs, _ operation: String) throws {
    guard let permissions = Tenant.current?.permissions, !permissions.programs.contains(program)
    else { return }
    throw permissions.refusal(operation, "programs may not be started")
  }

  /// - Throws: `TensorError` (value) when the running script may not know the time.
  package static func checkTime(_ operation: String) throws {
    guard let permissions = Tenant.current?.permissions, case .none = permissions.time else {
      return
    }
    throw permissions.refusal(operation, "there is no clock")
  }

  func refusal(_ operation: String, _ reason: String) -> TensorError {
    TensorError(.file, operation, "refused: \(reason) (\(owner))")
  }
}
