/// The search for NaN: which operation's derivative made the first one, and where a script called it.

internal import CKernels

/// While one is current, every backward rule's results are searched for NaN, and each recorded
/// operation notes where it was called. Both cost time: this is for debugging.
public final class AnomalyDetector {
  /// Tells the place in a script that is running now, "script.lua:12".
  private let location: () -> String?
  private let checksForward: Bool
  /// What the node under way says of itself; operations recorded by its rule belong to it.
  private var origin: String?
  /// Whether a check is under way, whose own operations are not checked.
  private var isChecking = false

  /// - Parameter checksForward: look for NaN in the results of recorded operations, too.
  public init(checksForward: Bool = false, location: @escaping () -> String? = { nil }) {
    self.checksForward = checksForward
    self.location = location
  }

  /// The calling thread's detector, if anomalies are looked for.
  public static var current: AnomalyDetector? {
    get {
      guard let pointer = pn_current_thread().pointee.anomaly_detector else { return nil }
      return Unmanaged<AnomalyDetector>.fromOpaque(pointer).takeUnretainedValue()
    }
    set {
      let thread = pn_current_thread()!
      let old = thread.pointee.anomaly_detector
      thread.pointee.anomaly_detector = newValue.map { Unmanaged.passRetained($0).toOpaque() }
      thread.pointee.watches_nodes = newValue != nil || thread.pointee.profiler != nil ? 1 : 0
      if let old { Unmanaged<AnomalyDetector>.fromOpaque(old).release() }
    }
  }

  /// Runs a node's rule; what it records is said to come from there.
  func within(_ node: Node, _ body: () throws -> Void) throws {
    let outer = origin
    origin =
      "in the backward of '\(node.operation)'"
      + (node.notes?.location.map { ", called \($0)" } ?? "")
    defer { origin = outer }
    try body()
  }

  /// Notes a new node's place, and looks at its value where that is asked for.
  func inspect(_ node: Node, _ value: Tensor) throws {
    guard !isChecking else { return }
    let place = origin ?? location().map { "at \($0)" }
    if let place { node.ensuredNotes.location = place }
    guard checksForward, origin == nil, try holdsNaN(value) else { return }
    throw TensorError(.graph, node.operation, "made NaN" + called(node))
  }

  func check(seed: Tensor, _ operation: String) throws {
    guard try holdsNaN(seed) else { return }
    throw TensorError(.graph, operation, "the gradient to start from holds NaN")
  }

  func check(_ gradient: Tensor, of node: Node, input: Int) throws {
    guard try holdsNaN(gradient) else { return }
    throw TensorError(
      .graph, "backward of '\(node.operation)'",
      "made NaN in the gradient of its input \(input + 1)" + called(node))
  }

  private func called(_ node: Node) -> String {
    node.notes?.location.map { "; the operation was called \($0)" } ?? ""
  }

  private func holdsNaN(_ value: Tensor) throws -> Bool {
    guard value.dtype.isFloating, value.elementCount > 0, !isChecking else { return false }
    isChecking = true
    defer { isChecking = false }
    return try GradientMode.with(false) { try value.detached().isNaN().any() }
  }
}

extension Tensor {
  /// Shows a recorded result to the current detector and profiler.
  @inline(never)
  func inspect(_ node: Node) throws {
    Profiler.current?.note(node)
    try AnomalyDetector.current?.inspect(node, self)
  }
}
