/// Derivatives of functions of tensors: products with the Jacobian and the Hessian, and these themselves.

/// A function of tensors and how it is to be differentiated.
///
/// An input becomes a leaf of its own, so the caller's tensors and their gradients stay as they are;
/// with `createGraph` it stays part of the graph that the caller's tensor belongs to, and the results
/// can be differentiated with respect to it and to whatever else the function uses.
public struct DifferentiableFunction {
  public typealias Body = ([Tensor]) throws -> [Tensor]

  let name: String
  let createGraph: Bool
  /// Whether an output that does not depend on an input is an error instead of a derivative of zero.
  let isStrict: Bool
  let body: Body

  /// - Parameter name: what errors call the operation.
  public init(
    _ name: String, createGraph: Bool = false, isStrict: Bool = false, _ body: @escaping Body
  ) {
    (self.name, self.createGraph, self.isStrict) = (name, createGraph, isStrict)
    self.body = body
  }

  /// Outputs f(x) and vᵀ J, one product for each input, of its shape.
  ///
  /// - Parameter vectors: of the outputs' shapes; may be left out for one output with one element.
  /// - Throws: `TensorError` when shapes do not fit; what the function throws.
  public func vectorJacobianProduct(_ inputs: [Tensor], _ vectors: [Tensor]? = nil) throws
    -> (outputs: [Tensor], products: [Tensor])
  {
    try recording {
      let (leaves, outputs) = try evaluated(inputs)
      let seeds = try checked(vectors, like: outputs, "output")
      let products = try derivatives(of: outputs, leaves, seeds, createGraph: createGraph)
      return (finished(outputs), finished(products))
    }
  }

  /// Outputs f(x) and J v, one product for each output, of its shape.
  ///
  /// vᵀ J is linear in v, and its derivative with respect to v, applied to w, is J w.
  ///
  /// - Parameter vectors: of the inputs' shapes; may be left out for one input with one element.
  public func jacobianVectorProduct(_ inputs: [Tensor], _ vectors: [Tensor]? = nil) throws
    -> (outputs: [Tensor], products: [Tensor])
  {
    try recording {
      let (leaves, outputs) = try evaluated(inputs)
      let directions = try checked(vectors, like: leaves, "input")
      let covectors = try outputs.map {
        try Tensor.zeros($0.shape, dtype: $0.dtype).requiresGradient(true)
      }
      let transposed = try derivatives(of: outputs, leaves, covectors, createGraph: true)
      let products = try derivatives(
        of: transposed, covectors, directions, createGraph: createGraph, checks: false)
      return (finished(outputs), finished(products))
    }
  }

  /// ∂output/∂input for each output and input, of shape output.shape + input.shape.
  ///
  /// - Complexity: a backward pass for each element of the outputs.
  public func jacobian(_ inputs: [Tensor]) throws -> [[Tensor]] {
    try recording {
      let (leaves, outputs) = try evaluated(inputs)
      return try outputs.map { output in finished(try jacobian(of: output, leaves)) }
    }
  }

  /// ∂²f/∂input∂input' for each pair of inputs, of shape input.shape + input'.shape; f has one output
  /// with one element.
  ///
  /// - Complexity: a backward pass for each element of the inputs.
  public func hessian(_ inputs: [Tensor]) throws -> [[Tensor]] {
    try recording {
      let (leaves, output) = try evaluatedScalar(inputs)
      let gradients = try derivatives(of: [output], leaves, nil, createGraph: true)
      return try gradients.map { finished(try jacobian(of: $0, leaves)) }
    }
  }

  /// f(x) and H v, one product for each input; `vectors` are of the inputs' shapes.
  public func hessianVectorProduct(_ inputs: [Tensor], _ vectors: [Tensor]? = nil) throws
    -> (output: Tensor, products: [Tensor])
  {
    var value: Tensor?
    let gradient = DifferentiableFunction(name, createGraph: createGraph, isStrict: isStrict) {
      let output = try scalar(body($0))
      value = output
      return try derivatives(of: [output], $0, nil, createGraph: true)
    }
    let products = try gradient.jacobianVectorProduct(inputs, vectors).products
    return (finished([try required(value)])[0], products)
  }

