/// What layers with a kernel over one to three spatial dimensions share: their options, checked.

internal import PenumbraTensor

/// The name and rank of such a layer, for its checks.
struct SpatialLayer {
  /// "Conv2d"
  let name: String
  let dimensions: Int

  /// - Throws: `TensorError` unless there are 1 to 3 dimensions.
  init(_ stem: String, _ dimensions: Int) throws {
    guard (1...3).contains(dimensions) else {
      throw TensorError(
        .value, stem, argument: "dimensions", expected: "1 to 3", got: "\(dimensions)")
    }
    (name, self.dimensions) = ("\(stem)\(dimensions)d", dimensions)
  }

  /// The layer of a weight of this shape.
  init(_ stem: String, weight shape: Shape) throws {
    guard (3...5).contains(shape.rank) else {
      throw TensorError(
        .shape, stem, argument: "weight",
        expected: "two dimensions of channels and 1 to 3 of places",
        got: "\(shape)")
    }
    try self.init(stem, shape.rank - 2)
  }

  /// One number for each dimension from one number for all, or one for each.
  func spread(_ given: Dimensions, _ argument: String, atLeast least: Int) throws -> Dimensions {
    guard given.rank == 1 || given.rank == dimensions else {
      throw TensorError(
        .shape, name, argument: argument,
        expected: dimensions == 1 ? "one number" : "one number or \(dimensions)",
        got: "\(given.rank)")
    }
    for value in given.array where value < least {
      throw TensorError(
        .value, name, argument: argument, expected: "at least \(least)", got: "\(value)")
    }
    return given.rank == dimensions ? given : Dimensions(repeating: given[0], rank: dimensions)
  }

  // MARK: Channels and parameters

  func requireChannels(_ input: Int, _ output: Int, groups: Int) throws {
    try requirePositive(input, name, "in")
    try requirePositive(output, name, "out")
    try requireGroups(groups, dividing: input, "the input channels")
    try requireGroups(groups, dividing: output, "the output channels")
  }

  func requireGroups(_ groups: Int, dividing channels: Int, _ what: String) throws {
    try requirePositive(groups, name, "groups")
    guard channels % groups == 0, groups <= max(channels, 1) else {
      throw TensorError(
        .value, name, argument: "groups", expected: "a divisor of \(what) (\(channels))",
        got: "\(groups)")
    }
  }

  /// The channels of all groups together.
  func channels(_ inGroup: Int, groups: Int) throws -> Int {
    let (count, overflow) = inGroup.multipliedReportingOverflow(by: groups)
    guard !overflow else {
      throw TensorError(.memory, name, "\(groups) groups of \(inGroup) channels are too many")
    }
    return count
  }

  func requireBias(_ shape: Shape?, _ channels: Int) throws {
    guard let shape, shape != [channels] else { return }
    throw TensorError(.shape, name, argument: "bias", expected: "[\(channels)]", got: "\(shape)")
  }

  func requireInput(_ input: Tensor, channels: Int) throws {
    let axis = input.rank - dimensions - 1
    guard axis == 0 || axis == 1, input.shape[axis] == channels else {
      let size = ["length", "height, width", "depth, height, width"][dimensions - 1]
      throw TensorError(
        .shape, name, argument: "input",
        expected: "[n, \(channels), \(size)] or [\(channels), \(size)]", got: "\(input.shape)")
    }
  }

  /// The weight [first, second, kernel...] and the bias [bias], uniform in ±1/√fan, where
  /// fan = second · kernel places.
  func parameters(
    _ first: Int, _ second: Int, kernel: Dimensions, bias: Int?, _ dtype: DType,
    using generator: Generator
  ) throws -> (weight: Module.Slot, bias: Module.Slot?) {
    let kernel = try spread(kernel, "kernel", atLeast: 1)
    let fan = kernel.array.reduce(Double(second)) { $0 * Double($1) }
    let bound = 1 / fan.squareRoot()
    func start(_ extents: [Int]) throws -> Module.Slot {
      let shape = try Shape(extents, operation: "\(name)")
      return try .parameter(generator.uniform(shape, low: -bound, high: bound, dtype: dtype))
    }
    return (try start([first, second] + kernel.array), try bias.map { try start([$0]) })
  }

  // MARK: Text

  /// The kernel's sizes of a weight [channels, channels, kernel...].
  static func kernel(of weight: Shape) -> Dimensions {
    var result = Dimensions()
    for index in 2..<weight.rank { result.append(weight[index]) }
    return result
  }

  /// "3" where all are equal, "[3, 5]" otherwise.
  static func text(_ numbers: Dimensions) -> String {
    numbers.array.allSatisfy { $0 == numbers[0] } ? "\(numbers[0])" : "\(numbers)"
  }

  /// `name=numbers`, or nothing where all are the default.
  static func part(_ name: String, _ numbers: Dimensions, unless standard: Int) -> [String] {
    numbers.array.allSatisfy { $0 == standard } ? [] : ["\(name)=\(text(numbers))"]
  }
}
