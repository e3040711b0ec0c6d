/// The plain optimisers against PyTorch, 100 steps in float64.

import Glibc
import PenumbraOptim
import PenumbraTensor
import Testing

struct TorchTrajectoryTests {
  typealias Make = @Sendable (Tensor) throws -> any Optimizer

  static let cases: [(String, Make)] = [
    ("sgd", { try SGD([$0], learningRate: 0.05) }),
    ("sgd_decay", { try SGD([$0], learningRate: 0.05, weightDecay: 0.1) }),
    (
      "sgd_momentum",
      { try SGD([$0], learningRate: 0.02, momentum: 0.9, dampening: 0.3, weightDecay: 0.01) }
    ),
    ("sgd_nesterov", { try SGD([$0], learningRate: 0.02, momentum: 0.8, nesterov: true) }),
    ("adam", { try Adam([$0], learningRate: 0.03) }),
    (
      "adam_gan",
      {
        try Adam(
          [$0], learningRate: 0.02, beta1: 0.5, beta2: 0.9, epsilon: 1e-6, weightDecay: 0.05)
      }
    ),
    ("rmsprop", { try RMSprop([$0], learningRate: 0.01) }),
    (
      "rmsprop_momentum",
      {
        try RMSprop(
          [$0], learningRate: 0.01, alpha: 0.9, epsilon: 1e-6, weightDecay: 0.02, momentum: 0.7)
      }
    ),
    (
      "rmsprop_centered",
      { try RMSprop([$0], learningRate: 0.01, alpha: 0.95, momentum: 0.5, centered: true) }
    ),
  ]

  @Test(arguments: cases.indices)
  func followsPyTorch(_ index: Int) throws {
    let (name, make) = TorchTrajectoryTests.cases[index]
    let expected = try TorchTrajectoryTests.fixture()[name] ?? [:]
    #expect(expected.count == 6)
    let theta = try Tensor.leaf((0..<6).map { 1 - Double($0) / 4 }, Shape(6))
    let optimizer = try make(theta)
    for t in 1...100 {
      let gradient = try theta.doubles().enumerated().map { i, value in
        Double(i + 1) / 2 * value + sin(0.3 * Double(t) + Double(i))
      }
      theta.gradient = try Tensor(gradient, Shape(6), dtype: .float64)
      try optimizer.step()
      if let values = expected[t] {
        #expect(distance(try theta.doubles(), values) <= 1e-12, "\(name) at step \(t)")
      }
    }
  }

  /// case → step → the parameters after it
  static func fixture() throws -> [String: [Int: [Double]]] {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let file = try #require(fopen("/\(folder)/Fixtures/torch_trajectories.txt", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    var result: [String: [Int: [Double]]] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      let step = try #require(Int(fields[1]))
      result[String(fields[0]), default: [:]][step] = try fields.dropFirst(2).map {
        try #require(Double($0))
      }
    }
    return result
  }
}
