/// Derivatives against finite differences, for functions of the user's own.

extension DifferentiableFunction {
  /// How far a derivative may be from the finite differences.
  public struct Tolerance: Sendable {
    /// Half the distance of the two points whose difference is taken.
    public var step: Double
    public var absolute: Double
    public var relative: Double

    public init(step: Double = 1e-6, absolute: Double = 1e-5, relative: Double = 1e-3) {
      (self.step, self.absolute, self.relative) = (step, absolute, relative)
    }
  }

  /// Compares the Jacobian that backward passes give with central differences,
  /// |a − n| ≤ absolute + relative |n| for every entry.
  ///
  /// - Parameter inputs: those that require a gradient are varied; they must be float64.
  /// - Throws: `TensorError` with the worst entry.
  /// - Complexity: two calls of the function for each element of the inputs, a backward pass for each
  ///   element of the outputs.
  public func checkDerivatives(_ inputs: [Tensor], _ tolerance: Tolerance = Tolerance()) throws {
    let varied = try variedInputs(inputs)
    let partial = DifferentiableFunction(name) { arguments in
      var all = inputs
      for (place, index) in varied.enumerated() { all[index] = arguments[place] }
      return try body(all).filter(\.dtype.isFloating)
    }
    let points = varied.map { inputs[$0] }
    let found = try partial.jacobian(points)
    let again = try partial.jacobian(points)
    var worst: Entry?
    for (place, point) in points.enumerated() {
      let expected = try partial.differences(points, place, tolerance.step)
      guard expected.count == found.count else {
        throw TensorError(.value, name, "the function does not always give as many results")
      }
      for output in found.indices {
        let (rows, columns) = (expected[output].count, point.elementCount)
        let (a, b) = (try found[output][place].doubles(), try again[output][place].doubles())
        for row in 0..<rows {
          for column in 0..<columns {
            let value = a[row * columns + column]
            guard value == b[row * columns + column] || value.isNaN else {
              throw TensorError(.value, name, "two backward passes gave different derivatives")
            }
            let entry = Entry(
              input: varied[place], element: column, output: output, row: row, found: value,
              expected: expected[output][row][column], tolerance)
            if entry.excess > worst?.excess ?? 0 { worst = entry }
          }
        }
      }
    }
    guard let worst else { return }
    throw TensorError(.value, name, worst.described(inputs, try partial.body(points)))
  }

  /// The same for second derivatives: the function checked is the one from the inputs and the outputs'
  /// weights to the gradients.
  public func checkSecondDerivatives(_ inputs: [Tensor], _ tolerance: Tolerance = Tolerance())
    throws
  {
    let varied = try variedInputs(inputs)
    let probe = try GradientMode.with(true) { try body(inputs) }
    let tracked = probe.indices.filter { probe[$0].requiresGradient }
    let seeds = try DifferentiableFunction.weights(tracked.map { probe[$0] })
    let gradients = DifferentiableFunction(name) { all in
      let arguments = Array(all.prefix(inputs.count))
      let outputs = try body(arguments)
      let found = try Tensor.gradients(
        of: tracked.map { outputs[$0] }, withRespectTo: varied.map { arguments[$0] },
        seeds: Array(all.suffix(seeds.count)), createGraph: true)
      return found.compactMap { $0 }
    }
    try gradients.checkDerivatives(inputs + seeds, tolerance)
  }

  private func variedInputs(_ inputs: [Tensor]) throws -> [Int] {
    let varied = inputs.indices.filter { inputs[$0].requiresGradient }
    guard !varied.isEmpty else {
      throw TensorError(
        .graph, name, argument: "inputs", expected: "one that requires a gradient", got: "none")
    }
    for index in varied where inputs[index].dtype != .float64 {
      throw TensorError(
        .dtype, name, argument: "input \(index + 1)", expected: "float64",
        got: inputs[index].dtype.name)
    }
    return varied
  }

  /// For each output, for each of its elements, the difference quotients by each element of a point.
  private func differences(_ points: [Tensor], _ place: Int, _ step: Double) throws -> [[[Double]]]
  {
    let values = try points[place].doubles()
    var result: [[[Double]]] = []
    for element in values.indices {
      func outputs(_ offset: Double) throws -> [[Double]] {
        var moved = values
        moved[element] += offset
        var arguments = try points.map { try $0.detached().requiresGradient(true) }
        arguments[place] = try Tensor(moved, points[place].shape, dtype: .float64)
          .requiresGradient(true)
        return try GradientMode.with(true) { try body(arguments).map { try $0.doubles() } }
      }
      let (above, below) = (try outputs(step), try outputs(-step))
      if element == 0 { result = above.map { $0.map { _ in [] } } }
      for output in result.indices {
        for row in result[output].indices {
          result[output][row].append((above[output][row] - below[output][row]) / (2 * step))
        }
      }
    }
    if values.isEmpty { result = try body(points).map { try $0.doubles().map { _ in [] } } }
    return result
  }

  /// Fixed irregular weights, one for each element of the tensors.
  private static func weights(_ tensors: [Tensor]) throws -> [Tensor] {
    var count = 0.0
    return try tensors.map { tensor in
      let first = count
      count += Double(tensor.elementCount)
      return try Tensor.generated(tensor.shape, tensor.dtype, "gradgradcheck") {
        // The golden ratio's multiples are spread evenly over (0.5, 1.5).
        0.5 + ((first + Double($0) + 1) * 0.6180339887498949).truncatingRemainder(dividingBy: 1)
      }.requiresGradient(true)
    }
  }
}

/// One entry of a Jacobian, found and expected.
private struct Entry {
  let (input, element, output, row): (Int, Int, Int, Int)
  let (found, expected): (Double, Double)
  private let allowed: Double

  init(
    input: Int, element: Int, output: Int, row: Int, found: Double, expected: Double,
    _ tolerance: DifferentiableFunction.Tolerance
  ) {
    (self.input, self.element, self.output, self.row) = (input, element, output, row)
    (self.found, self.expected) = (found, expected)
    allowed = tolerance.absolute + tolerance.relative * expected.magnitude
  }

  /// How far it is beyond what is allowed; 0 for an entry within. NaN agrees with nothing.
  var excess: Double {
    if found == expected { return 0 }
    let error = (found - expected).magnitude
    return error <= allowed ? 0 : error.isNaN ? .infinity : error / max(allowed, 1e-300)
  }

  func described(_ inputs: [Tensor], _ outputs: [Tensor]) -> String {
    let place = Entry.position(element, inputs[input].shape)
    let target = Entry.position(row, outputs[output].shape)
    return """
      the derivative of output \(output + 1)\(target) by input \(input + 1)\(place) is wrong
        backward passes:     \(found)
        finite differences:  \(expected)
        error:               \((found - expected).magnitude) (allowed: \(allowed))
      """
  }

  /// "[2, 3]", counted from 1; nothing for a scalar.
  private static func position(_ element: Int, _ shape: Shape) -> String {
    var (rest, indices): (Int, [Int]) = (element, [])
    for extent in shape.array.reversed() {
      indices.append(rest % max(extent, 1) + 1)
      rest /= max(extent, 1)
    }
    return indices.isEmpty
      ? "" : "[" + indices.reversed().map(String.init).joined(separator: ", ") + "]"
  }
}
