/// What a distribution is given: a number, or a tensor with a value for each element.

/// A parameter of a distribution.
public enum DistributionParameter {
  case number(Double)
  case tensor(Tensor)

  /// As a tensor of a type, inside the graph.
  func tensor(_ dtype: DType) throws -> Tensor {
    switch self {
    case .number(let value): try Tensor.scalar(value, dtype: dtype)
    case .tensor(let tensor): try tensor.to(dtype)
    }
  }

  /// Whether derivatives with respect to it are wanted.
  var isDifferentiated: Bool {
    if case .tensor(let tensor) = self { Tensor.isRecording(tensor) } else { false }
  }
}

extension DistributionParameter: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
}

/// A parameter as one operation names and demands it.
struct CheckedParameter {
  let name: String
  let value: DistributionParameter
  let demand: Demand

  init(_ name: String, _ value: DistributionParameter, _ demand: Demand) {
    (self.name, self.value, self.demand) = (name, value, demand)
  }

  /// What every element must be.
  struct Demand: Sendable {
    let text: String
    let holds: @Sendable (Double) -> Bool

    static let finite = Demand(text: "finite numbers") { $0.isFinite }
    static let notNaN = Demand(text: "numbers") { !$0.isNaN }
    static let positive = Demand(text: "finite numbers > 0") { $0 > 0 && $0.isFinite }
    static let nonNegative = Demand(text: "finite numbers ≥ 0") { $0 >= 0 && $0.isFinite }
    static let probability = Demand(text: "probabilities, 0 ... 1") { $0 >= 0 && $0 <= 1 }
    static let positiveProbability = Demand(text: "probabilities, 0 < p ≤ 1") { $0 > 0 && $0 <= 1 }
    /// Doubles count exactly as far as this.
    static let rate = Demand(text: "numbers from 0 to 2^52") { $0 >= 0 && $0 <= 0x1p52 }
    static let count = Demand(text: "whole numbers from 0 to 2^52") {
      $0 >= 0 && $0 <= 0x1p52 && $0 == $0.rounded()
    }
  }

  /// The elements in float64, outside the graph: all of one shape, or one for all.
  func elements(_ operation: StaticString) throws -> Tensor {
    let tensor = try GradientMode.with(false) {
      try value.tensor(.float64).contiguousValues()
    }
    let start = tensor.doublesPointer
    for index in 0..<tensor.elementCount where !demand.holds(start[index]) {
      throw TensorError(
        .value, "\(operation)", argument: name, expected: demand.text, got: "\(start[index])")
    }
    return tensor
  }
}
