import PenumbraData
import PenumbraTensor
import Testing

@Suite struct BatchesTests {
  /// Examples 0 ..< n, and a second tensor [n, 2] with ten times their number.
  private func data(_ n: Int) throws -> [Tensor] {
    let first = try Tensor((0..<n).map(Int64.init), Shape(n))
    let second = try Tensor((0..<n).flatMap { [Double($0) * 10, 0.5] }, Shape(n, 2))
    return [first, second]
  }

  private func drain(_ source: any BatchSource) throws -> [[Int64]] {
    var result: [[Int64]] = []
    while let batch = try source.next() { result.append(try batch[0].integers()) }
    return result
  }

  @Test func anEpochIsAPermutation() throws {
    let batches = try Batches(data(12), size: 4, epochs: 3, using: Generator(seed: 1))
    #expect(batches.stepsPerEpoch == 3 && batches.plannedSteps == 9)
    let all = try drain(batches)
    #expect(all.count == 9 && batches.step == 9 && batches.epoch == 3)
    let epochs = (0..<3).map { Array(all[(3 * $0)..<(3 * $0 + 3)].joined()) }
    for epoch in epochs { #expect(epoch.sorted() == Array(0..<12)) }
    #expect(Set(epochs).count == 3)
    #expect(try batches.next() == nil)
  }

  @Test func tensorsStayAligned() throws {
    let batches = try Batches(data(10), size: 3, using: Generator(seed: 2))
    while let batch = try batches.next() {
      #expect(batch[1].shape == [3, 2])
      let (keys, values) = (try batch[0].integers(), try batch[1].doubles())
      for index in 0..<3 { #expect(values[2 * index] == Double(keys[index]) * 10) }
    }
    #expect(batches.step == 3)
  }

  @Test func orderAndLastBatch() throws {
    let plain = try Batches(
      data(5), size: 2, shuffle: false, dropLast: false, using: Generator(seed: 3))
    #expect(try drain(plain) == [[0, 1], [2, 3], [4]])
    let dropping = try Batches(data(5), size: 2, shuffle: false, using: Generator(seed: 3))
    #expect(try drain(dropping) == [[0, 1], [2, 3]])
    let larger = try Batches(
      data(3), size: 8, steps: 2, shuffle: false, dropLast: false, using: Generator(seed: 3))
    #expect(try drain(larger) == [[0, 1, 2], [0, 1, 2]])
  }

  @Test func stepsAndEpochsLimit() throws {
    func count(_ steps: Int?, _ epochs: Int?) throws -> Int {
      try drain(Batches(data(6), size: 2, steps: steps, epochs: epochs, using: Generator(seed: 4)))
        .count
    }
    #expect(try count(nil, nil) == 3)
    #expect(try count(7, nil) == 7)
    #expect(try count(nil, 2) == 6)
    #expect(try count(4, 2) == 4)
    #expect(try count(9, 2) == 6)
    #expect(try count(0, nil) == 0)
  }

  @Test func batchesAreCopies() throws {
    let tensors = try data(4)
    for shuffle in [false, true] {
      let batches = try Batches(tensors, size: 4, shuffle: shuffle, using: Generator(seed: 5))
      let batch = try #require(try batches.next())
      try batch[0].withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0xff) }
      #expect(try tensors[0].integers() == [0, 1, 2, 3])
    }
  }

  @Test(arguments: [true, false])
  func resumesExactlyAtEveryStep(shuffle: Bool) throws {
    func make() throws -> Batches {
      try Batches(
        data(7), size: 3, steps: 9, shuffle: shuffle, dropLast: false, using: Generator(seed: 6))
    }
    let whole = try drain(make())
    for stop in 0...9 {
      let first = try make()
      for _ in 0..<stop { _ = try first.next() }
      let words = first.state.words
      let second = try Batches(
        data(7), size: 3, steps: 9, shuffle: shuffle, dropLast: false, using: Generator(seed: 99))
      try second.restore(try BatchState(words: words))
      #expect(second.step == stop && second.epoch == first.epoch)
      #expect(second.state == first.state)
      #expect(try drain(second) == Array(whole[stop...]))
    }
  }

  @Test func otherDrawsDoNotChangeTheOrder() throws {
    let (a, b) = (Generator(seed: 7), Generator(seed: 7))
    let (first, second) = (
      try Batches(data(8), size: 2, epochs: 2, using: a),
      try Batches(data(8), size: 2, epochs: 2, using: b)
    )
    var orders: [[Int64]] = []
    while let batch = try second.next() {
      _ = try b.normal([5])
      orders.append(try batch[0].integers())
    }
    #expect(try drain(first) == orders)
    let third = try Batches(data(8), size: 2, epochs: 2, using: a)
    #expect(try drain(third) != orders)
  }

  @Test func samplersDrawAfreshAndResume() throws {
    let ring = try Mixture.named("ring")
    let source = try SampledBatches(ring, size: 16, steps: 5, using: Generator(seed: 8))
    var values: [[Double]] = []
    var states: [BatchState] = [source.state]
    while let batch = try source.next() {
      #expect(batch.count == 1 && batch[0].shape == [16, 2])
      values.append(try batch[0].doubles())
      states.append(source.state)
    }
    #expect(values.count == 5 && Set(values).count == 5)
    let resumed = try SampledBatches(ring, size: 16, steps: 5, using: Generator(seed: 1))
    try resumed.restore(states[3])
    #expect(try resumed.next()?[0].doubles() == values[3])
    #expect(try resumed.next()?[0].doubles() == values[4])
    #expect(try resumed.next() == nil)
  }

  @Test func aFailedStepChangesNothing() throws {
    struct Stop: Error {}
    var fails = true
    let source = try SampledBatches(size: 2, using: Generator(seed: 9)) { size, generator in
      let batch = try generator.normal(Shape(size))
      if fails { throw Stop() }
      return [batch]
    }
    let before = source.state
    #expect(throws: Stop.self) { _ = try source.next() }
    #expect(source.state == before)
    fails = false
    #expect(try source.next() != nil)
    #expect(source.plannedSteps == nil)
  }

  @Test func badArgumentsAreNamed() throws {
    func failure(_ body: () throws -> Void) -> String {
      let error = #expect(throws: TensorError.self) { try body() }
      return error?.description ?? ""
    }
    let g = Generator(seed: 0)
    #expect(failure { _ = try Batches([], size: 1, using: g) }.contains("at least one tensor"))
    #expect(failure { _ = try Batches([.scalar(1)], size: 1, using: g) }.contains("a scalar"))
    #expect(
      failure { _ = try Batches([.ones([2]), .ones([3])], size: 1, using: g) }
        == "batches: data: expected tensors of one first extent, got [2] and [3]")
    #expect(failure { _ = try Batches([.ones([0])], size: 1, using: g) }.contains("one example"))
    #expect(
      failure { _ = try Batches(data(4), size: 5, using: g) }
        == "batches: size: expected 1 to 4, got 5")
    #expect(
      failure { _ = try Batches(data(4), size: 0, dropLast: false, using: g) }
        == "batches: size: expected at least 1, got 0")
    #expect(failure { _ = try Batches(data(4), size: 1, steps: -1, using: g) }.contains("steps"))
    let batches = try Batches(data(4), size: 2, using: g)
    let other = try Batches(data(6), size: 2, using: g)
    _ = try other.next()
    #expect(failure { try batches.restore(other.state) }.contains("position"))
    #expect(failure { _ = try BatchState(words: [1, 2]) }.contains("seven integers"))
    #expect(failure { _ = try BatchState(words: [-1, 0, 0, 4, 0, 0, 0]) }.contains("seven"))
  }
}
