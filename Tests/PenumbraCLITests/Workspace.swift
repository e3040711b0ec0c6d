// A directory of scripts for one test.

import Glibc

final class Workspace {
  let path: String

  init(_ files: [String: String] = [:]) throws {
    var template = Array("\(P_tmpdir)/penumbra-cli-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ChildError(message: "no temporary directory") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for (name, text) in files { try write(name, text) }
  }

  deinit { Self.removeFolder(path) }

  private static func removeFolder(_ path: String) {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      if unlink("\(path)/\(name)") != 0 { removeFolder("\(path)/\(name)") }
    }
    closedir(folder)
    rmdir(path)
  }

  func write(_ name: String, _ text: String) throws {
    guard let file = fopen("\(path)/\(name)", "w") else {
      throw ChildError(message: "cannot write \(name)")
    }
    var text = text
    text.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, file) }
    fclose(file)
  }

  func read(_ name: String) throws -> String {
    guard let file = fopen("\(path)/\(name)", "r") else {
      throw ChildError(message: "cannot read \(name)")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Runs `penumbra` here, with a home of its own.
  func penumbra(
    _ arguments: String..., input: String = "", environment: [String: String] = [:],
    signal: (number: Int32, after: String)? = nil
  ) throws -> Outcome {
    try Child.run(
      Child.penumbra, arguments, input: input,
      environment: environment.merging(["HOME": path]) { given, _ in given }, in: path,
      signal: signal)
  }
}
