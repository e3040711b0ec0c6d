/// Profiles of known little programs: calls, bytes and arithmetic exactly, times by their sums.

import Glibc
import PenumbraTensor
import Testing

@Suite struct ProfilerTests {
  private func row(_ name: String, _ profile: Profile) throws -> Profile.Row {
    try #require(profile.rows().first { $0.operation == name }, "no row for \(name)")
  }

  /// y = Σ (x w)², forward and backward.
  private func product(_ profiler: Profiler) throws {
    let x = try Tensor.ones(Shape(5, 3))
    let w = try Tensor.ones(Shape(3, 7)).requiresGradient(true)
    try profiler.measure {
      let y = try Profiler.within("product") { try x.matmul(w) }
      let z = try Profiler.within("outer") {
        try Profiler.within("square") { try y.square() }
      }
      let total = try Profiler.within("sum") { try z.sum() }
      try Profiler.within("backward") { try total.backward() }
    }
  }

  @Test func callsAndDerivativesAreCountedExactly() throws {
    let profiler = Profiler(root: "all")
    for _ in 1...3 { try product(profiler) }
    for name in ["product", "outer", "square", "sum", "backward"] {
      let row = try row(name, profiler.profile)
      #expect(row.calls == 3 && row.phase == .forward, "\(name)")
    }
    for name in ["backward pass", "matmul backward", "square backward", "sum backward"] {
      let row = try row(name, profiler.profile)
      #expect(row.calls == 3 && row.phase == .backward, "\(name)")
    }
    let all = try row("all", profiler.profile)
    #expect(all.calls == 3 && all.phase == .outside)
    #expect(profiler.profile.rows().count == 10 && profiler.profile.calls == 27)
    #expect(profiler.profile.events.count == 30 && profiler.profile.droppedEvents == 0)
  }

  @Test func bytesAndArithmeticAreThoseOfTheTensors() throws {
    let profiler = Profiler()
    try product(profiler)
    let profile = profiler.profile
    #expect(try row("product", profile).bytes == 5 * 7 * 4)
    #expect(try row("square", profile).bytes == 5 * 7 * 4)
    #expect(try row("outer", profile).bytes == 0)
    #expect(try row("sum", profile).bytes == 4)
    #expect(try row("product", profile).flops == 2 * 5 * 3 * 7)
    // Only w wants a gradient: xᵀ g.
    #expect(try row("matmul backward", profile).flops == 2 * 5 * 3 * 7)
    #expect(try row("matmul backward", profile).bytes == 3 * 7 * 4)
    #expect(profile.bytes == profile.rows().reduce(0) { $0 + $1.bytes })
  }

  @Test func aConvolutionsArithmeticIsCounted() throws {
    for dtype in [DType.float32, .float64] {
      let x = try Tensor.ones([2, 4, 8, 8], dtype: dtype)
      let w = try Tensor.ones([6, 2, 3, 3], dtype: dtype)
      let profiler = Profiler()
      try profiler.measure {
        _ = try Profiler.within("conv") { try x.convolution(2, w, groups: 2) }
      }
      #expect(try row("conv", profiler.profile).flops == 2 * Double(2 * 6 * 6 * 6) * Double(2 * 9))
    }
  }

  @Test func ownTimesAddUpToTheWhole() throws {
    let profiler = Profiler(root: "all")
    try product(profiler)
    let profile = profiler.profile
    let all = try row("all", profile)
    let sum = profile.rows().reduce(0) { $0 + $1.own }
    #expect(abs(sum - profile.wallTime) < 1e-9)
    #expect(abs(all.total - profile.wallTime) < 1e-9)
    let phases = [Profile.Phase.forward, .backward, .outside].map { profile.time(in: $0) }
    #expect(abs(phases.reduce(0, +) - profile.wallTime) < 1e-9)
    #expect(phases.allSatisfy { $0 > 0 })
    let (outer, square) = (try row("outer", profile), try row("square", profile))
    #expect(abs(outer.total - outer.own - square.total) < 1e-9)
    #expect(try row("backward", profile).total >= row("backward pass", profile).total)
    #expect(try row("backward pass", profile).total >= row("matmul backward", profile).total)
  }

  @Test func anOperationInsideItselfIsNotTotalledTwice() throws {
    let profiler = Profiler(root: "all")
    try profiler.measure {
      Profiler.within("twice") { Profiler.within("twice") {} }
    }
    let (all, twice) = (try row("all", profiler.profile), try row("twice", profiler.profile))
    #expect(twice.calls == 2)
    #expect(twice.total <= all.total)
    #expect(abs(twice.total - twice.own) < 1e-9)
  }

