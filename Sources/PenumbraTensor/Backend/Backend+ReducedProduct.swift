/// Products of float32 matrices whose factors oneDNN may round to bfloat16.

internal import COneDNN

extension Backend {
  /// Multiplications below which making the primitive costs more than the rounding saves.
  private static let reducedWork = 1 << 20

  /// c = a b where the current `MatmulPrecision` allows rounding and the product is large.
  ///
  /// oneDNN keeps the primitives' code by shape, so that making one again takes microseconds.
  /// - Returns: false where nothing was computed.
  static func reducedProduct(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: Tensor, offsets: (a: Int, b: Int, c: Int),
    m: Int, n: Int, k: Int
  ) -> Bool {
    guard MatmulPrecision.current == .bfloat16, m * n >= reducedWork / max(k, 1),
      let engine = ConvolutionPlan.engine
    else { return false }
    let factors = [
      Factor(DNNL_ARG_SRC, a.tensor.floats + offsets.a, m, k, a.leading, a.isTransposed),
      Factor(DNNL_ARG_WEIGHTS, b.tensor.floats + offsets.b, k, n, b.leading, b.isTransposed),
      Factor(DNNL_ARG_DST, c.floats + offsets.c, m, n, n, false),
    ]
    guard let primitive = reducedPrimitive(factors, engine) else { return false }
    defer { dnnl_primitive_destroy(primitive) }
    var (stream, arguments): (OpaquePointer?, [dnnl_exec_arg_t]) = (nil, [])
    guard dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue) == dnnl_success
    else { return false }
    defer {
      for argument in arguments { dnnl_memory_destroy(argument.memory) }
      dnnl_stream_destroy(stream)
    }
    for factor in factors {
      var (memory, layout): (OpaquePointer?, dnnl_memory_desc_t) = (nil, factor.layout)
      guard dnnl_memory_create(&memory, &layout, engine, factor.address) == dnnl_success else {
        return false
      }
      arguments.append(dnnl_exec_arg_t(arg: factor.argument, memory: memory))
    }
    return dnnl_primitive_execute(primitive, stream, Int32(arguments.count), arguments)
      == dnnl_success
  }

  private static func reducedPrimitive(_ factors: [Factor], _ engine: OpaquePointer)
    -> OpaquePointer?
  {
    var description = dnnl_matmul_desc_t()
    var (x, y, z) = (factors[0].layout, factors[1].layout, factors[2].layout)
    guard dnnl_matmul_desc_init(&description, &x, &y, nil, &z) == dnnl_success else { return nil }
    var (attributes, chosen, primitive): (OpaquePointer?, OpaquePointer?, OpaquePointer?)
    guard dnnl_primitive_attr_create(&attributes) == dnnl_success else { return nil }
    defer { dnnl_primitive_attr_destroy(attributes) }
    guard
      dnnl_primitive_attr_set_fpmath_mode(attributes, dnnl_fpmath_mode_bf16) == dnnl_success,
      dnnl_primitive_desc_create(&chosen, &description, attributes, engine, nil) == dnnl_success
    else { return nil }
    defer { dnnl_primitive_desc_destroy(chosen) }
    return dnnl_primitive_create(&primitive, chosen) == dnnl_success ? primitive : nil
  }
}

/// A matrix of the product in oneDNN's terms.
private struct Factor {
  let argument: Int32
  let address: UnsafeMutablePointer<Float>
  let layout: dnnl_memory_desc_t

  init(
    _ argument: Int32, _ address: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int,
    _ leading: Int, _ isTransposed: Bool
  ) {
    (self.argument, self.address) = (argument, address)
    var layout = dnnl_memory_desc_t()
    let steps = isTransposed ? [1, dnnl_dim_t(leading)] : [dnnl_dim_t(leading), 1]
    dnnl_memory_desc_init_by_strides(
      &layout, 2, [dnnl_dim_t(rows), dnnl_dim_t(columns)], dnnl_f32, steps)
    self.layout = layout
  }
}
