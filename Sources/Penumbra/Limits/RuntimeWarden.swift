/// Keeps a runtime's calls within its limits.

internal import LuaEmbedding
internal import PenumbraTensor

final class RuntimeWarden: LuaWarden {
  private let tenant: Tenant
  private unowned let state: LuaState
  private let seconds: Double?
  private let instructions: Int64?

  init(_ tenant: Tenant, _ state: LuaState, seconds: Double?, instructions: Int64?) {
    self.tenant = tenant
    self.state = state
    self.seconds = seconds
    self.instructions = instructions
  }

  func supervise(isOutermost: Bool, _ call: () -> Int32) -> Int32 {
    tenant.within {
      guard isOutermost else { return call() }
      return Threads.adopting { limited(call) }
    }
  }

  private func limited(_ call: () -> Int32) -> Int32 {
    if let instructions { state.limitInstructions(to: instructions) }
    guard let seconds else { return call() }
    let deadline = Deadlines.shared.add(state.interruptHandle, seconds: seconds)
    defer { Deadlines.shared.cancel(deadline) }
    return call()
  }

  func within(_ body: () -> Int32) -> Int32 { tenant.within(body) }
}