  /// f(x) and vᵀ H, one product for each input; for a smooth f the same as H v, at half the price.
  public func vectorHessianProduct(_ inputs: [Tensor], _ vectors: [Tensor]? = nil) throws
    -> (output: Tensor, products: [Tensor])
  {
    try recording {
      let (leaves, output) = try evaluatedScalar(inputs)
      let directions = try checked(vectors, like: leaves, "input")
      let gradients = try derivatives(of: [output], leaves, nil, createGraph: true)
      let products = try derivatives(of: gradients, leaves, directions, createGraph: createGraph)
      return (finished([output])[0], finished(products))
    }
  }

  /// All outputs, and ∂(first output)/∂input for the inputs of the given numbers.
  ///
  /// The result is differentiable also where an input is part of a graph, so that gradients of gradients
  /// can be taken by applying this twice.
  public func valueAndGradients(_ inputs: [Tensor], of arguments: [Int]) throws
    -> (outputs: [Tensor], gradients: [Tensor])
  {
    let isInner = createGraph || inputs.contains { Tensor.isRecording($0) }
    let own = DifferentiableFunction(name, createGraph: isInner, isStrict: isStrict, body)
    return try recording {
      var all = inputs
      for number in arguments { all[number] = try own.leaf(inputs[number], number) }
      let outputs = try body(all)
      let value = try scalar(Array(outputs.prefix(1)))
      let gradients = try own.derivatives(
        of: [value], arguments.map { all[$0] }, nil, createGraph: isInner)
      return (own.finished(outputs), own.finished(gradients))
    }
  }
}

extension DifferentiableFunction {
  private func recording<Result>(_ work: () throws -> Result) throws -> Result {
    try GradientMode.with(true, work)
  }

  private func required(_ value: Tensor?) throws -> Tensor {
    guard let value else { throw TensorError(.value, name, "the function was not called") }
    return value
  }

  /// An input as a leaf, or as a part of the caller's graph.
  private func leaf(_ input: Tensor, _ index: Int) throws -> Tensor {
    guard input.dtype.isFloating else {
      throw TensorError(
        .dtype, name, argument: "input \(index + 1)", expected: "float32 or float64",
        got: input.dtype.name)
    }
    let own = input.detached()
    guard createGraph, input.requiresGradient else { return try own.requiresGradient(true) }
    return try own.recorded("view", input) { gradient, into in try into(0) { gradient } }
  }

  private func evaluated(_ inputs: [Tensor]) throws -> ([Tensor], [Tensor]) {
    guard !inputs.isEmpty else {
      throw TensorError(.value, name, argument: "inputs", expected: "at least one", got: "none")
    }
    let leaves = try inputs.enumerated().map { try leaf($1, $0) }
    let outputs = try body(leaves)
    for (index, output) in outputs.enumerated() where !output.dtype.isFloating {
      throw TensorError(
        .dtype, name, argument: "output \(index + 1)", expected: "float32 or float64",
        got: output.dtype.name)
    }
    guard !outputs.isEmpty else {
      throw TensorError(.value, name, argument: "fn", expected: "a Tensor as result", got: "none")
    }
    return (leaves, outputs)
  }

  private func evaluatedScalar(_ inputs: [Tensor]) throws -> ([Tensor], Tensor) {
    let (leaves, outputs) = try evaluated(inputs)
    return (leaves, try scalar(outputs))
  }

  private func scalar(_ outputs: [Tensor]) throws -> Tensor {
    guard outputs.count == 1, outputs[0].elementCount == 1, outputs[0].dtype.isFloating else {
      throw TensorError(
        .shape, name, argument: "fn", expected: "one result with one element, of a float dtype",
        got: outputs.map { "\($0.dtype) \($0.shape)" }.joined(separator: ", "))
    }
    return outputs[0]
  }

