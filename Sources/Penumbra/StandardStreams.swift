/// The process's standard output and errors, for scripts whose own streams are not Lua's.

@preconcurrency internal import Glibc
internal import LuaEmbedding

enum StandardStreams {
  /// Writes through the same buffers as everything else that prints in the process.
  @Sendable static func write(_ stream: LuaStream, _ bytes: UnsafeRawBufferPointer) {
    let file = stream == .output ? stdout : stderr
    _ = fwrite(bytes.baseAddress, 1, bytes.count, file)
  }
}
