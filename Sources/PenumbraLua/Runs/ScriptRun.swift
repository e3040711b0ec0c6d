/// The run that a script belongs to, or none.

public import LuaEmbedding
internal import PenumbraData
public import PenumbraRuns
internal import PenumbraTensor

/// What `pn.run` stands for. Outside a run its methods check their arguments and write nothing.
public final class ScriptRun {
  /// One `--set name=value`.
  public struct Setting: Sendable, Equatable {
    public let name: String
    public let text: String

    public init(_ name: String, _ text: String) { (self.name, self.text) = (name, text) }
  }

  /// Where the run is written; nil outside a run, and where a script is only checked.
  public let writer: RunWriter?
  public let settings: [Setting]
  public let seed: Int?
  /// Whether the script stops before its loop.
  public let isCheck: Bool
  public let stop = StopRequest()
  /// Where a script that is checked came to its loop: "script.lua:12".
  public private(set) var loop: String?
  /// The script's options by dotted name, once it has called `pn.config`.
  public private(set) var config: [(name: String, value: String)]?
  /// Called when the script was asked to stop, after it has.
  public internal(set) var interruptFunction: LuaReference?
  /// The last step that was logged.
  public internal(set) var step: Int
  /// The last value of each metric.
  private(set) var lastLogged: [String: Double] = [:]

  public init(
    writer: RunWriter? = nil, settings: [Setting] = [], seed: Int? = nil, isCheck: Bool = false
  ) {
    (self.writer, self.settings, self.seed, self.isCheck) = (writer, settings, seed, isCheck)
    step = writer?.step ?? 0
  }

  /// Whether the script has seen that it is to stop, and whether it has stopped.
  private var hasSeenRequest = false
  private var hasStopped = false

  /// Says that the script has stopped: what it does from now on is the last.
  public func scriptStopped() { hasStopped = true }

  /// Stops the script here if it was asked to.
  func stopIfAsked(_ frame: LuaFrame) {
    if stop.isRequested, !hasStopped { frame.state.interrupt() }
  }

  /// Whether the script was asked to stop and is told so now. One that asks a second time has kept what
  /// it wants to keep.
  func tellRequest(_ frame: LuaFrame) -> Bool {
    stop.expect()
    guard stop.isRequested else { return false }
    if hasSeenRequest { stopIfAsked(frame) }
    hasSeenRequest = true
    return true
  }

  /// Remembers what was logged.
  func noteLogged(_ values: [(name: String, value: Double)]) {
    for (name, value) in values { lastLogged[name] = value }
  }

  /// Keeps the script's options with the run.
  func record(_ config: JSON, _ options: [(name: String, value: String)]) throws {
    self.config = options
    try writer?.setConfig(config)
  }

  /// Says that the script has come to its loop, or to what is in it: there a check ends.
  ///
  /// - Throws: `TensorError` for settings that no `pn.config` has asked for.
  func loopBegins(_ frame: LuaFrame, _ operation: String) throws {
    if isCheck {
      if loop == nil { loop = frame.state.currentLocation() ?? operation }
      frame.state.interrupt()
      throw TensorError(.interrupted, operation, "the script is only checked")
    }
    guard config == nil, let setting = settings.first else { return }
    throw TensorError(
      .value, operation, "--set \(setting.name): the script has not called pn.config")
  }
}
