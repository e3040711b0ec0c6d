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
    guard lua_memory_limit >= 0, tensor_memory_limit >= 0, time_limit >= 0, time_limit < 1e9 else {
      throw ArgumentProblem("options", expected: "limits from 0", got: "a negative or infinite one")
    }
  }
}

extension Runtime.Options {
  init(_ given: penumbra_options) {
    self.init()
    if given.lua_memory_limit > 0 { luaMemoryLimit = Int(given.lua_memory_limit) }
    warnings = given.no_warnings == 0
  }
}
