/// Elements combined at positions given by an integer tensor: sums, products, means, extremes.

/// How `scatterReduce` combines what meets in one place; the raw values are PyTorch's names.
public enum ScatterReduction: String, Sendable, CaseIterable {
  case sum
  case product = "prod"
  case mean
  case maximum = "amax"
  case minimum = "amin"
}

extension Tensor {
  /// A copy in which each place [index[i][j]][j]... (for dimension 1, and so on) holds the sum,
  /// product, mean, maximum or minimum of the sources source[i][j]... that meet there and, unless
  /// `includeSelf` is false, of the old value. Places that no source goes to keep theirs.
  ///
  /// Equal extremes share the derivative; that of a product holds at zeros, too. NaN stays.
  /// - Parameters: as those of `scatterAdd`.
  public func scatterReduce(
    _ dimension: Int, _ index: Tensor, _ source: Tensor, _ reduction: ScatterReduction,
    includeSelf: Bool = true
  ) throws -> Tensor {
    if rank == 0 {
      return try asVector {
        try $0.scatterReduce(
          dimension, index.atLeast(1), source.atLeast(1), reduction, includeSelf: includeSelf)
      }
    }
    let (places, part) = try scattered(dimension, index, source, "scatter_reduce")
    let base = try includeSelf ? self : fillingSlices(reduction.neutral(dtype), at: places)
    switch reduction {
    case .sum: return try base.addingSlices(part, at: places)
    case .mean: return try base.mean(with: part, at: places, includeSelf: includeSelf)
    case .product: return try base.product(with: part, at: places)
    case .maximum: return try base.extreme(.maximum, with: part, at: places)
    case .minimum: return try base.extreme(.minimum, with: part, at: places)
    }
  }

  private func mean(with part: Tensor, at places: SlicePlaces, includeSelf: Bool) throws -> Tensor {
    guard dtype != .bool else {
      throw TensorError(
        .dtype, "scatter_reduce", argument: "reduce", expected: "numbers for a mean",
        got: dtype.name)
    }
    let wide: DType = dtype.isFloating ? .float64 : .int64
    let counts = try GradientMode.with(false) {
      let own = try Tensor.full(shape, 1, dtype: wide)
      return try (includeSelf ? own : own.fillingSlices(0, at: places))
        .addingSlices(Tensor.full(part.shape, 1, dtype: wide), at: places)
    }
    if dtype.isFloating { return try addingSlices(part, at: places).div(counts.to(dtype)) }
    return try to(wide).addingSlices(part.to(wide), at: places).floorDivide(counts).to(dtype)
  }

  private func product(with part: Tensor, at places: SlicePlaces) throws -> Tensor {
    guard Tensor.isRecording(self, part) else {
      let result = try copied()
      Backend.combineSlices(
        .product, try part.contiguousValues(), places.positions, places.layout, into: result)
      return result
    }
    let groups = PlaceGroups(places)
    let products = try groups.products(part.reshape(Shape(part.elementCount)))
    let factors = try Tensor.full(shape, 1, dtype: dtype)
      .replacingSlices(products, at: groups.targets(places))
    return try mul(factors)
  }

  private func extreme(
    _ how: SliceCombination, with part: Tensor, at places: SlicePlaces
  ) throws -> Tensor {
    let result = try copied()
    Backend.combineSlices(
      how, try part.contiguousValues(), places.positions, places.layout, into: result)
    guard Tensor.isRecording(self, part) else { return result }
    let (shareOfSelf, shareOfPart) = try GradientMode.with(false) {
      let mine = try eq(result).to(dtype)
      let theirs = try part.eq(result.slices(at: places, part.shape)).to(dtype)
      let winners = try mine.addingSlices(theirs, at: places).maximum(1)
      return (try mine.div(winners), try theirs.div(winners.slices(at: places, part.shape)))
    }
    return try result.recorded("scatter_reduce", self, part) { gradient, into in
      try into(0) { try gradient.mul(shareOfSelf) }
      try into(1) { try gradient.slices(at: places, shareOfPart.shape).mul(shareOfPart) }
    }
  }
}

extension ScatterReduction {
  /// The value that changes no other one.
  fileprivate func neutral(_ dtype: DType) -> Double {
    switch self {
    case .sum, .mean: 0
    case .product: 1
    case .maximum: dtype == .bool ? 0 : -.infinity
    case .minimum: dtype == .bool ? 1 : .infinity
    }
  }
}

/// Elements sorted by the place they go to, for products whose derivatives divide by nothing.
private struct PlaceGroups {
  /// The elements, those of one place next to each other.
  private var order: [Int64] = []
  /// How many elements each group has.
  private var sizes: [Int] = []
  private var places: [Int64] = []

  init(_ places: SlicePlaces) {
    let positions = places.positions.int64s
    order = (0..<places.positions.elementCount).map(Int64.init)
    order.sort { (positions[Int($0)], $0) < (positions[Int($1)], $1) }
    for element in order {
      let place = positions[Int(element)]
      if self.places.last == place {
        sizes[sizes.count - 1] += 1
      } else {
        self.places.append(place)
        sizes.append(1)
      }
    }
  }

  /// Where the groups go, in order.
  func targets(_ places: SlicePlaces) throws -> SlicePlaces {
    SlicePlaces(
      operation: places.operation, layout: places.layout,
      positions: try Tensor(self.places, [self.places.count]))
  }

  /// Each group's product, by halves: pairs of neighbours are multiplied until one number is left.
  ///
  /// - Complexity: O(n) multiplications in O(log of the greatest group) steps.
  func products(_ values: Tensor) throws -> Tensor {
    var (rest, order, sizes) = (values, order, sizes)
    while sizes.contains(where: { $0 > 1 }) {
      var (left, right, single, next) = ([Int64](), [Int64](), [Int64](), [(Bool, Int)]())
      var start = 0
      for group in sizes.indices {
        let size = sizes[group]
        for pair in 0..<(size / 2) {
          next.append((true, left.count))
          left.append(order[start + 2 * pair])
          right.append(order[start + 2 * pair + 1])
        }
        if size % 2 == 1 {
          next.append((false, single.count))
          single.append(order[start + size - 1])
        }
        start += size
        sizes[group] = (size + 1) / 2
      }
      func part(_ list: [Int64]) throws -> Tensor {
        try rest.indexSelect(0, Tensor(list, [list.count]))
      }
      order = next.map { Int64($0.0 ? $0.1 : left.count + $0.1) }
      rest = try Tensor.cat([part(left).mul(part(right)), part(single)])
    }
    return try rest.indexSelect(0, Tensor(order, [order.count]))
  }
}
