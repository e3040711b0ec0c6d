/// Filters that make copies of the batch, found inside other filters.

public import PenumbraTensor

extension Filter {
  /// The filters that this one is made of.
  var parts: [any Filter] {
    switch self {
    case let composed as ComposedFilter: composed.filters
    case let space as SpaceFilter: [space.filter]
    default: []
    }
  }

  /// The smears among the parts, this one included.
  var copiers: [SmearBlur] {
    if let smear = self as? SmearBlur { return [smear] }
    return parts.flatMap(\.copiers)
  }

  /// The one smear in this filter.
  private func copier(_ operation: String) throws -> SmearBlur {
    let copiers = copiers
    guard let smear = copiers.first, copiers.count == 1 else {
      throw TensorError(
        .value, operation, expected: "a filter with one smear, which makes copies",
        got: "\(copiers.count) in \(self)")
    }
    return smear
  }

  /// The mean of losses, or of outputs, over the copies that this filter makes, with the weights of
  /// sigma points. values: [K, ...] → [...]
  ///
  /// - Throws: `TensorError` (value) unless there is exactly one smear in it; (shape) unless there are as
  ///   many values as copies.
  public func average(_ values: Tensor) throws -> Tensor {
    try copier("blur.average").average(values)
  }

  /// The weights of so many copies, of sum 1; see `SmearBlur.weights`.
  public func weights(copies: Int) throws -> [Double] {
    try copier("blur.weights").weights(copies: copies)
  }
}
