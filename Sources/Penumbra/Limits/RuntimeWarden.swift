/// Keeps a runtime's calls within its limits.

internal import LuaEmbedding
internal import PenumbraTensor

final class RuntimeWarden: LuaWarden {
  private let tenant: Tenant
  private unowned let state: LuaState
  private let seconds: Double?
  private let instructions: Int64?
  private var deadline: Int?

  init(_ tenant: Tenant, _ state: LuaState, seconds: Double?, instructions: Int64?) {
    self.tenant = tenant
    self.state = state
    self.seconds = seconds
    self.instructions = instructions
  }

  func callBegins() {
    tenant.within { Threads.adopt() }
    if let instructions { state.limitInstructions(to: instructions) }
    if let seconds { deadline = Deadlines.shared.add(state.interruptHandle, seconds: seconds) }
  }

  func callEnds() {
    if let deadline { Deadlines.shared.cancel(deadline) }
    deadline = nil
  }

  func within(_ body: () -> Int32) -> Int32 { tenant.within(body) }
}
