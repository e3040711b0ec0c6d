/// What the fixtures do not see of losses, dropout and lookup.

internal import Glibc
import PenumbraTensor
import Testing

@Suite struct LossTests {
  @Test func probabilitiesAtTheirBoundsHaveFiniteGradients() throws {
    let x = try Tensor([0, 1, 0.25], [3], dtype: .float64).requiresGradient(true)
    let t = try Tensor([1, 0, 1], [3], dtype: .float64)
    let losses = try x.binaryCrossEntropy(t, reduction: .none)
    #expect(try losses.doubles() == [100, 100, -log(0.25)])
    try losses.sum().backward()
    let gradient = try #require(try x.gradient?.doubles())
    // (x − t) / max(x (1 − x), 10⁻¹²)
    #expect(gradient == [-1e12, 1e12, -0.75 / 0.1875])
  }

  @Test func infiniteErrorsHaveTheOuterGradient() throws {
    let x = try Tensor([.infinity, -.infinity, 0.5], [3], dtype: .float64).requiresGradient(true)
    let zero = try Tensor.zeros([3], dtype: .float64)
    try x.huberLoss(zero, delta: 2, reduction: .sum).backward()
    #expect(try x.gradient?.doubles() == [2, -2, 0.5])
    try x.setGradient(nil)
    try x.smoothL1Loss(zero, reduction: .sum).backward()
    #expect(try x.gradient?.doubles() == [1, -1, 0.5])
  }

  @Test func everythingIgnoredGivesNoGradient() throws {
    let x = try Tensor.ones([2, 3], dtype: .float64).requiresGradient(true)
    let labels = try Tensor([-100, -100] as [Int64], [2])
    #expect(try x.crossEntropy(labels).item().isNaN)
    let loss = try x.crossEntropy(labels, reduction: .sum)
    #expect(try loss.item() == 0)
    try loss.backward()
    #expect(try x.gradient?.doubles() == Array(repeating: 0, count: 6))
  }

  @Test func droppedElementsAreScaledAndAsManyAsAsked() throws {
    let n = 100_000
    let x = try Tensor.ones([n], dtype: .float64).requiresGradient(true)
    let y = try x.dropout(0.3, using: Generator(seed: 5))
    let values = try y.doubles()
    #expect(values.allSatisfy { $0 == 0 || abs($0 - 1 / 0.7) < 1e-15 })
    // Five standard deviations of a binomial share.
    let share = Double(values.count { $0 == 0 }) / Double(n)
    #expect(abs(share - 0.3) < 5 * (0.21 / Double(n)).squareRoot())
    try y.sum().backward()
    #expect(try x.gradient?.doubles() == values)
    #expect(try x.dropout(0.3, isTraining: false, using: Generator(seed: 5)) === x)
  }

  @Test func channelsFallAsOne() throws {
    let x = try Tensor.ones([40, 25, 3, 2])
    let y = try x.featureDropout(0.5, using: Generator(seed: 2)).reshape([1000, 6])
    let rows = try y.sum([1]).doubles()
    #expect(rows.allSatisfy { $0 == 0 || $0 == 12 })
    #expect(abs(Double(rows.count { $0 == 0 }) - 500) < 5 * 250.0.squareRoot())
  }

  @Test func alphaDropoutKeepsMeanAndVariance() throws {
    let n = 200_000
    let x = try Generator(seed: 4).normal([n], dtype: .float64)
    let y = try x.alphaDropout(0.4, using: Generator(seed: 6))
    #expect(abs(try y.mean().item()) < 5 / Double(n).squareRoot())
    #expect(abs(try y.variance().item() - 1) < 0.02)
  }

  @Test func resamplingOfLargeExtentsNeedsNoTables() throws {
    let nothing = try Tensor.zeros([0, 1, 4]).interpolate(size: [1 << 50], mode: .linear)
    #expect(nothing.shape == [0, 1, 1 << 50])
  }
}
