/// Trace files: valid JSON, whose events nest as the operations did.

import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct ChromeTraceTests {
  private func number(_ event: JSON, _ key: String) throws -> Double {
    switch event[key] {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: throw TensorError(.value, "trace", "\(key) is no number")
    }
  }

  private func events(of profile: Profile) throws -> (trace: JSON, complete: [JSON]) {
    let folder = TemporaryFolder()
    let path = folder.file("trace.json")
    try ChromeTrace.write(profile, to: path, operation: "test")
    let bytes = try InputFile(path, operation: "test").contents()
    let trace = try bytes.withUnsafeBytes { try JSON(parsing: $0) }
    guard case .array(let all)? = trace["traceEvents"] else {
      throw TensorError(.value, "trace", "no events")
    }
    let complete = all.filter { $0["ph"] == .string("X") }
    #expect(all.count == complete.count + 2)
    return (trace, complete)
  }

  private func expect(_ inner: JSON, isInside outer: JSON) throws {
    let start = try number(inner, "ts")
    #expect(try start >= number(outer, "ts"))
    #expect(try start + number(inner, "dur") <= number(outer, "ts") + number(outer, "dur") + 1e-6)
    #expect(inner["tid"] == outer["tid"] && inner["pid"] == outer["pid"])
  }

  @Test func completeEventsNest() throws {
    let profiler = Profiler(root: "all", eventLimit: 5)
    try profiler.measure {
      for _ in 1...3 {
        try Profiler.within("outer \"1\"") {
          _ = try Profiler.within("inner") { try Tensor.ones(Shape(10)) }
        }
      }
    }
    let (trace, events) = try events(of: profiler.profile)
    #expect(trace["droppedEvents"] == .integer(2))
    let names = ["all", "outer \"1\"", "inner", "outer \"1\"", "inner"]
    #expect(events.map { $0["name"] } == names.map { .string($0) })
    for (parent, child) in [(0, 1), (1, 2), (0, 3), (3, 4)] {
      try expect(events[child], isInside: events[parent])
    }
    #expect(events[2]["args"]?["bytes"] == .integer(40))
  }

  @Test func linesHoldTheirOperationsAndDerivatives() throws {
    let profiler = Profiler(root: "all")
    let x = try Tensor.ones(Shape(4)).requiresGradient(true)
    try profiler.measure {
      profiler.enter(profiler.operation("exp"), line: profiler.line("a\n\u{1}:1"))
      let y = try x.exp()
      profiler.leave()
      profiler.enter(profiler.operation("sum"), line: profiler.line("a\n\u{1}:1"))
      let z = try y.sum()
      profiler.leave()
      profiler.enter(profiler.operation("backward", phase: .backward), line: profiler.line("b:2"))
      try z.backward()
      profiler.leave()
    }
    let (_, events) = try events(of: profiler.profile)
    let expected = [
      ("all", "outside"), ("a\n\u{1}:1", "line"), ("exp", "forward"), ("sum", "forward"),
      ("b:2", "line"), ("backward", "backward"), ("backward pass", "backward"),
      ("sum backward", "backward"), ("exp backward", "backward"),
    ]
    #expect(events.map { $0["name"] } == expected.map { .string($0.0) })
    #expect(events.map { $0["cat"] } == expected.map { .string($0.1) })
    for (parent, child) in [(0, 1), (1, 2), (1, 3), (0, 4), (4, 5), (5, 6), (6, 7), (6, 8)] {
      try expect(events[child], isInside: events[parent])
    }
    #expect(events[8]["args"]?["line"] == .string("a\n\u{1}:1"))
  }

  /// Interrupted in the midst, the file that was there stands.
  @Test func aTraceIsWrittenWholeOrNotAtAll() throws {
    let profiler = Profiler()
    try profiler.measure {
      for _ in 1...5000 { Profiler.within("operation") {} }
    }
    let folder = TemporaryFolder()
    let path = folder.file("trace.json")
    try AtomicFile.write(to: path, operation: "test") { try $0.append(Array("before".utf8)) }
    let flag = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    defer { flag.deallocate() }
    flag.initialize(to: 1)
    let before = Interruption.watch(flag)
    defer { Interruption.watch(before) }
    #expect(throws: TensorError.self) {
      try ChromeTrace.write(profiler.profile, to: path, operation: "test")
    }
    #expect(try InputFile(path, operation: "test").contents() == Array("before".utf8))
  }
}