  @Test func derivativesBelongToTheLineOfTheirOperation() throws {
    let profiler = Profiler()
    let x = try Tensor.ones(Shape(4)).requiresGradient(true)
    try profiler.measure {
      profiler.enter(profiler.operation("exp"), line: profiler.line("a:1"))
      let y = try x.exp()
      profiler.leave()
      profiler.enter(profiler.operation("backward"), line: profiler.line("a:2"))
      try y.sum().backward()
      profiler.leave()
    }
    #expect(try row("exp backward", profiler.profile).line == "a:1")
    #expect(try row("sum backward", profiler.profile).line == "a:2")
    let lines = profiler.profile.rows(by: .line)
    let first = try #require(lines.first { $0.line == "a:1" })
    #expect(first.calls == 2 && first.others == 1)
  }

  @Test func eventsAreLimitedAndCountsGoOn() throws {
    let profiler = Profiler(eventLimit: 3)
    try product(profiler)
    #expect(profiler.profile.events.count == 3 && profiler.profile.droppedEvents == 7)
    #expect(try row("sum backward", profiler.profile).calls == 1)
  }

  @Test func namesAreLimitedToo() throws {
    let profiler = Profiler(eventLimit: 0)
    try profiler.measure {
      for index in 0..<40_000 {
        profiler.enter(
          profiler.operation("operation \(index)"), line: profiler.line("line \(index)"))
        profiler.leave()
      }
    }
    let rows = profiler.profile.rows()
    #expect(rows.count < 17_000)
    #expect(rows.reduce(0) { $0 + $1.calls } == 40_001)
  }

  @Test func itIsSwitchedOffWhateverHappens() throws {
    let profiler = Profiler()
    #expect(throws: TensorError.self) {
      try profiler.measure {
        profiler.enter(profiler.operation("left open"))
        _ = try Tensor.ones(Shape(2)).matmul(Tensor.ones(Shape(3)))
      }
    }
    #expect(Profiler.current == nil)
    #expect(try row("left open", profiler.profile).calls == 1)
    _ = try Tensor.ones(Shape(2)).exp()
    #expect(profiler.profile.rows().count == 2)
  }

  /// Lines of siblings join; an inner operation of the same line needs no slice, another line does.
  @Test func eventsOfALineAreOneSlice() throws {
    let profiler = Profiler()
    func use(_ name: String, _ line: String?, _ inside: () -> Void = {}) {
      profiler.enter(profiler.operation(name), line: line.map(profiler.line))
      inside()
      profiler.leave()
    }
    try profiler.measure {
      use("a", "s:1") { use("layer", nil) }
      use("b", "s:1")
      use("c", "s:2") {
        use("d", "s:3")
        use("e", "s:3")
        use("f", "s:2")
        use("g", "s:3")
      }
      use("h", "s:1")
    }
    let profile = profiler.profile
    let slices = profile.lineSlices
    #expect(slices.map(\.line) == ["s:1", "s:2", "s:3", "s:3", "s:1"])
    #expect(slices.map(\.firstEvent) == [1, 4, 5, 8, 9])
    let (a, b) = (profile.events[1], profile.events[3])
    #expect(slices[0].start == a.start)
    #expect(slices[0].start + slices[0].duration == b.start + b.duration)
    let (d, e) = (profile.events[5], profile.events[6])
    #expect(slices[2].start == d.start)
    #expect(slices[2].start + slices[2].duration == e.start + e.duration)
  }

  /// What another thread does is not measured, and it sees no profiler.
  @Test func threadsMeasureTheirOwn() throws {
    let profiler = Profiler()
    try profiler.measure {
      var thread = pthread_t()
      let created = pthread_create(
        &thread, nil,
        { _ in
          Profiler.within("elsewhere") { _ = try? Tensor.ones(Shape(1000)) }
          return Profiler.current.map { Unmanaged.passUnretained($0).toOpaque() }
        }, nil)
      try #require(created == 0)
      var seen: UnsafeMutableRawPointer?
      pthread_join(thread, &seen)
      #expect(seen == nil)
    }
    #expect(profiler.profile.calls == 0 && profiler.profile.bytes == 0)
  }

  @Test func oneIsNotInsideAnother() throws {
    let profiler = Profiler()
    try profiler.measure {
      #expect(throws: TensorError.self) { try Profiler().measure {} }
      #expect(Profiler.current === profiler)
    }
  }
}
