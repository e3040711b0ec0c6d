/// Diffusion to steps t that are given, or drawn for each example, as Diffusion-GAN does.

public import PenumbraTensor

/// Which steps of a diffusion the examples reach.
public enum DiffusionSteps {
  /// All the same, or [n] int64, one for each example; each from 0 to T.
  case given(Tensor)
  /// Each drawn: t = 0 with probability `clean`, else from 1 to the greatest step.
  case drawn(DiffusionStepLaw, clean: Double)
}

/// How steps are drawn from 1 to T.
public enum DiffusionStepLaw: String, Sendable, CaseIterable {
  /// All alike.
  case uniform
  /// p(t) ∝ t: the noisiest most often. Diffusion-GAN's "priority".
  case priority
}

/// y[i] = √ᾱ_t x[i] + √(1 − ᾱ_t) s ε[i] with t = t[i].
///
/// x: [n, ...]. `times` are the steps [n] of the last call, so that the discriminator can be told them.
/// The strength is that of the greatest step, √(1 − ᾱ_T'); set to σ, the greatest step becomes the last one
/// T' with √(1 − ᾱ_T') ≤ σ, for given steps too, which are cut off there. Source: Wang et al. 2023,
/// "Diffusion-GAN", where T' follows the discriminator's overfitting.
public final class DiffusionStepsBlur: Filter {
  public let process: DiffusionProcess
  /// s, the noise's own standard deviation.
  public let noise: Double
  /// T', from 0 to the process's T.
  public private(set) var greatestStep: Int
  public private(set) var steps: DiffusionSteps
  /// The steps of the last call, int64 [n]; nil before the first.
  public private(set) var times: Tensor?
  private let generator: Generator
  private let table: Tensor

  /// - Throws: `TensorError` (value, shape, dtype) for steps or numbers out of range.
  public init(
    _ process: DiffusionProcess, steps: DiffusionSteps, noise: Double = 1,
    using generator: Generator
  ) throws {
    try checkSigma(noise, "blur.diffusion", "noise")
    (self.process, self.noise, self.generator) = (process, noise, generator)
    (self.steps, greatestStep) = (steps, process.steps)
    table = try Tensor(process.alphaBars, [process.steps + 1], dtype: .float64)
    try set(steps)
  }

  /// Changes which steps the examples reach.
  public func set(_ steps: DiffusionSteps) throws {
    switch steps {
    case .given(let t):
      guard t.dtype == .int64, t.rank <= 1 else {
        throw TensorError(
          .shape, "blur.diffusion", argument: "t", expected: "int64 [] or [n]",
          got: "\(t.dtype) \(t.shape)")
      }
      if let bad = try t.integers().first(where: { !(0...Int64(process.steps)).contains($0) }) {
        throw TensorError(
          .value, "blur.diffusion", argument: "t", expected: "steps from 0 to \(process.steps)",
          got: "\(bad)")
      }
    case .drawn(_, let clean):
      guard clean >= 0, clean <= 1 else {
        throw TensorError(
          .value, "blur.diffusion", argument: "clean", expected: "a number from 0 to 1",
          got: text(clean))
      }
    }
    self.steps = steps
  }

  /// Changes T'.
  ///
  /// - Throws: `TensorError` (value) unless it is from 0 to T.
  public func set(greatestStep: Int) throws {
    guard (0...process.steps).contains(greatestStep) else {
      throw TensorError(
        .value, "blur.diffusion", argument: "max_t", expected: "0 to \(process.steps)",
        got: "\(greatestStep)")
    }
    self.greatestStep = greatestStep
  }

  public var domain: FilterDomain { .density }
  public var isLinear: Bool { false }

  public var sigma: Strength { .number(process.strength(greatestStep)) }

  public func setSigma(_ value: Strength) throws {
    guard case .number(let number) = value else {
      throw TensorError(
        .value, "blur.diffusion", argument: "sigma",
        expected: "a number, which chooses the greatest step", got: "\(value)")
    }
    try checkSigma(number, "blur.diffusion")
    greatestStep = process.step(sigma: number)
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    let name = "blur.diffusion"
    try x.requireFloating(name)
    guard x.rank > 0 else {
      throw TensorError(.shape, name, argument: "input", expected: "[n, ...]", got: "\(x.shape)")
    }
    let t = try times(x.shape[0])
    times = t
    if greatestStep == 0 { return x }
    let alphaBar = try table.indexSelect(0, t)
    let kept = try alphaBar.sqrt().aligned(with: x, name, "t")
    let share = try alphaBar.subtracted(from: 1).sqrt().aligned(with: x, name, "t")
    return try x.mul(kept).add(generator.normal(x.shape, std: noise, dtype: x.dtype).mul(share))
  }

  /// ᾱ at the steps of the last call, float64 [n]; nil before the first.
  public func alphaBar() throws -> Tensor? { try times.map { try table.indexSelect(0, $0) } }

  private func times(_ count: Int) throws -> Tensor {
    let greatest = Double(greatestStep)
    switch steps {
    case .given(let t):
      guard t.rank == 0 || t.shape[0] == count else {
        throw TensorError(
          .shape, "blur.diffusion", argument: "t", expected: "[] or [\(count)]", got: "\(t.shape)")
      }
      return try t.clamp(minimum: 0, maximum: greatest).to(.int64).expand(to: [count]).copied()
    case .drawn(let law, let clean):
      let u = try generator.uniform([count], dtype: .float64)
      let places =
        switch law {
        case .uniform: try u.mul(greatest)
        // t is the least with t (t + 1) / 2 > u T (T + 1) / 2.
        case .priority:
          try u.mul(4 * greatest * (greatest + 1)).add(1).sqrt().sub(1).mul(0.5)
        }
      let t = try places.floor().add(1).clamp(minimum: 0, maximum: greatest)
      guard clean > 0 else { return try t.to(.int64) }
      let isDirty = try generator.uniform([count], dtype: .float64).ge(clean)
      return try t.mul(isDirty.to(.float64)).to(.int64)
    }
  }

  public var description: String {
    let how =
      switch steps {
      case .given(let t): t.rank == 0 ? "t=\((try? t.integerItem()) ?? 0)" : "t \(t.shape)"
      case .drawn(let law, _): "t \(law.rawValue) up to \(greatestStep)"
      }
    return "diffusion(\(process), \(how)), of the density"
  }
}
