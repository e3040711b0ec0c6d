/// A convolution as oneDNN describes it: sizes, layouts, the chosen implementation.

internal import COneDNN

struct ConvolutionDescription {
  /// One of the primitive's operands.
  struct Part {
    let argument: Int32
    let isResult: Bool
    /// Row-major.
    let plain: dnnl_memory_desc_t
    /// What the primitive wants; nil for the bias.
    let preferred: dnnl_memory_desc_t?
  }

  let primitive: OpaquePointer
  let parts: [Part]
  private let forward: OpaquePointer?

  /// Whether oneDNN's 32-bit sizes hold this geometry, and no window ends before the padding does.
  static func isWithinRange(_ geometry: ConvolutionGeometry) -> Bool {
    let (window, limit) = (geometry.window, 1 << 24)
    for index in 0..<3 {
      let numbers = [
        window.input[index], window.output[index], window.kernel[index], window.stride[index],
        window.dilation[index], window.low[index], window.high(index),
      ]
      guard numbers.allSatisfy({ $0 < limit }) else { return false }
      // A remainder that the stride leaves out is fine, more than that is not.
      guard window.high(index) > -window.stride[index] else { return false }
    }
    return max(geometry.batch, geometry.inChannels, geometry.outChannels) < limit
      && [geometry.inputShape, geometry.outputShape, geometry.weightShape].allSatisfy {
        $0.elementCount < Int(Int32.max)
      }
  }

  func destroy() {
    dnnl_primitive_desc_destroy(primitive)
    if let forward { dnnl_primitive_desc_destroy(forward) }
  }

  /// Chooses an implementation; nil where there is only the reference one.
  init?(
    _ target: ConvolutionTarget, hasBias: Bool, _ geometry: ConvolutionGeometry,
    _ engine: OpaquePointer
  ) {
    // oneDNN's own choice for the weights of one input channel takes several times as long.
    let isFlat = target == .weight && geometry.inChannels == 1
    let sizes = Sizes(geometry, isFlat ? .channelsLast : .open)
    guard let sizes, let attributes = Self.attributes() else { return nil }
    defer { dnnl_primitive_attr_destroy(attributes) }
    let isBiased = hasBias && target == .output
    guard let forward = sizes.forward(hasBias: isBiased, attributes, engine) else { return nil }
    let chosen: OpaquePointer?
    switch target {
    case .output: chosen = forward
    case .input: chosen = sizes.backward(data: true, hint: forward, attributes, engine)
    case .weight: chosen = sizes.backward(data: false, hint: forward, attributes, engine)
    }
    self.forward = target == .output ? nil : forward
    guard let chosen, Self.isFast(chosen) else {
      if let chosen { dnnl_primitive_desc_destroy(chosen) }
      if let forward = self.forward { dnnl_primitive_desc_destroy(forward) }
      return nil
    }
    primitive = chosen
    let (x, w, y): (Query, Query, Query) =
      switch target {
      case .output:
        (
          (DNNL_ARG_SRC, dnnl_query_src_md), (DNNL_ARG_WEIGHTS, dnnl_query_weights_md),
          (DNNL_ARG_DST, dnnl_query_dst_md)
        )
      case .input:
        (
          (DNNL_ARG_DIFF_SRC, dnnl_query_diff_src_md), (DNNL_ARG_WEIGHTS, dnnl_query_weights_md),
          (DNNL_ARG_DIFF_DST, dnnl_query_diff_dst_md)
        )
      case .weight:
        (
          (DNNL_ARG_SRC, dnnl_query_src_md), (DNNL_ARG_DIFF_WEIGHTS, dnnl_query_diff_weights_md),
          (DNNL_ARG_DIFF_DST, dnnl_query_diff_dst_md)
        )
      }
    func part(_ query: Query, _ plain: dnnl_memory_desc_t, isResult: Bool) -> Part {
      Part(
        argument: query.argument, isResult: isResult, plain: plain,
        preferred: dnnl_primitive_desc_query_md(chosen, query.layout, 0)?.pointee)
    }
    var parts = [
      part(x, sizes.x, isResult: target == .input), part(w, sizes.w, isResult: target == .weight),
      part(y, sizes.y, isResult: target == .output),
    ]
    if isBiased {
      parts.append(
        Part(argument: DNNL_ARG_BIAS, isResult: false, plain: sizes.bias, preferred: nil))
    }
    self.parts = parts
  }

  private typealias Query = (argument: Int32, layout: dnnl_query_t)

  /// The primitive's working memory; nil where it needs none.
  func scratchpad(_ engine: OpaquePointer) -> (memory: OpaquePointer, byteCount: Int)? {
    guard
      var layout = dnnl_primitive_desc_query_md(primitive, dnnl_query_scratchpad_md, 0)?.pointee
    else { return nil }
    let byteCount = dnnl_memory_desc_get_size(&layout)
    var memory: OpaquePointer?
    guard byteCount > 0, dnnl_memory_create(&memory, &layout, engine, nil) == dnnl_success,
      let memory
    else { return nil }
    return (memory, byteCount)
  }

