// The bounds that the system puts on a script's own process.

internal import CLinux
internal import Glibc
internal import LuaEmbedding
internal import PenumbraTensor

struct Confinement {
  let invocation: RunInvocation

  init(_ invocation: RunInvocation) { self.invocation = invocation }

  /// Bytes that the runtime itself takes: libraries' data, stacks, compiled kernels.
  private static let overhead = 1 << 30
  private static let openFiles = 256
  /// Bytes of the largest file that may be written.
  private static let fileBytes = 16 << 30

  /// Lowers the limits of the calling process for good.
  ///
  /// - Throws: `LuaError` where the system refuses.
  func enter() throws {
    guard linux_drop_privileges() == 0 else { throw failure("no new privileges") }
    try lower(LINUX_CORE_BYTES, to: 0, "no memory dumps")
    try lower(LINUX_OPEN_FILES, to: Confinement.openFiles, "open files")
    try lower(LINUX_FILE_BYTES, to: Confinement.fileBytes, "size of files")
    // A file that grows too large is then an error of its writer.
    signal(SIGXFSZ, SIG_IGN)
    // Tensors and Lua's values have a limit each; what Swift keeps beside them has the rest.
    let memory = invocation.memoryLimit ?? MemoryPool.limit
    try lower(LINUX_DATA_BYTES, to: 2 * min(memory, 1 << 50) + Confinement.overhead, "memory")
    if let timeout = invocation.timeout {
      let threads = Double(invocation.threads ?? Threads.available)
      let seconds = (timeout + 2 * Supervisor.grace) * threads
      try lower(LINUX_CPU_SECONDS, to: Int(min(seconds, 1e9)) + 1, "CPU time")
    }
  }

  private func lower(_ resource: linux_resource, to most: Int, _ what: String) throws {
    guard linux_lower_limit(resource, UInt(max(0, most))) == 0 else { throw failure(what) }
  }

  private func failure(_ what: String) -> LuaError {
    LuaError(message: "run: --isolate: the system refused to bound the process (\(what))")
  }
}
