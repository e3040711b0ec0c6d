/// Resampling along one dimension: which samples make an output, and with which weights.

/// The linear map from `input` samples to `output` samples.
struct AxisResampling: Sendable {
  let input: Int
  let output: Int
  private let mode: InterpolationMode
  private let alignsCorners: Bool
  /// Input samples from one output to the next.
  private let step: Double

  /// - Parameter scale: outputs an input sample, where it is not output / input.
  init(
    _ mode: InterpolationMode, from input: Int, to output: Int, scale: Double?,
    _ alignsCorners: Bool
  ) {
    (self.mode, self.input, self.output, self.alignsCorners) = (mode, input, output, alignsCorners)
    if alignsCorners {
      step = output > 1 ? Double(input - 1) / Double(output - 1) : 0
    } else {
      step = scale.map { 1 / $0 } ?? Double(input) / Double(output)
    }
  }

  /// Whether every output is the input of its place. In an unchanged extent the linear modes and the
  /// mean take it so whatever the scale, as PyTorch does.
  var isIdentity: Bool {
    guard input == output else { return false }
    switch mode {
    case .linear, .bilinear, .trilinear, .area: return true
    case .nearest, .nearestExact, .bicubic: return step == 1
    }
  }

  /// Adds the samples of output `j` and their weights to the lists.
  func appendTaps(of j: Int, _ positions: inout [Int], _ weights: inout [Double]) {
    func take(_ position: Int, _ weight: Double) {
      positions.append(min(max(position, 0), input - 1))
      weights.append(weight)
    }
    switch mode {
    case .nearest:
      // In single precision, as PyTorch: products that fall short of a whole number by rounding
      // reach it.
      take(position(Double(Float(Double(j) * step))), 1)
    case .nearestExact:
      take(position(Double(Float(max(centre(j), 0) + 0.5))), 1)
    case .linear, .bilinear, .trilinear:
      let at = alignsCorners ? Double(j) * step : max(centre(j), 0)
      let first = min(position(at), input - 1)
      let share = min(max(at - Double(first), 0), 1)
      take(first, 1 - share)
      if share > 0 { take(first + 1, share) }
    case .bicubic:
      let at = alignsCorners ? Double(j) * step : centre(j)
      let first = position(at)
      for (index, weight) in AxisResampling.cubic(at - Double(first)).enumerated() {
        take(first + index - 1, weight)
      }
    case .area:
      let low = j.multipliedFullWidth(by: input)
      let first = output.dividingFullWidth(low).quotient
      let next = (j + 1).multipliedFullWidth(by: input)
      let (quotient, remainder) = output.dividingFullWidth(next)
      let last = remainder == 0 ? quotient : quotient + 1
      let weight = 1 / Double(last - first)
      for position in first..<last { take(position, weight) }
    }
  }

  /// Where the centre of output `j` lies among the inputs.
  private func centre(_ j: Int) -> Double { (Double(j) + 0.5) * step - 0.5 }

  /// ⌊x⌋, held to what an integer can be.
  private func position(_ x: Double) -> Int { Int(min(max(x.rounded(.down), -1e15), 1e15)) }

  /// Keys' weights (1981) of the four samples about a point `t` behind the second.
  private static func cubic(_ t: Double) -> [Double] {
    let a = -0.75
    func near(_ x: Double) -> Double { ((a + 2) * x - (a + 3)) * x * x + 1 }
    func far(_ x: Double) -> Double { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
    return [far(t + 1), near(t), near(1 - t), far(2 - t)]
  }
}
