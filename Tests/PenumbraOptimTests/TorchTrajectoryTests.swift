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
    (
      "sgd_maximize",
      { try SGD([$0], learningRate: 0.004, momentum: 0.5, weightDecay: 0.1, maximize: true) }
    ),
    ("adam", { try Adam([$0], learningRate: 0.03) }),
    (
      "adam_gan",
      {
        try Adam(
          [$0], learningRate: 0.02, beta1: 0.5, beta2: 0.9, epsilon: 1e-6, weightDecay: 0.05)
      }
    ),
    (
      "adam_amsgrad",
      {
        try Adam(
          [$0], learningRate: 0.02, beta1: 0.8, beta2: 0.6, weightDecay: 0.03, amsgrad: true)
      }
    ),
    ("adam_maximize", { try Adam([$0], learningRate: 0.01, maximize: true) }),
    ("adamw", { try AdamW([$0], learningRate: 0.03) }),
    (
      "adamw_decay",
      { try AdamW([$0], learningRate: 0.03, beta1: 0.7, beta2: 0.95, weightDecay: 0.3) }
    ),
    (
      "adamw_amsgrad",
      {
        try AdamW(
          [$0], learningRate: 0.03, beta1: 0.7, beta2: 0.6, weightDecay: 0.1, amsgrad: true)
      }
    ),
    ("adamax", { try Adamax([$0]) }),
    (
      "adamax_decay",
      {
        try Adamax(
          [$0], learningRate: 0.03, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.1)
      }
    ),
    ("nadam", { try NAdam([$0]) }),
    (
      "nadam_decay",
      {
        try NAdam(
          [$0], learningRate: 0.02, beta1: 0.8, beta2: 0.9, weightDecay: 0.1, momentumDecay: 0.02)
      }
    ),
    (
      "nadam_decoupled",
      { try NAdam([$0], learningRate: 0.02, weightDecay: 0.2, decoupledWeightDecay: true) }
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
    ("adagrad", { try Adagrad([$0], learningRate: 0.1) }),
    (
      "adagrad_decay",
      {
        try Adagrad(
          [$0], learningRate: 0.2, rateDecay: 0.05, weightDecay: 0.1, initialSum: 0.3, epsilon: 1e-4
        )
      }
    ),
    ("adadelta", { try Adadelta([$0]) }),
    (
      "adadelta_decay",
      { try Adadelta([$0], learningRate: 0.7, rho: 0.8, epsilon: 1e-3, weightDecay: 0.1) }
    ),
    ("rprop", { try Rprop([$0]) }),
    (
      "rprop_options",
      { try Rprop([$0], learningRate: 0.05, etas: (0.4, 1.5), stepSizes: (1e-3, 0.1)) }
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
      let gradient = TorchTrajectoryTests.gradient(try theta.doubles(), t)
      theta.gradient = try Tensor(gradient, Shape(6), dtype: .float64)
      try optimizer.step()
      if let values = expected[t] {
        #expect(distance(try theta.doubles(), values) <= 1e-12, "\(name) at step \(t)")
      }
    }
  }

  /// The loops over float32 are those over float64: ten steps differ by no more than roundings.
  @Test(arguments: cases.indices)
  func singlePrecisionIsClose(_ index: Int) throws {
    let (name, make) = TorchTrajectoryTests.cases[index]
    let start = (0..<6).map { 1 - Double($0) / 4 }
    let leaves = try [DType.float32, .float64].map {
      try Tensor.leaf(start, Shape(6), dtype: $0)
    }
    let optimizers = try leaves.map(make)
    for t in 1...10 {
      for (theta, optimizer) in zip(leaves, optimizers) {
        let gradient = TorchTrajectoryTests.gradient(try theta.doubles(), t)
        theta.gradient = try Tensor(gradient, Shape(6), dtype: theta.dtype)
        try optimizer.step()
      }
    }
    #expect(distance(try leaves[0].doubles(), try leaves[1].doubles()) < 3e-6, "\(name)")
  }

  /// Two groups with settings of their own, one of which changes on the way; a third comes at step 20.
  @Test func groupsFollowPyTorch() throws {
    let expected = try TorchTrajectoryTests.fixture()["groups"] ?? [:]
    let start = (0..<6).map { 1 - Double($0) / 4 }
    let parts = try [start[0..<2], start[2..<5], start[5..<6]].map {
      try Tensor.leaf(Array($0), Shape($0.count))
    }
    var rule = AdamRule.standard
    rule.learningRate = 0.03
    var (first, second) = (rule, rule)
    first.learningRate = 0.01
    (second.weightDecay, second.beta1, second.beta2) = (0.1, 0.5, 0.9)
    let optimizer = try Adam(
      groups: [ParameterGroup([parts[0]], first), ParameterGroup([parts[1]], second)],
      defaults: rule)
    for t in 1...100 {
      if t == 20 { try optimizer.addGroup([parts[2]], [(name: "eps", values: [1e-3])]) }
      if t == 30 { try optimizer.set("lr", to: [0.005], inGroup: 0) }
      let gradient = TorchTrajectoryTests.gradient(try parts.flatMap { try $0.doubles() }, t)
      for (part, range) in zip(parts, [0..<2, 2..<5, 5..<6]) {
        part.gradient = try Tensor(Array(gradient[range]), Shape(range.count), dtype: .float64)
      }
      try optimizer.step()
      if let values = expected[t] {
        #expect(distance(try parts.flatMap { try $0.doubles() }, values) <= 1e-12, "step \(t)")
      }
    }
  }

  static let searches: [(String, Make)] = [
    ("lbfgs", { try LBFGS([$0], learningRate: 0.1, maxIterations: 4) }),
    ("lbfgs_short", { try LBFGS([$0], learningRate: 0.2, maxIterations: 5, historySize: 3) }),
    (
      "lbfgs_wolfe",
      { try LBFGS([$0], learningRate: 1, maxIterations: 2, lineSearch: .strongWolfe) }
    ),
    (
      "lbfgs_wolfe_short",
      {
        var settings = LBFGS.Settings()
        (settings.learningRate, settings.maxIterations, settings.maxEvaluations) = (0.5, 3, 4)
        (settings.historySize, settings.lineSearch) = (2, .strongWolfe)
        settings.gradientTolerance = 1e-3
        return try LBFGS([$0], settings)
      }
    ),
  ]

  @Test(arguments: searches.indices)
  func quasiNewtonFollowsPyTorch(_ index: Int) throws {
    let (name, make) = TorchTrajectoryTests.searches[index]
    let expected = try TorchTrajectoryTests.fixture()[name] ?? [:]
    #expect(expected.count == 6)
    let theta = try Tensor.leaf((0..<6).map { 0.4 - Double($0) / 4 }, Shape(6))
    let optimizer = try make(theta)
    for t in 1...100 {
      try optimizer.step {
        optimizer.zeroGradients()
        let loss = try name.contains("wolfe") ? theta.rosenbrock() : theta.quartic()
        try loss.backward()
        return loss
      }
      if let values = expected[t] {
        #expect(distance(try theta.doubles(), values) <= 1e-12, "\(name) at step \(t)")
      }
    }
  }

  static func gradient(_ theta: [Double], _ t: Int) -> [Double] {
    theta.enumerated().map { i, value in
      Double(i + 1) / 2 * value + sin(0.3 * Double(t) + Double(i))
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

extension Tensor {
  /// Σ (i + 1)/2 x_i² + Σ (x_{i+1} − x_i − 1)⁴
  func quartic() throws -> Tensor {
    let n = elementCount
    let weights = try Tensor((1...n).map { Double($0) / 2 }, Shape(n), dtype: .float64)
    let (left, right) = (
      try narrow(0, start: 0, count: n - 1), try narrow(0, start: 1, count: n - 1)
    )
    return try weights.mul(square()).sum().add(right.sub(left).sub(1).square().square().sum())
  }

  /// Σ 10 (x_{i+1} − x_i²)² + (1 − x_i)²
  func rosenbrock() throws -> Tensor {
    let n = elementCount
    let (left, right) = (
      try narrow(0, start: 0, count: n - 1), try narrow(0, start: 1, count: n - 1)
    )
    return try right.sub(left.square()).square().mul(10).add(left.sub(1).square()).sum()
  }
}
