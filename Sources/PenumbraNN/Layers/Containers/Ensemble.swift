/// K networks of one structure as a single batched one.

public import PenumbraTensor

/// y_k = f(x_k; θ_k) for k = 1 ... K
///
/// x: [K, n, ...] → [K, n, ...]; a shared input [n, ...] goes to every copy. The parameters and buffers
/// are those of one network, each with a leading dimension K, under the child "member" and in the
/// order of a network's own: what `ParallelChains.stacked` makes of K networks. An affine layer is one
/// batched product, layers without parameters run once for all, others (convolutions, normalisations,
/// modules of your own) copy by copy. Cost and memory: K times one network's, with fewer calls.
public final class Ensemble: Module {
  /// At most so many copies.
  public static let maximumCount = 65536

  /// K
  public let count: Int
  /// Whether every copy gets the same input [n, ...].
  public let isShared: Bool
  /// The structure; its slots hold the values of all copies.
  public let member: Module

  /// K copies of one network: the same values at first, moved apart by noise, data or another start.
  ///
  /// - Throws: `TensorError` for fewer than 1 or more than `maximumCount` copies, a module that cannot
  ///   be copied, or when memory is short.
  public convenience init(
    copies count: Int, of network: Module, shared: Bool = false,
    copier: ModuleCopier = ModuleCopier()
  ) throws {
    guard (1...Ensemble.maximumCount).contains(count) else {
      throw TensorError(
        .value, "Ensemble", argument: "count", expected: "1 to \(Ensemble.maximumCount)",
        got: "\(count)")
    }
    let member = try network.copy(copier)
    try Ensemble.fill(member) { _, tensor in
      var shape = tensor.shape
      guard shape.rank < Shape.maximumRank else { throw Ensemble.tooManyDimensions(shape) }
      shape.insert(count, at: 0)
      return try tensor.detached().expand(to: shape).copied()
    }
    try self.init(stacked: member, count, shared: shared)
  }

  /// Networks that were made one by one; their values are copied.
  ///
  /// - Throws: `TensorError` without networks, for networks whose structure, shapes or types differ, or
  ///   when memory is short.
  public convenience init(
    _ networks: [Module], shared: Bool = false, copier: ModuleCopier = ModuleCopier()
  ) throws {
    guard let first = networks.first, networks.count <= Ensemble.maximumCount else {
      throw TensorError(
        .value, "Ensemble", argument: "modules", expected: "1 to \(Ensemble.maximumCount)",
        got: "\(networks.count)")
    }
    let slots = networks.map { $0.namedSlots() }
    for (index, other) in networks.enumerated() {
      let isAlike =
        other.tree == first.tree && slots[index].count == slots[0].count
        && zip(slots[index], slots[0]).allSatisfy {
          $0.name == $1.name && $0.slot.role == $1.slot.role
            && $0.slot.tensor.shape == $1.slot.tensor.shape
            && $0.slot.tensor.dtype == $1.slot.tensor.dtype
        }
      guard isAlike else {
        throw TensorError(
          .value, "Ensemble", argument: "module \(index + 1)", expected: first.tree,
          got: other.tree + " (structure, shapes and types must be the same)")
      }
    }
    let member = try first.copy(copier)
    try Ensemble.fill(member) { place, tensor in
      guard tensor.rank < Shape.maximumRank else {
        throw Ensemble.tooManyDimensions(tensor.shape)
      }
      return try Tensor.stack(slots.map { $0[place].slot.tensor.detached() })
    }
    try self.init(stacked: member, networks.count, shared: shared)
  }

  private init(stacked member: Module, _ count: Int, shared: Bool) throws {
    (self.member, self.count, isShared) = (member, count, shared)
    super.init()
    try register(child: "member", member)
  }

  /// Gives every slot of a fresh copy what `make` makes of it, frozen where it was.
  private static func fill(_ module: Module, _ make: (Int, Tensor) throws -> Tensor) throws {
    for (place, named) in module.namedSlots().enumerated() {
      let isWanted = named.slot.tensor.requiresGradient
      let value = try GradientMode.with(false) { try make(place, named.slot.tensor) }
      named.slot.tensor = try value.requiresGradient(isWanted)
    }
  }

  private static func tooManyDimensions(_ shape: Shape) -> TensorError {
    TensorError(
      .shape, "Ensemble", expected: "parameters of at most \(Shape.maximumRank - 1) dimensions",
      got: "\(shape)")
  }

  public override var configuration: String {
    "\(count) copies" + (isShared ? ", shared input" : "")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try member.forward(copies: spread(input))
  }

  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    try member.forward(copies: inputs.map(spread))
  }

  /// The input of every copy: [K, n, ...].
  private func spread(_ input: Tensor) throws -> Tensor {
    guard isShared else {
      guard input.rank > 0, input.shape[0] == count else {
        throw TensorError(
          .shape, "Ensemble", argument: "input", expected: "[\(count), n, ...]",
          got: "\(input.shape)")
      }
      return input
    }
    guard input.rank > 0, input.rank < Shape.maximumRank else {
      throw TensorError(
        .shape, "Ensemble", argument: "input", expected: "[n, ...]", got: "\(input.shape)")
    }
    var shape = input.shape
    shape.insert(count, at: 0)
    return try input.unsqueeze(0).expand(to: shape)
  }

  /// The networks one by one, each with its own values: copies.
  ///
  /// - Parameter copier: makes the copier of each.
  public func networks(_ copier: () -> ModuleCopier = { ModuleCopier() }) throws -> [Module] {
    let own = member.namedSlots().map(\.slot)
    let stacked = own.map(\.tensor)
    defer { for (slot, tensor) in zip(own, stacked) { slot.tensor = tensor } }
    return try (0..<count).map { copy in
      for (slot, values) in zip(own, stacked) {
        slot.tensor = try values.detached().select(0, copy)
      }
      let network = try member.copy(copier())
      for (slot, values) in zip(network.namedSlots().map(\.slot), stacked) {
        slot.tensor = try slot.tensor.requiresGradient(values.requiresGradient)
      }
      return network
    }
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    // Layers read their sizes from their slots, so the structure is copied with one network's values.
    let own = member.namedSlots().map(\.slot)
    let stacked = own.map(\.tensor)
    defer { for (slot, tensor) in zip(own, stacked) { slot.tensor = tensor } }
    for (slot, values) in zip(own, stacked) { slot.tensor = try values.detached().select(0, 0) }
    let copy = try copier(member)
    for (slot, values) in zip(own, stacked) {
      try copier(slot).tensor = values.detached().copied().requiresGradient(values.requiresGradient)
    }
    return try Ensemble(stacked: copy, count, shared: isShared)
  }
}