  /// The vectors, or 1 for a single one-element tensor.
  private func checked(_ vectors: [Tensor]?, like tensors: [Tensor], _ what: String) throws
    -> [Tensor]
  {
    guard let vectors else {
      guard tensors.count == 1, tensors[0].elementCount == 1 else {
        throw TensorError(
          .value, name, argument: "v",
          "may be left out only for one \(what) with one element, got "
            + tensors.map { "\($0.shape)" }.joined(separator: ", "))
      }
      return [try Tensor.ones(tensors[0].shape, dtype: tensors[0].dtype)]
    }
    guard vectors.count == tensors.count else {
      throw TensorError(
        .value, name, argument: "v", expected: "\(tensors.count) tensors, one for each \(what)",
        got: "\(vectors.count)")
    }
    for (index, (vector, tensor)) in zip(vectors, tensors).enumerated()
    where vector.shape != tensor.shape {
      throw TensorError(
        .shape, name, argument: "v \(index + 1)", expected: "\(tensor.shape)",
        got: "\(vector.shape)")
    }
    return vectors
  }

  /// Derivatives of the outputs' weighted sum; zeros for inputs on which they do not depend.
  private func derivatives(
    of outputs: [Tensor], _ inputs: [Tensor], _ seeds: [Tensor]?, createGraph: Bool,
    checks: Bool = true
  ) throws -> [Tensor] {
    let known = outputs.indices.filter { outputs[$0].requiresGradient }
    if checks, isStrict, known.count < outputs.count {
      throw TensorError(.graph, name, "an output does not depend on the inputs")
    }
    var found: [Tensor?] = inputs.map { _ in nil }
    if !known.isEmpty {
      found = try Tensor.gradients(
        of: known.map { outputs[$0] }, withRespectTo: inputs,
        seeds: seeds.map { seeds in known.map { seeds[$0] } } ?? [], retainGraph: true,
        createGraph: createGraph)
    }
    return try zip(inputs, found).enumerated().map { index, pair in
      if let gradient = pair.1 { return gradient }
      guard !checks || !isStrict else {
        throw TensorError(
          .graph, name, argument: "input \(index + 1)", "no output depends on it")
      }
      return try Tensor.zeros(pair.0.shape, dtype: pair.0.dtype)
    }
  }

  private func finished(_ results: [Tensor]) -> [Tensor] {
    createGraph ? results : results.map { $0.detached() }
  }

  /// ∂output/∂leaf for each leaf, row by row.
  private func jacobian(of output: Tensor, _ leaves: [Tensor]) throws -> [Tensor] {
    let count = output.elementCount
    for leaf in leaves {
      guard output.rank + leaf.rank <= Shape.maximumRank else {
        throw TensorError(
          .shape, name,
          "a derivative of shape \(output.shape) by \(leaf.shape) has more than "
            + "\(Shape.maximumRank) dimensions")
      }
      _ = try Tensor.checkedCount(Shape(count, leaf.elementCount), leaf.dtype, "jacobian")
    }
    var rows: [[Tensor]] = leaves.map { _ in [] }
    for index in 0..<count {
      let seed = try Tensor.zeros(Shape(count), dtype: output.dtype)
      try seed.narrow(0, start: index, count: 1).fill(1)
      let found = try derivatives(
        of: [output], leaves, [seed.reshape(output.shape)], createGraph: createGraph)
      for (place, row) in found.enumerated() { rows[place].append(row) }
    }
    return try zip(leaves, rows).map { leaf, rows in
      var shape = output.shape
      for extent in leaf.shape.array { shape.append(extent) }
      guard !rows.isEmpty else { return try Tensor.zeros(shape, dtype: leaf.dtype) }
      return try Tensor.cat(rows.map { try $0.reshape(Shape(leaf.elementCount)) }).reshape(shape)
    }
  }
}
