/// The options with which C makes a runtime.

internal import LuaEmbedding
internal import Penumbra
internal import PenumbraHeader

extension penumbra_options {
  /// The options behind a pointer. A program that was compiled with another header may have fewer
  /// fields, which then are zero, or more, which then must be.
  ///
  /// - Throws: `ArgumentProblem` for a size of 0, fields that this version does not know, and numbers
  ///   that are negative or not finite.
  init(at pointer: UnsafePointer<penumbra_options>?) throws {
    self.init()
    guard let pointer else { return }
    let given = pointer.pointee.size
    let known = MemoryLayout<penumbra_options>.size
    guard given >= MemoryLayout<Int>.size, given <= 65536 else {
      throw ArgumentProblem("options.size", expected: "sizeof(penumbra_options)", got: "\(given)")
    }
    let bytes = UnsafeRawBufferPointer(start: pointer, count: given)
    withUnsafeMutableBytes(of: &self) { mine in
      mine.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(known)))
    }
    guard bytes.dropFirst(known).allSatisfy({ $0 == 0 }) else {
      throw ArgumentProblem(
        "options", expected: "fields of version \(String(cString: penumbra_version()))",
        got: "later ones")
    }
    guard lua_memory_limit >= 0, tensor_memory_limit >= 0, instruction_limit >= 0, threads >= 0,
      time_limit >= 0, time_limit < 1e9
    else {
      throw ArgumentProblem("options", expected: "limits from 0", got: "a negative or infinite one")
    }
  }
}

extension Runtime.Options {
  /// - Throws: `ArgumentProblem` for a profile that does not exist, and folders that are no strings.
  init(_ given: penumbra_options) throws {
    self.init(profile: try Runtime.Profile(given))
    if given.lua_memory_limit > 0 { luaMemoryLimit = Int(given.lua_memory_limit) }
    if given.tensor_memory_limit > 0 { tensorMemoryLimit = Int(given.tensor_memory_limit) }
    if given.time_limit > 0 { timeLimit = .seconds(given.time_limit) }
    if given.instruction_limit > 0 { instructionLimit = given.instruction_limit }
    if given.threads > 0 { threads = Int(given.threads) }
    warnings = given.no_warnings == 0
    guard let write = given.output else { return }
    nonisolated(unsafe) let context = given.output_context
    output = { stream, bytes in
      write(context, stream.rawValue, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
    }
  }
}

extension Runtime.Profile {
  fileprivate init(_ given: penumbra_options) throws {
    switch Int(given.profile) {
    case PENUMBRA_TRUSTED: self = .trusted
    case PENUMBRA_PURE: self = .pure
    case PENUMBRA_EXPERIMENT:
      guard given.folder_count >= 0, given.folder_count <= 1000 else {
        throw ArgumentProblem(
          "options.folder_count", expected: "at most 1000",
          got: "\(UInt(bitPattern: given.folder_count))")
      }
      self = .experiment(
        folders: try (0..<given.folder_count).map {
          try text(given.folders?[$0], "options.folders")
        })
    default:
      throw ArgumentProblem("options.profile", expected: "0 to 2", got: "\(given.profile)")
    }
  }
}
