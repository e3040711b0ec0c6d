/// A sampler's stationary law without chance: its step as a matrix on a grid, from the real step.

import Glibc
import PenumbraOptim
import PenumbraTensor
import Testing

/// U = q²/2 + ½ cos 2q, with ⟨q²⟩ = 1.280643 under exp(−U).
enum WavyWell {
  static func potential(_ q: Double) -> Double { q * q / 2 + cos(2 * q) / 2 }

  static func slope(_ q: Tensor) throws -> Tensor { try q.sub(q.mul(2).sin()) }

  static let exactSquare = 1.280643
}

/// Points at equal distances, and interpolation between them by eight neighbours' polynomial.
struct Grid {
  let low: Double
  let width: Double
  let count: Int

  init(_ bound: Double, count: Int) {
    (low, width, self.count) = (-bound, 2 * bound / Double(count - 1), count)
  }

  subscript(_ index: Int) -> Double { low + width * Double(index) }

  /// The first of eight neighbours of x, and their weights; beyond the ends x is at the end.
  func weights(_ x: Double) -> (first: Int, values: [Double]) {
    let place = min(max((x - low) / width, 0), Double(count - 1))
    let first = min(max(Int(place) - 3, 0), count - 8)
    let u = place - Double(first)
    var values = [Double](repeating: 1, count: 8)
    for i in 0..<8 {
      for j in 0..<8 where j != i { values[i] *= (u - Double(j)) / Double(i - j) }
    }
    return (first, values)
  }
}

/// Expectations under a sampler's stationary law on the wavy well.
///
/// The law of (q, m), m being the momentum, the shared normal number or nothing, is a vector over a
/// grid; a step takes it to another by the sampler's own arithmetic on every grid point and every
/// normal number of a row at spacing 1, which gives the normal law's moments to 1e-7. Where a step draws
/// two numbers, only c r₁ + r₂ matters, as nothing happens between them (OBABO's two O): they are
/// one number's parts.
struct TransferOperator {
  let preset: SamplerPreset
  let h: Double
  private let q: Grid
  private let memory: StepMap.Memory
  private let draws: Int
  private static let nodes = (-5...5).map { Double($0) }
  private static let nodeWeights: [Double] = {
    let values = nodes.map { exp(-$0 * $0 / 2) }
    let total = values.reduce(0, +)
    return values.map { $0 / total }
  }()

  private let configure: (inout SamplerOptions, Tensor) throws -> Void

  init(
    _ preset: SamplerPreset, h: Double,
    _ configure: @escaping (inout SamplerOptions, Tensor) throws -> Void = { _, _ in }
  ) throws {
    (self.preset, self.h, self.configure) = (preset, h, configure)
    let isOverdamped = try Integrator(preset.program).isOverdamped
    memory = !isOverdamped ? .momentum : preset.program.contains("L") ? .normals : .none
    q = Grid(5.4, count: memory == .momentum ? 49 : 121)
    draws = preset.program.filter { "OWKNL".contains($0) }.count
  }

  private var second: [Double] {
    switch memory {
    case .none: [0]
    case .normals: TransferOperator.nodes
    case .momentum: (0..<39).map { Grid(5, count: 39)[$0] }
    }
  }

  /// One step of every state with every normal number: state by state, q' and m'.
  private func images() throws -> (q: [Double], m: [Double]) {
    let nodes = TransferOperator.nodes
    let combinations = nodes.count
    let c = exp(-h / 2)
    let length = (1 + c * c).squareRoot()
    let parts = draws == 1 ? [1] : [c / length, 1 / length]
    var (position, partner): ([Double], [Double]) = ([], [])
    for i in 0..<q.count {
      for m in second {
        for _ in 0..<combinations {
          position.append(q[i])
          partner.append(m)
        }
      }
    }
    let shape = Shape(position.count)
    let theta = try Tensor.leaf(position, shape)
    let isOverdamped = memory != .momentum
    let stepper = try sampler(
      preset, [theta], learningRate: (isOverdamped ? h : h * h) / preset.stepScale
    ) {
      $0.friction = 1
      try configure(&$0, theta)
    }
    if memory != .none {
      var state = try stepper.state()
      let flag = "has_\(memory.rawValue).1"
      state.numbers = state.numbers.map { $0.name == flag ? ($0.name, 1) : $0 }
      state.tensors.append(
        ("\(memory.rawValue).1", try Tensor(partner, shape, dtype: .float64)))
      try stepper.load(state)
    }
    var draw = 0
    stepper.normals = { _ in
      draw += 1
      let values = (0..<position.count).map { nodes[$0 % combinations] * parts[draw - 1] }
      return try Tensor(values, shape, dtype: .float64)
    }
    theta.gradient = try GradientMode.with(false) { try WavyWell.slope(theta.detached()) }
    try stepper.step()
    #expect(draw == draws)
    var after: [Double] = []
    if memory != .none {
      let tensors = try stepper.state().tensors
      after = try #require(tensors.first { $0.name == "\(memory.rawValue).1" }).tensor.doubles()
    }
    return (try theta.doubles(), after)
  }

  /// ⟨q²⟩
  func meanSquare() throws -> Double {
    let (position, partner) = try images()
    let (rows, columns) = (q.count, second.count)
    let n = rows * columns
    let weights = TransferOperator.nodeWeights
    let combinations = weights.count
    let p = Grid(5, count: 39)
    var matrix = [Double](repeating: 0, count: n * n)
    matrix.withUnsafeMutableBufferPointer { matrix in
      for state in 0..<n {
        for combination in 0..<combinations {
          let index = state * combinations + combination
          let a = q.weights(position[index])
          switch memory {
          case .none, .normals:
            let column = memory == .none ? 0 : combination
            for i in 0..<8 {
              matrix[state * n + (a.first + i) * columns + column] +=
                weights[combination] * a.values[i]
            }
          case .momentum:
            let b = p.weights(partner[index])
            for i in 0..<8 {
              let part = weights[combination] * a.values[i]
              let start = state * n + (a.first + i) * columns + b.first
              for j in 0..<8 { matrix[start + j] += part * b.values[j] }
            }
          }
        }
      }
    }
    let step = try Tensor(matrix, Shape(n, n), dtype: .float64)
    var law = (0..<n).map { state -> Double in
      let m = second[state % columns]
      return exp(-WavyWell.potential(q[state / columns]) - m * m / 2)
    }
    // The slowest mode relaxes in about 3/h steps.
    var vector = try Tensor(law, Shape(1, n), dtype: .float64)
    for _ in 0..<Int(30 / h) { vector = try vector.matmul(step) }
    law = try vector.doubles()
    let total = law.reduce(0, +)
    return law.indices.reduce(0.0) { $0 + law[$1] * q[$1 / columns] * q[$1 / columns] } / total
  }
}
