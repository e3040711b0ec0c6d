/// Measures what the calling thread's operations cost: calls, time, memory, arithmetic.

internal import CKernels

/// Collects a profile while `measure` runs.
///
/// The choices:
///
/// - **Uses of operations nest.** Whoever knows an operation's public name enters and leaves it: the
///   Lua bindings, the layers of a `Sequential`, the backward pass for each derivative. Tensor
///   operations that are built of others do not, so that a table has the words of its reader's script.
/// - **Own time** of a use is its time less that of the uses inside it. What is between the uses
///   belongs to the outermost one, the root; so the own times of all add up to the whole, exactly, and
///   the measuring's own cost is in the open: it is part of the use around.
/// - **A derivative belongs to the line that called its operation**, which a node notes while a
///   profile is taken. What a backward pass does besides (ordering the graph, adding to gradients of
///   leaves) is an operation of its own.
/// - **Sums and events are apart.** Sums, for each pair of an operation and a line, are always whole;
///   events, one for each use, end at a limit. Memory is bounded by that limit and by those of names.
/// - **Off, it costs one test of a plain word** (`pn_is_profiling`) in each place that counts:
///   allocations, products, layers, passes. Calls from Lua cost nothing: the embedding has another
///   entry for observed ones.
///
/// One thread has at most one profiler at a time. Times are those of a clock that never goes back, with
/// whatever else the machine did meanwhile.
public final class Profiler {
  /// An operation's name, as a number that is fast to enter.
  public struct Operation: Sendable {
    let number: Int32
  }

  /// A script's line, as a number that is fast to enter.
  public struct Line: Sendable {
    let number: Int32
  }

  private var recorder: ProfileRecorder
  private let root: Operation
  /// The derivatives' names, by the address of the operation's name.
  private var knownDerivatives: [UnsafeRawPointer: Operation] = [:]

  /// - Parameters:
  ///   - root: the name of what is between the operations, which is the outermost one.
  ///   - eventLimit: further operations are counted, but have no event of their own.
  public init(root: String = "(outside)", eventLimit: Int = 1_000_000) {
    recorder = ProfileRecorder(eventLimit: eventLimit)
    self.root = Operation(number: recorder.profile.operations.number(of: root))
  }

  /// The calling thread's profiler, while a profile is taken.
  public private(set) static var current: Profiler? {
    get {
      guard pn_is_profiling(), let pointer = pn_current_thread().pointee.profiler else {
        return nil
      }
      return Unmanaged<Profiler>.fromOpaque(pointer).takeUnretainedValue()
    }
    set {
      let thread = pn_current_thread()!
      let old = thread.pointee.profiler
      thread.pointee.profiler = newValue.map { Unmanaged.passRetained($0).toOpaque() }
      thread.pointee.watches_nodes =
        newValue != nil || thread.pointee.anomaly_detector != nil ? 1 : 0
      pn_count_profilers((newValue == nil ? 0 : 1) - (old == nil ? 0 : 1))
      if let old { Unmanaged<Profiler>.fromOpaque(old).release() }
    }
  }

  /// What was measured until now.
  public var profile: Profile { recorder.profile }

  /// Runs a body and measures the operations inside it, also when it throws.
  ///
  /// - Throws: `TensorError` when the thread's operations are being measured already; what the body
  ///   throws.
  public func measure<Result>(_ body: () throws -> Result) throws -> Result {
    guard Profiler.current == nil else {
      throw TensorError(
        .value, "profile", "a profile is being taken already; one cannot be inside another")
    }
    Profiler.current = self
    enter(root)
    defer {
      while !recorder.isIdle { leave() }
      Profiler.current = nil
    }
    return try body()
  }

  // MARK: Operations

  /// The operation of a name.
  ///
  /// - Parameter phase: the same whenever the name is asked for.
  public func operation(_ name: String, phase: Profile.Phase = .forward) -> Operation {
    let number = recorder.profile.operations.number(of: name)
    if phase == .backward { recorder.profile.backward.insert(number) }
    return Operation(number: number)
  }

  /// The line of a script: "script.lua:12".
  public func line(_ text: String) -> Line {
    Line(number: recorder.profile.lines.number(of: text))
  }

  /// An operation begins.
  ///
  /// - Parameter line: where a script called it; nil for the line of the operation around it.
  public func enter(_ operation: Operation, line: Line? = nil) {
    recorder.enter(operation.number, line?.number)
  }

  /// A backward pass begins.
  func enterPass() { enter(operation("backward pass", phase: .backward)) }

  /// The derivative of an operation begins; it belongs to the line that called the operation.
  func enter(backwardOf node: Node) {
    let line = node.notes?.line.map { recorder.profile.lines.number(of: $0) }
    recorder.enter(derivative(of: node).number, line, isDerivative: true)
  }

  private func derivative(of node: Node) -> Operation {
    if node.notes?.label != nil || !node.name.hasPointerRepresentation {
      return operation("\(node.operation) backward", phase: .backward)
    }
    let address = UnsafeRawPointer(node.name.utf8Start)
    if let known = knownDerivatives[address] { return known }
    let made = operation("\(node.operation) backward", phase: .backward)
    knownDerivatives[address] = made
    return made
  }

  /// The operation that began last ends.
  public func leave() { recorder.leave() }

  /// Notes which line called a recorded operation, for its derivative.
  func note(_ node: Node) {
    let line = recorder.line
    if line != 0 { node.ensuredNotes.line = recorder.profile.lines.names[Int(line)] }
  }
}

// MARK: Places that are measured

extension Profiler {
  /// Runs a body as an operation of that name, which is made only while a profile is taken.
  public static func within<Result>(
    _ operation: @autoclosure () -> String, _ body: () throws -> Result
  ) rethrows -> Result {
    guard let profiler = current else { return try body() }
    profiler.enter(profiler.operation(operation()))
    defer { profiler.leave() }
    return try body()
  }

  /// Tensor memory was asked for.
  @inline(__always)
  static func count(bytes: Int) {
    if pn_is_profiling() { add(bytes: bytes, flops: 0) }
  }

  /// A kernel does so many additions and multiplications of numbers.
  @inline(__always)
  static func count(flops: @autoclosure () -> Double) {
    if pn_is_profiling() { add(bytes: 0, flops: flops()) }
  }

  @inline(never)
  private static func add(bytes: Int, flops: Double) {
    current?.recorder.count(bytes: bytes, flops: flops)
  }
}
