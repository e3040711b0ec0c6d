/// The permissions of a profile.

internal import PenumbraTensor

extension Permissions {
  /// - Throws: `TensorError` (file) for a folder that does not exist.
  init(_ options: Runtime.Options) throws {
    let time = options.clock.map(Time.given)
    switch options.profile {
    case .trusted: self.init(time: time ?? .system)
    case .experiment(let folders):
      self.init(
        files: .under(try folders.map(Permissions.folder)), time: time ?? .system,
        programs: .drawing, owner: "profile 'experiment'")
    case .pure:
      self.init(files: .nowhere, time: time ?? .none, programs: [], owner: "profile 'pure'")
    }
  }

  private static func folder(_ path: String) throws -> String {
    if let real = resolved(path) { return real }
    throw TensorError(.file, "Runtime", argument: "'\(path)'", "there is no such folder")
  }
}
