/// oneDNN's primitives for a convolution of given sizes, made once and kept.

internal import COneDNN
internal import Synchronization

/// One map of one geometry: the primitive, and the reorders between row-major memory and the layouts
/// that it prefers. A plan has its own memory handles, so one call at a time runs it.
final class ConvolutionPlan: @unchecked Sendable {
  /// One of x, w, y and the bias.
  private struct Operand {
    let argument: Int32
    let isResult: Bool
    /// The user's memory, row-major.
    let plain: OpaquePointer
    /// The preferred layout, its bytes, and the way to it or from it; nil where it is row-major.
    var preferred: (memory: OpaquePointer, byteCount: Int, reorder: OpaquePointer)?
  }

  /// The processor; made once, only read.
  nonisolated(unsafe) static let engine: OpaquePointer? = {
    var engine: OpaquePointer?
    return dnnl_engine_create(&engine, dnnl_cpu, 0) == dnnl_success ? engine : nil
  }()

  private let stream: OpaquePointer
  private let primitive: OpaquePointer
  private let scratchpad: (memory: OpaquePointer, byteCount: Int)?
  private var operands: [Operand] = []
  private var arguments: [dnnl_exec_arg_t] = []

  deinit {
    for operand in operands {
      dnnl_memory_destroy(operand.plain)
      guard let preferred = operand.preferred else { continue }
      dnnl_memory_destroy(preferred.memory)
      dnnl_primitive_destroy(preferred.reorder)
    }
    if let scratchpad { dnnl_memory_destroy(scratchpad.memory) }
    dnnl_primitive_destroy(primitive)
    dnnl_stream_destroy(stream)
  }

  /// Makes the primitives; nil where oneDNN has none that beats columns and matrix products.
  private init?(_ key: Key) {
    guard let engine = ConvolutionPlan.engine,
      let description = ConvolutionDescription(
        key.target, hasBias: key.hasBias, key.geometry, engine)
    else { return nil }
    defer { description.destroy() }
    var made: OpaquePointer?
    guard dnnl_stream_create(&made, engine, dnnl_stream_default_flags.rawValue) == dnnl_success,
      let stream = made
    else { return nil }
    made = nil
    guard dnnl_primitive_create(&made, description.primitive) == dnnl_success, let primitive = made
    else {
      dnnl_stream_destroy(stream)
      return nil
    }
    (self.stream, self.primitive) = (stream, primitive)
    scratchpad = description.scratchpad(engine)
    var isComplete = true
    for part in description.parts {
      guard let operand = ConvolutionPlan.operand(part, engine) else {
        isComplete = false
        break
      }
      operands.append(operand)
      let memory = operand.preferred?.memory ?? operand.plain
      arguments.append(dnnl_exec_arg_t(arg: operand.argument, memory: memory))
    }
    if let scratchpad {
      arguments.append(dnnl_exec_arg_t(arg: DNNL_ARG_SCRATCHPAD, memory: scratchpad.memory))
    }
    guard isComplete else { return nil }
  }

  private static func operand(_ part: ConvolutionDescription.Part, _ engine: OpaquePointer)
    -> Operand?
  {
    var plainLayout = part.plain
    guard let plain = memory(&plainLayout, engine) else { return nil }
    var operand = Operand(argument: part.argument, isResult: part.isResult, plain: plain)
    guard var layout = part.preferred else { return operand }
    if dnnl_memory_desc_equal(&plainLayout, &layout) != 0 { return operand }
    guard let memory = memory(&layout, engine) else { return nil }
    var (description, reorder): (OpaquePointer?, OpaquePointer?)
    var (source, target) = part.isResult ? (layout, plainLayout) : (plainLayout, layout)
    guard
      dnnl_reorder_primitive_desc_create(&description, &source, engine, &target, engine, nil)
        == dnnl_success
    else { return nil }
    defer { dnnl_primitive_desc_destroy(description) }
    guard dnnl_primitive_create(&reorder, description) == dnnl_success, let reorder else {
      return nil
    }
    operand.preferred = (memory, dnnl_memory_desc_get_size(&layout), reorder)
    return operand
  }

  private static func memory(_ layout: inout dnnl_memory_desc_t, _ engine: OpaquePointer)
    -> OpaquePointer?
  {
    var memory: OpaquePointer?
    // A null handle: the memory is the caller's, set for each run.
    return dnnl_memory_create(&memory, &layout, engine, nil) == dnnl_success ? memory : nil
  }

