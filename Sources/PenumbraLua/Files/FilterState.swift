/// What a checkpoint keeps of a blur filter: its strength, or its parts' strengths.

internal import PenumbraBlur
internal import PenumbraData
internal import PenumbraTensor

enum FilterState {
  /// A filter of another make than that of the file.
  struct Mismatch: Error {
    let expected: String
    let got: String
  }

  static func value(of object: FilterObject) throws -> Checkpoint.Value {
    if !object.parts.isEmpty { return .list(try object.parts.map { try value(of: $0) }) }
    switch object.filter.sigma {
    case .number(let sigma): return .number(sigma)
    case .tensor(let sigma): return .tensor(sigma.detached())
    }
  }

  /// Gives a filter the strength of a state; returns what would put the old one back.
  static func fill(_ object: FilterObject, _ state: Checkpoint.Value) throws -> () throws -> Void {
    switch (state, object.filter.sigma) {
    case (.list(let states), _) where states.count == object.parts.count:
      let undo = try zip(object.parts, states).map { try fill($0, $1) }
      return { for step in undo.reversed() { try step() } }
    case (.number(let sigma), let old) where object.parts.isEmpty:
      try object.filter.setSigma(.number(sigma))
      return { try object.filter.setSigma(old) }
    case (.tensor(let sigma), .tensor(let own))
    where object.parts.isEmpty && sigma.shape == own.shape && sigma.dtype == own.dtype:
      let old = try own.detached().clone()
      let copy = { (source: Tensor) in
        _ = try GradientMode.with(false) { try own.copy(from: source) }
      }
      try copy(sigma)
      return { try copy(old) }
    default:
      throw Mismatch(expected: "a filter with \(described(state))", got: "\(object.filter)")
    }
  }

  private static func described(_ state: Checkpoint.Value) -> String {
    switch state {
    case .list(let parts): "\(parts.count) parts"
    case .number(let sigma): "sigma \(sigma)"
    case .tensor(let sigma): "sigma \(sigma.dtype) \(sigma.shape)"
    default: "another state"
    }
  }
}
