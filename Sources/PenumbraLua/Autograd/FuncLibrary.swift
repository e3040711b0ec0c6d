/// `pn.func`: derivatives of functions.

internal import LuaEmbedding
internal import PenumbraTensor

enum FuncLibrary {
  static let library = Library(
    "pn.func", "Derivatives of functions.",
    [
      product("vjp", "fn(inputs) and vᵀ J, J being its Jacobian", "of the outputs' shapes", square)
      {
        let (outputs, products) = try $0.vectorJacobianProduct($1.tensors, $2)
        return (TensorArguments.returned(outputs), $1.shaped(products))
      },
      product("jvp", "fn(inputs) and J v, J being its Jacobian", "of the inputs' shapes", square) {
        let (outputs, products) = try $0.jacobianVectorProduct($1.tensors, $2)
        return (TensorArguments.returned(outputs), TensorArguments.returned(products))
      },
      product(
        "hvp", "fn(inputs), a number, and H v, H being its Hessian", "of the inputs' shapes", cube
      ) {
        let (output, products) = try $0.hessianVectorProduct($1.tensors, $2)
        return (output.luaValue, $1.shaped(products))
      },
      product(
        "vhp", "fn(inputs), a number, and vᵀ H, H being its Hessian: faster than hvp",
        "of the inputs' shapes", cube
      ) {
        let (output, products) = try $0.vectorHessianProduct($1.tensors, $2)
        return (output.luaValue, $1.shaped(products))
      },
      Entry(
        "jacobian",
        "∂fn/∂input, of the output's shape and then the input's; a table over outputs of tables over "
          + "inputs where there are several", function, inputs, options("jacobian"),
        returns: "Tensor or table of them",
        example: "print(pn.func.jacobian(function(x) return x ^ 2 end, pn.tensor{1.0, 2.0}))"
      ) { _, function, inputs, options in
        let rows = try differentiable("jacobian", function, options).jacobian(inputs.tensors)
        let values = rows.map { inputs.shaped($0) }
        return values.count == 1 ? values[0] : .array(values)
      },
      Entry(
        "hessian",
        "∂²fn/∂input∂input' of a function with one number as result, of the two inputs' shapes; a "
          + "table of tables for a table of inputs", function, inputs, options("hessian"),
        returns: "Tensor or table of tables",
        example: "print(pn.func.hessian(function(x) return (x ^ 3):sum() end, pn.tensor{1.0, 2.0}))"
      ) { _, function, inputs, options in
        let rows = try differentiable("hessian", function, options).hessian(inputs.tensors)
        let values = rows.map { inputs.shaped($0) }
        return inputs.isTable ? LuaValue.array(values) : values[0]
      },
      derived(
        "grad", "The function that gives ∂fn/∂argument for a number fn(...)",
        "local slope = pn.func.grad(function(x) return (x ^ 3):sum() end)\n"
          + "assert(slope(pn.tensor{2.0}):item() == 12)\n"
          + "assert(pn.func.grad(function(x) return slope(x):sum() end)(pn.tensor{2.0}):item() == 12)"
      ) { _, gradients in [gradients] },
      derived(
        "value_and_grad",
        "The function that gives fn(...), a number, and ∂fn/∂argument; further results of fn follow",
        "local f = pn.func.value_and_grad(function(x) return (x ^ 3):sum() end)\n"
          + "local value, slope = f(pn.tensor{2.0})\nassert(value:item() == 8)"
      ) { values, gradients in values.prefix(1) + [gradients] + values.dropFirst() },
    ])

  private static let function = Parameter<LuaReference>(
    "fn", .callable, "of the inputs, given one by one")
  private static let inputs = Parameter<TensorArguments>("inputs", .tensors)
  private static let create = Parameter<Bool>(
    "create_graph", .boolean, default: false, "make the results differentiable")
  private static let strict = Parameter<Bool>(
    "strict", .boolean, default: false, "an input without influence is an error, not a zero")
  private static let square = "function(x) return x ^ 2 end, pn.tensor{1.0, 2.0}, pn.ones(2)"
  private static let cube = "function(x) return (x ^ 3):sum() end, pn.tensor{1.0, 2.0}, pn.ones(2)"

  private static func options(_ name: String) -> Parameter<Options> {
    .options(name, [create.doc, strict.doc])
  }

  private static func differentiable(
    _ name: String, _ function: LuaReference, _ options: Options
  ) throws -> DifferentiableFunction {
    DifferentiableFunction(name, createGraph: try options[create], isStrict: try options[strict]) {
      try function.tensors($0.map(\.luaValue), name)
    }
  }

  private static func product(
    _ name: String, _ summary: String, _ vectors: String, _ example: String,
    _ body:
      @escaping @Sendable (DifferentiableFunction, TensorArguments, [Tensor]?) throws -> (
        LuaValue, LuaValue
      )
  ) -> Entry {
    Entry(
      name, summary, function, inputs,
      Parameter<TensorArguments?>.optional("v", .tensors, vectors + "; 1 for one element"),
      options(name), returns: "the value and the product",
      example: "print(pn.func.\(name)(\(example)))"
    ) { _, function, inputs, vectors, options in
      let (value, product) = try body(
        differentiable(name, function, options), inputs, vectors?.tensors)
      return Pair(value, product)
    }
  }

  private static let numbers = Parameter<[Int]>(
    "argnums", .dimensions, default: { [0] }, shown: "1",
    "the argument, or a table of arguments, to differentiate by")

  private static func derived(
    _ name: String, _ summary: String, _ example: String,
    _ results: @escaping @Sendable (_ values: [LuaValue], _ gradients: LuaValue) -> [LuaValue]
  ) -> Entry {
    Entry(
      name, summary, Parameter<LuaReference>("fn", .callable),
      Parameter<Options>.options(name, [numbers.doc, create.doc]), returns: "function",
      example: example
    ) { call, function, options in
      let (chosen, create) = (try options[numbers], try options[create])
      let isTable = try call.frame.argumentCount > 1 && options.isTable(numbers)
      return try call.frame.state.makeFunction("pn.func.\(name)") { frame in
        let given = try stride(from: 1, through: frame.argumentCount, by: 1).map {
          try frame.value(at: $0)
        }
        let wanted = chosen.map { $0 < 0 ? $0 + given.count : $0 }
        for number in wanted
        where number < 0 || number >= given.count || given[number].tensor == nil {
          throw TensorError(
            .value, name, argument: "argument \(number + 1)", expected: "a Tensor",
            got: given.indices.contains(number) ? given[number].kind : "no value")
        }
        var rest: [LuaValue] = []
        let derivative = DifferentiableFunction(name, createGraph: create) { tensors in
          var all = given
          for (place, number) in wanted.enumerated() { all[number] = tensors[place].luaValue }
          let values = try function.call(all)
          rest = Array(values.dropFirst())
          return values.first?.tensor.map { [$0] } ?? []
        }
        let (values, gradients) = try derivative.valueAndGradients(
          wanted.compactMap { given[$0].tensor }, of: Array(wanted.indices))
        let shaped = TensorArguments(tensors: [], isTable: isTable).shaped(gradients)
        for result in results(values.map(\.luaValue) + rest, shaped) { try frame.returns(result) }
      }
    }
  }
}
