/// The bookkeeping of a profiler: which uses are under way, and what they add up to.

internal import Glibc

/// A value, so that one use costs one exclusive access to its owner, whatever it changes inside.
struct ProfileRecorder {
  /// A use under way.
  private struct Scope {
    let operation: Int32
    let line: Int32
    /// Its place among the sums.
    let cell: Int
    /// Its place among the events; nil beyond the limit.
    let event: Int?
    let start: Int
    /// Time of the uses inside it.
    var inner = 0
    var bytes = 0
    var flops = 0.0
  }

  var profile = Profile()
  private var stack: [Scope] = []
  private let eventLimit: Int
  /// How many uses of each operation and line are under way.
  private var activeOperations: [Int] = []
  private var activeLines: [Int] = []
  private let origin = ProfileRecorder.now

  init(eventLimit: Int) { self.eventLimit = eventLimit }

  var isIdle: Bool { stack.isEmpty }
  /// The line of the innermost use.
  var line: Int32 { stack.last?.line ?? 0 }

  /// A use begins, at the line of the one around it where none is given.
  mutating func enter(_ operation: Int32, _ given: Int32?, isDerivative: Bool = false) {
    let line = given ?? self.line
    ProfileRecorder.increment(&activeOperations, operation)
    ProfileRecorder.increment(&activeLines, line)
    var event: Int?
    if profile.events.count < eventLimit {
      event = profile.events.count
      profile.events.append(
        Profile.Event(operation, line, depth: stack.count, isDerivative: isDerivative))
    } else {
      profile.droppedEvents += 1
    }
    let cell = profile.cell(operation, line)
    // The clock is read last here and first in `leave`: keeping books is no part of the use.
    stack.append(
      Scope(
        operation: operation, line: line, cell: cell, event: event, start: ProfileRecorder.now))
  }

  /// The use that began last ends.
  mutating func leave() {
    let end = ProfileRecorder.now
    guard let scope = stack.popLast() else { return }
    let duration = end - scope.start
    activeOperations[Int(scope.operation)] -= 1
    activeLines[Int(scope.line)] -= 1
    if !stack.isEmpty { stack[stack.count - 1].inner += duration }
    profile.cells[scope.cell].add(
      duration: duration, inner: scope.inner, bytes: scope.bytes, flops: scope.flops,
      // A use inside another one of the same operation is part of that one's total.
      isOuterOfOperation: activeOperations[Int(scope.operation)] == 0,
      isOuterOfLine: activeLines[Int(scope.line)] == 0)
    if let event = scope.event {
      profile.events[event].close(
        start: scope.start - origin, duration: duration, bytes: scope.bytes, flops: scope.flops)
    }
  }

  /// The innermost use asks for memory, or computes.
  mutating func count(bytes: Int, flops: Double) {
    guard !stack.isEmpty else { return }
    stack[stack.count - 1].bytes += bytes
    stack[stack.count - 1].flops += flops
  }

  private static func increment(_ counts: inout [Int], _ number: Int32) {
    while counts.count <= Int(number) { counts.append(0) }
    counts[Int(number)] += 1
  }

  /// Nanoseconds of a clock that only goes forward.
  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
