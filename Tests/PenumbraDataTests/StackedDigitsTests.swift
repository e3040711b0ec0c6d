import PenumbraData
import PenumbraTensor
import Testing

@Suite struct StackedDigitsTests {
  /// Image i is 2 × 2 of the number i; its label is i mod 10.
  private func digits(_ n: Int = 30) throws -> StackedDigits {
    let images = try Tensor((0..<n).map(Double.init), [n, 1, 1, 1]).expand(to: [n, 1, 2, 2])
    return try StackedDigits(images, labels: Tensor((0..<n).map { Int64($0 % 10) }, [n]))
  }

  @Test func channelsAreIndependentAndAligned() throws {
    let drawn = try digits().sample(3000, using: Generator(seed: 1))
    #expect(drawn[0].shape == [3000, 3, 2, 2] && drawn[1].shape == [3000, 3])
    let values = try drawn[0].narrow(2, start: 0, count: 1).narrow(3, start: 1, count: 1).integers()
    let labels = try drawn[1].integers()
    #expect(zip(values, labels).allSatisfy { $0 % 10 == $1 })
    #expect(Set(values).count == 30)
    var pairs = Set<Int64>()
    for row in 0..<3000 {
      pairs.insert(labels[3 * row] * 100 + labels[3 * row + 1] * 10 + labels[3 * row + 2])
    }
    // 1000 (1 − (1 − 1/1000)³⁰⁰⁰) of 1000 modes.
    #expect(abs(pairs.count - 950) < 35)
  }

  @Test func batchesRepeatAndResume() throws {
    let digits = try digits()
    func stream() throws -> SampledBatches {
      try digits.batches(size: 4, steps: 6, using: Generator(seed: 2))
    }
    let (first, second) = (try stream(), try stream())
    for _ in 0..<3 { _ = try first.next() }
    try second.restore(BatchState(words: first.state.words))
    while let batch = try first.next() {
      let other = try second.next()
      #expect(try batch[0].doubles() == other?[0].doubles())
      #expect(try batch[1].integers() == other?[1].integers())
    }
    #expect(try second.next() == nil && second.step == 6)
  }

  @Test func badArgumentsAreNamed() throws {
    let images = try Tensor.zeros([4, 1, 2, 2])
    let labels = try Tensor.zeros([4], dtype: .int64)
    let bad: [(String, () throws -> Void)] = [
      ("images", { _ = try StackedDigits(Tensor.zeros([4, 3, 2, 2]), labels: labels) }),
      ("labels", { _ = try StackedDigits(images, labels: Tensor.zeros([3])) }),
      ("channels", { _ = try StackedDigits(images, labels: labels, channels: 0) }),
      ("n", { _ = try digits().sample(-1, using: Generator(seed: 1)) }),
      ("n", { _ = try digits().sample(.max, using: Generator(seed: 1)) }),
    ]
    for (argument, body) in bad {
      #expect { try body() } throws: { ($0 as? TensorError)?.argument == argument }
    }
  }

  @Test func infiniteBatchesGoOn() throws {
    let data = [try Tensor((0..<5).map(Int64.init), [5])]
    let endless = try Batches(data, size: 5, infinite: true, using: Generator(seed: 1))
    #expect(endless.plannedSteps == nil)
    for _ in 0..<7 { #expect(try endless.next()?[0].integers().sorted() == [0, 1, 2, 3, 4]) }
    #expect(endless.epoch == 7)
    let some = try Batches(data, size: 5, steps: 2, infinite: true, using: Generator(seed: 1))
    #expect(some.plannedSteps == 2)
    #expect(throws: TensorError.self) {
      _ = try Batches(data, size: 5, epochs: 2, infinite: true, using: Generator(seed: 1))
    }
  }
}