  /// Working memory comes from the pool, so that it is bounded and belongs to no thread.
  private static func attributes() -> OpaquePointer? {
    var attributes: OpaquePointer?
    guard dnnl_primitive_attr_create(&attributes) == dnnl_success else { return nil }
    dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user)
    if MatmulPrecision.current == .bfloat16 {
      dnnl_primitive_attr_set_fpmath_mode(attributes, dnnl_fpmath_mode_bf16)
    }
    return attributes
  }

  private static func isFast(_ primitive: OpaquePointer) -> Bool {
    var name: UnsafePointer<CChar>?
    dnnl_primitive_desc_query(primitive, dnnl_query_impl_info_str, 0, &name)
    guard let name else { return false }
    return !String(cString: name).hasPrefix("ref")
  }
}

/// The memory and the numbers of a geometry in oneDNN's terms.
private struct Sizes {
  let x: dnnl_memory_desc_t
  let w: dnnl_memory_desc_t
  let y: dnnl_memory_desc_t
  let bias: dnnl_memory_desc_t
  private let wanted: (x: dnnl_memory_desc_t, w: dnnl_memory_desc_t, y: dnnl_memory_desc_t)
  private let strides: [dnnl_dim_t]
  private let dilations: [dnnl_dim_t]
  private let low: [dnnl_dim_t]
  private let high: [dnnl_dim_t]

  init?(_ geometry: ConvolutionGeometry, _ preferred: Layout) {
    let (groups, window) = (geometry.groups, geometry.window)
    var weight = geometry.weightShape.array
    if groups > 1 {
      weight[0] /= groups
      weight.insert(groups, at: 0)
    }
    let (input, output) = (geometry.inputShape.array, geometry.outputShape.array)
    guard let x = Sizes.layout(input, .rowMajor), let preferredX = Sizes.layout(input, preferred),
      let w = Sizes.layout(weight, .rowMajor), let openW = Sizes.layout(weight, .open),
      let y = Sizes.layout(output, .rowMajor), let preferredY = Sizes.layout(output, preferred),
      let bias = Sizes.layout([geometry.outChannels], .rowMajor)
    else { return nil }
    (self.x, self.w, self.y, self.bias) = (x, w, y, bias)
    wanted = (preferredX, openW, preferredY)
    let own = (3 - geometry.dimensions)..<3
    strides = own.map { dnnl_dim_t(window.stride[$0]) }
    dilations = own.map { dnnl_dim_t(window.dilation[$0] - 1) }
    low = own.map { dnnl_dim_t(window.low[$0]) }
    high = own.map { dnnl_dim_t(window.high($0)) }
  }

  /// How a tensor lies in memory.
  enum Layout {
    case rowMajor
    /// Row-major but for the channels, which are neighbours.
    case channelsLast
    /// As the primitive likes it.
    case open
  }

  private static func layout(_ shape: [Int], _ kind: Layout) -> dnnl_memory_desc_t? {
    var layout = dnnl_memory_desc_t()
    let extents = shape.map { dnnl_dim_t($0) }
    let rank = Int32(shape.count)
    if kind == .open {
      return dnnl_memory_desc_init_by_tag(&layout, rank, extents, dnnl_f32, dnnl_format_tag_any)
        == dnnl_success ? layout : nil
    }
    var order = Array(extents.indices)
    if kind == .channelsLast { order.append(order.remove(at: 1)) }
    var (strides, step) = (extents, dnnl_dim_t(1))
    for index in order.reversed() {
      strides[index] = step
      step *= extents[index]
    }
    return dnnl_memory_desc_init_by_strides(&layout, rank, extents, dnnl_f32, strides)
      == dnnl_success ? layout : nil
  }

  func forward(hasBias: Bool, _ attributes: OpaquePointer, _ engine: OpaquePointer)
    -> OpaquePointer?
  {
    var description = dnnl_convolution_desc_t()
    var (x, w, y, bias) = (wanted.x, wanted.w, wanted.y, bias)
    let status = withUnsafePointer(to: &bias) { bias in
      dnnl_dilated_convolution_forward_desc_init(
        &description, dnnl_forward_training, dnnl_convolution_direct, &x, &w,
        hasBias ? bias : nil, &y, strides, dilations, low, high)
    }
    return status == dnnl_success ? made(&description, attributes, engine, hint: nil) : nil
  }

  func backward(
    data: Bool, hint: OpaquePointer, _ attributes: OpaquePointer, _ engine: OpaquePointer
  ) -> OpaquePointer? {
    var description = dnnl_convolution_desc_t()
    var (x, w, y) = (wanted.x, wanted.w, wanted.y)
    let status =
      data
      ? dnnl_dilated_convolution_backward_data_desc_init(
        &description, dnnl_convolution_direct, &x, &w, &y, strides, dilations, low, high)
      : dnnl_dilated_convolution_backward_weights_desc_init(
        &description, dnnl_convolution_direct, &x, &w, nil, &y, strides, dilations, low, high)
    return status == dnnl_success ? made(&description, attributes, engine, hint: hint) : nil
  }

  private func made(
    _ description: inout dnnl_convolution_desc_t, _ attributes: OpaquePointer,
    _ engine: OpaquePointer, hint: OpaquePointer?
  ) -> OpaquePointer? {
    var primitive: OpaquePointer?
    let status = dnnl_primitive_desc_create(&primitive, &description, attributes, engine, hint)
    return status == dnnl_success ? primitive : nil
  }
}