  /// Runs the map on contiguous float32 tensors of the geometry's shapes.
  func run(x: Tensor, w: Tensor, y: Tensor, bias: Tensor?) throws {
    var isDone = true
    // Buffers in preferred layouts live until the end of the run.
    var buffers = InlineArray<4, Tensor?>(repeating: nil)
    for (index, operand) in operands.enumerated() {
      let tensor = index == 0 ? x : index == 1 ? w : index == 2 ? y : bias ?? y
      isDone = isDone && setHandle(operand.plain, tensor)
      guard let preferred = operand.preferred else { continue }
      let buffer = try ConvolutionPlan.buffer(preferred.byteCount)
      buffers[index] = buffer
      isDone = isDone && setHandle(preferred.memory, buffer)
      if !operand.isResult {
        isDone = isDone && reorder(preferred.reorder, operand.plain, preferred.memory)
      }
    }
    let scratch = try scratchpad.map { try ConvolutionPlan.buffer($0.byteCount) }
    if let scratch, let scratchpad { isDone = isDone && setHandle(scratchpad.memory, scratch) }
    isDone =
      isDone
      && dnnl_primitive_execute(primitive, stream, Int32(arguments.count), arguments)
        == dnnl_success
    for operand in operands where operand.isResult {
      guard let preferred = operand.preferred else { continue }
      isDone = isDone && reorder(preferred.reorder, preferred.memory, operand.plain)
    }
    withExtendedLifetime(scratch) {}
    guard isDone else { throw TensorError(.memory, "conv", "the convolution library failed") }
  }

  private static func buffer(_ byteCount: Int) throws -> Tensor {
    try Tensor(uninitialized: Shape((byteCount + 3) / 4), .float32, "conv")
  }

  private func setHandle(_ memory: OpaquePointer, _ tensor: Tensor) -> Bool {
    dnnl_memory_set_data_handle(memory, tensor.address) == dnnl_success
  }

  private func reorder(_ primitive: OpaquePointer, _ source: OpaquePointer, _ target: OpaquePointer)
    -> Bool
  {
    withUnsafeTemporaryAllocation(of: dnnl_exec_arg_t.self, capacity: 2) { arguments in
      arguments.initializeElement(
        at: 0, to: dnnl_exec_arg_t(arg: DNNL_ARG_FROM, memory: source))
      arguments.initializeElement(at: 1, to: dnnl_exec_arg_t(arg: DNNL_ARG_TO, memory: target))
      return dnnl_primitive_execute(primitive, stream, 2, arguments.baseAddress) == dnnl_success
    }
  }
}

extension ConvolutionPlan {
  /// What a plan is made for; oneDNN fixes the number of threads and the precision, too.
  fileprivate struct Key: Hashable {
    let target: ConvolutionTarget
    let hasBias: Bool
    let geometry: ConvolutionGeometry
    let threads: Int
    let precision: MatmulPrecision
  }

  private enum Entry {
    case idle(ConvolutionPlan)
    case lent
    case none
  }

  /// More plans than this are forgotten all at once.
  private static let capacity = 512
  private static let plans = Mutex<[Key: Entry]>([:])

  /// The plan for these sizes, for this caller alone until `giveBack`; nil where oneDNN has none.
  static func borrowed(
    _ target: ConvolutionTarget, hasBias: Bool, _ geometry: ConvolutionGeometry
  ) throws -> Lease? {
    guard ConvolutionDescription.isWithinRange(geometry) else { return nil }
    let key = Key(
      target: target, hasBias: hasBias, geometry: geometry, threads: Threads.count,
      precision: .current)
    let entry = plans.withLock { plans in
      let entry = plans[key]
      if case .idle = entry { plans[key] = .lent }
      return entry
    }
    switch entry {
    case .idle(let plan): return Lease(plan: plan, key: key)
    case .some(.none): return nil
    case .lent, nil:
      // Made without the lock, as it takes a millisecond.
      let plan = ConvolutionPlan(key)
      if plan == nil { plans.withLock { $0[key] = Entry.none } }
      return plan.map { Lease(plan: $0, key: key) }
    }
  }

  /// A plan that one caller uses.
  struct Lease {
    fileprivate let plan: ConvolutionPlan
    fileprivate let key: Key

    func run(x: Tensor, w: Tensor, y: Tensor, bias: Tensor?) throws {
      try plan.run(x: x, w: w, y: y, bias: bias)
    }

    func giveBack() {
      plans.withLock { plans in
        if plans.count >= capacity { plans.removeAll() }
        plans[key] = .idle(plan)
      }
    }
  }
}
