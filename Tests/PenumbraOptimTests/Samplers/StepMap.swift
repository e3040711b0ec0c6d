/// The linear map that a real step is on a quadratic potential, and the law that it keeps.

import Glibc
import PenumbraOptim
import PenumbraTensor
import Testing

/// One step of a sampler on one number θ, the gradient being slope·θ + error.
///
/// Its inputs are the state x (θ, and the momentum or the shared normal number where there is one), the
/// normal numbers r that the step draws, and the error of the gradient. Nothing here is random.
struct StepMap {
  enum Memory: String { case none, momentum, normals }
  let make: (Tensor) throws -> StochasticSampler
  let slope: Double
  let memory: Memory
  /// How many normal numbers a step draws.
  let draws: Int

  init(
    slope: Double = 1, memory: Memory, _ make: @escaping (Tensor) throws -> StochasticSampler
  ) throws {
    (self.make, self.slope, self.memory) = (make, slope, memory)
    var count = 0
    let theta = try Tensor.leaf([1], Shape(1))
    let sampler = try StepMap.prepared(make, theta, memory, 1)
    sampler.normals = { _ in
      count += 1
      return try Tensor.zeros(Shape(1), dtype: .float64)
    }
    theta.gradient = try Tensor([1.0], Shape(1), dtype: .float64)
    try sampler.step()
    draws = count
  }

  /// A sampler whose memory has this value.
  private static func prepared(
    _ make: (Tensor) throws -> StochasticSampler, _ theta: Tensor, _ memory: Memory, _ value: Double
  ) throws -> StochasticSampler {
    let sampler = try make(theta)
    guard memory != .none else { return sampler }
    var state = try sampler.state()
    let flag = "has_\(memory.rawValue).1"
    state.numbers = state.numbers.map { $0.name == flag ? ($0.name, 1) : $0 }
    state.tensors.append(
      ("\(memory.rawValue).1", try Tensor([value], Shape(1), dtype: .float64)))
    try sampler.load(state)
    return sampler
  }

  var stateCount: Int { memory == .none ? 1 : 2 }
  var inputCount: Int { stateCount + draws + 1 }

  /// The state after a step from these inputs, and p² between the steps.
  func image(_ inputs: [Double]) throws -> (state: [Double], kinetic: Double) {
    let theta = try Tensor.leaf([inputs[0]], Shape(1))
    let sampler = try StepMap.prepared(make, theta, memory, stateCount > 1 ? inputs[1] : 0)
    var next = stateCount
    sampler.normals = { _ in
      next += 1
      return try Tensor([inputs[next - 1]], Shape(1), dtype: .float64)
    }
    let error = inputs[inputCount - 1]
    theta.gradient = try Tensor([slope * inputs[0] + error], Shape(1), dtype: .float64)
    try sampler.step()
    #expect(next == stateCount + draws)
    var state = try theta.doubles()
    if memory != .none {
      let tensors = try sampler.state().tensors
      state += try #require(tensors.first { $0.name == "\(memory.rawValue).1" }).tensor.doubles()
    }
    return (state, sampler.kineticTemperature ?? 0)
  }

  /// The covariance of the state that the step leaves as it is, and the mean of p² between steps,
  /// with gradient errors of variance s².
  func law(errorVariance s2: Double = 0) throws -> (covariance: [[Double]], kinetic: Double) {
    func unit(_ places: Int...) -> [Double] {
      (0..<inputCount).map { places.contains($0) ? 1 : 0 }
    }
    #expect(try image(unit()).state.allSatisfy { $0 == 0 })
    let columns = try (0..<inputCount).map { try image(unit($0)) }
    let n = stateCount
    var map = (0..<n).map { i in (0..<n).map { j in columns[j].state[i] } }
    func weight(_ input: Int) -> Double { input == inputCount - 1 ? s2 : 1 }
    var covariance = (0..<n).map { i in
      (0..<n).map { j in
        (n..<inputCount).reduce(0.0) { sum, k in
          sum + weight(k) * columns[k].state[i] * columns[k].state[j]
        }
      }
    }
    // Σ MᵏQMᵏᵀ by doubling.
    for _ in 0..<60 {
      let moved = product(product(map, covariance), transposed(map))
      covariance = zip(covariance, moved).map { zip($0, $1).map(+) }
      map = product(map, map)
    }
    var kinetic = 0.0
    for i in 0..<inputCount {
      for j in 0..<inputCount {
        let expected = i < n && j < n ? covariance[i][j] : i == j ? weight(i) : 0
        let both = try image(unit(i, j)).kinetic
        let form =
          i == j ? columns[i].kinetic : (both - columns[i].kinetic - columns[j].kinetic) / 2
        kinetic += expected * form
      }
    }
    return (covariance, kinetic)
  }
}

private func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
  a.map { row in
    b[0].indices.map { j in row.indices.reduce(0.0) { $0 + row[$1] * b[$1][j] } }
  }
}

private func transposed(_ a: [[Double]]) -> [[Double]] {
  a[0].indices.map { j in a.map { $0[j] } }
}

/// A sampler by its preset, with options set in place.
func sampler(
  _ preset: SamplerPreset, _ parameters: [Tensor], learningRate: Double, seed: UInt64 = 1,
  _ change: (inout SamplerOptions) throws -> Void = { _ in }
) throws -> StochasticSampler {
  var options = SamplerOptions()
  try change(&options)
  return try StochasticSampler(
    preset, parameters, learningRate: learningRate, options, generator: Generator(seed: seed))
}

/// Prints a figure beside the exact value, for `PENUMBRA_FIGURES=1`.
func report(_ test: String, _ what: String, _ found: Double, _ exact: Double) {
  if getenv("PENUMBRA_FIGURES") != nil { print("\(test) | \(what) | \(found) | \(exact)") }
}
