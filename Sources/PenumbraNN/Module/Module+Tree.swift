/// Walks over a module and all that it holds.

public import PenumbraTensor

extension Module {
  /// All modules with their dotted names, parents first; this one has the empty name. A module that
  /// is held twice is listed under its first name.
  public final func namedModules() -> [(name: String, module: Module)] {
    var seen: Set<ObjectIdentifier> = []
    var found: [(name: String, module: Module)] = []
    func visit(_ module: Module, _ name: String) {
      guard seen.insert(ObjectIdentifier(module)).inserted else { return }
      found.append((name, module))
      for child in module.children {
        visit(child.module, name.isEmpty ? child.name : "\(name).\(child.name)")
      }
    }
    visit(self, "")
    return found
  }

  /// All slots with their dotted names, each under its first name: a module's own before its
  /// children's.
  public final func namedSlots() -> [(name: String, slot: Slot)] {
    var seen: Set<ObjectIdentifier> = []
    return namedModules().flatMap { path, module in
      module.slots.compactMap { name, slot in
        guard seen.insert(ObjectIdentifier(slot)).inserted else { return nil }
        return (path.isEmpty ? name : "\(path).\(name)", slot)
      }
    }
  }

  /// All parameters with their dotted names, "1.weight".
  public final func namedParameters() -> [(name: String, tensor: Tensor)] { named(.parameter) }

  /// All buffers with their dotted names, "2.running_mean".
  public final func namedBuffers() -> [(name: String, tensor: Tensor)] { named(.buffer) }

  private func named(_ role: Slot.Role) -> [(name: String, tensor: Tensor)] {
    namedSlots().compactMap { name, slot in slot.role == role ? (name, slot.tensor) : nil }
  }

  /// All parameters, in the order of `namedParameters`.
  public final var parameters: [Tensor] {
    var seen: Set<ObjectIdentifier> = []
    var found: [Tensor] = []
    collectParameters(&seen, &found)
    return found
  }

  private final func collectParameters(_ seen: inout Set<ObjectIdentifier>, _ found: inout [Tensor])
  {
    guard seen.insert(ObjectIdentifier(self)).inserted else { return }
    for (_, slot) in slots where slot.role == .parameter {
      if seen.insert(ObjectIdentifier(slot)).inserted { found.append(slot.tensor) }
    }
    for (_, module) in children { module.collectParameters(&seen, &found) }
  }

  /// How many numbers the parameters hold.
  public final var parameterCount: Int { parameters.reduce(0) { $0 + $1.elementCount } }

  /// The same without the frozen parameters.
  public final var trainableParameterCount: Int {
    parameters.reduce(0) { $0 + ($1.requiresGradient ? $1.elementCount : 0) }
  }

  /// Nesting below and including this module.
  final var depth: Int { 1 + (children.map(\.module.depth).max() ?? 0) }

  /// Switches the tree from training to use.
  public final func evaluate() { train(false) }

  /// Makes parameters want gradients, or freezes them: all, or those whose dotted name is chosen.
  ///
  /// - Returns: how many were chosen.
  @discardableResult
  public final func requiresGradient(
    _ wanted: Bool, where isChosen: (String) throws -> Bool = { _ in true }
  ) throws -> Int {
    let chosen = try namedParameters().filter { try isChosen($0.name) }
    for (_, parameter) in chosen { try parameter.requiresGradient(wanted) }
    return chosen.count
  }

  /// Runs a body on every module of the tree, children before their parents, each once.
  public final func apply(_ body: (Module) throws -> Void) rethrows {
    var seen: Set<ObjectIdentifier> = []
    func visit(_ module: Module) throws {
      guard seen.insert(ObjectIdentifier(module)).inserted else { return }
      for child in module.children { try visit(child.module) }
      try body(module)
    }
    try visit(self)
  }

  /// Forgets the parameters' gradients.
  public final func zeroGradients() {
    for parameter in parameters { parameter.gradient = nil }
  }

  /// Converts all floating parameters and buffers. Their slots get new tensors, so an optimiser
  /// made before still holds the old ones.
  ///
  /// - Throws: `TensorError` when `dtype` is not floating.
  public final func to(_ dtype: DType) throws {
    guard dtype.isFloating else {
      throw TensorError(
        .dtype, "to", argument: "dtype", expected: "float32 or float64", got: dtype.name)
    }
    for (_, slot) in namedSlots() where slot.tensor.dtype.isFloating && slot.tensor.dtype != dtype {
      let isWanted = slot.tensor.requiresGradient
      slot.tensor = try slot.tensor.detached().to(dtype).requiresGradient(isWanted)
    }
  }
}
