/// A part of a network: named parameters, buffers and children, and a function of tensors.

public import PenumbraTensor

/// The base of all layers and models.
///
/// A subclass registers its tensors and children when it is made and overrides one `forward`; all
/// that works on the whole tree (state, copying, printing, replacing parameters) comes from here.
open class Module: CustomStringConvertible {
  /// How deep modules may be nested.
  public static let maximumDepth = 500

  /// This module's own tensors, in the order of their registration.
  public private(set) final var slots: [(name: String, slot: Slot)] = []
  /// This module's own children, in the order of their registration.
  public private(set) final var children: [(name: String, module: Module)] = []
  /// Whether layers that differ between training and use (dropout, batch normalisation) train.
  public internal(set) final var isTraining = true
  /// What is told of each run, while a summary is made.
  final var trace: ModuleTrace?

  public init() {}

  /// The name that the tree shows, "Linear".
  open var typeName: String { "\(type(of: self))" }

  /// What the tree shows in parentheses: the options, or the shapes of the module's own tensors.
  open var configuration: String {
    slots.map { "\($0.name)=\($0.slot.tensor.shape)" }.joined(separator: ", ")
  }

  // MARK: Running

  /// The output for one input.
  ///
  /// - Throws: `TensorError` where the module does not take one input, or whatever fails inside.
  open func forward(_ input: Tensor) throws -> Tensor {
    throw TensorError(.value, typeName, "the module has no forward function for one input")
  }

  /// The output for several inputs; by default only one is taken.
  open func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard inputs.count == 1 else {
      throw TensorError(.value, typeName, expected: "1 input", got: "\(inputs.count)")
    }
    return try forward(inputs[0])
  }

  /// Runs the module.
  public final func callAsFunction(_ input: Tensor) throws -> Tensor {
    let output = try forward(input)
    trace?.note(self, [input], output)
    return output
  }

  /// Runs the module on several inputs.
  public final func callAsFunction(_ inputs: [Tensor]) throws -> Tensor {
    let output = try forward(inputs)
    trace?.note(self, inputs, output)
    return output
  }

  /// How K copies of this module, whose slots hold [K, ...], run at once: see `Ensemble`.
  open var copies: Copies { .oneByOne }

  /// The outputs [K, n, ...] of K copies for inputs [K, n, ...].
  open func forward(copies input: Tensor) throws -> Tensor {
    switch copies {
    case .elementwise: try forward(input)
    case .folded: try foldedCopies(input)
    case .oneByOne: try eachCopy([input])
    }
  }

  /// The same for several inputs, each [K, n, ...].
  open func forward(copies inputs: [Tensor]) throws -> Tensor {
    inputs.count == 1 ? try forward(copies: inputs[0]) : try eachCopy(inputs)
  }

  /// Multiplications and additions (as one) of a run, where they are known.
  open func multiplyAdds(input: Shape, output: Shape) -> Double? { nil }

  /// Builds this module again, with `copier`'s copies of its slots and children.
  ///
  /// A subclass that can be copied overrides it.
  open func duplicated(_ copier: ModuleCopier) throws -> Module {
    throw TensorError(.value, "copy", "a module of type \(typeName) cannot be copied")
  }

  /// Switches the tree between training and use.
  open func train(_ isTraining: Bool = true) {
    self.isTraining = isTraining
    for (_, module) in children { module.train(isTraining) }
  }

  // MARK: Registration

  /// Adds a parameter; the tensor becomes a leaf that requires a gradient.
  ///
  /// - Throws: `TensorError` for a name that is taken, empty or has a dot, or an integer tensor.
  @discardableResult
  public final func register(parameter name: String, _ tensor: Tensor) throws -> Slot {
    try checkName(name)
    let slot = try Slot.parameter(tensor)
    slots.append((name, slot))
    return slot
  }

  /// Adds a buffer: saved and copied with the module, not learned.
  @discardableResult
  public final func register(buffer name: String, _ tensor: Tensor) throws -> Slot {
    try checkName(name)
    let slot = Slot(tensor, role: .buffer)
    slots.append((name, slot))
    return slot
  }

  /// Adds a slot that another module may have, too: both see one tensor.
  public final func register(_ name: String, _ slot: Slot) throws {
    try checkName(name)
    slots.append((name, slot))
  }

  /// Adds a child.
  ///
  /// - Throws: `TensorError` for a bad name, a module that holds this one, or nesting beyond
  ///   `maximumDepth`.
  public final func register(child name: String, _ module: Module) throws {
    try checkName(name)
    guard module.depth < Module.maximumDepth else {
      throw TensorError(
        .value, typeName, argument: name, "modules are nested more than \(Module.maximumDepth) deep"
      )
    }
    guard !module.namedModules().contains(where: { $0.module === self }) else {
      throw TensorError(.value, typeName, argument: name, "a module cannot hold itself")
    }
    children.append((name, module))
  }

  /// Puts another child in the place of one, or adds it.
  ///
  /// - Throws: as `register(child:)`, and then nothing is changed.
  public final func replace(child name: String, with module: Module) throws {
    guard let place = children.firstIndex(where: { $0.name == name }) else {
      return try register(child: name, module)
    }
    let before = children
    children.remove(at: place)
    do {
      try register(child: name, module)
      children.insert(children.removeLast(), at: place)
    } catch {
      children = before
      throw error
    }
  }

  /// Takes away the tensor or the child of that name, if there is one.
  public final func unregister(_ name: String) {
    slots.removeAll { $0.name == name }
    children.removeAll { $0.name == name }
  }

  /// This module's own parameter or buffer of that name.
  public final func slot(_ name: String) -> Slot? { slots.first { $0.name == name }?.slot }

  /// This module's own child of that name.
  public final func child(_ name: String) -> Module? {
    children.first { $0.name == name }?.module
  }

  private func checkName(_ name: String) throws {
    guard !name.isEmpty, !name.contains(".") else {
      throw TensorError(
        .value, typeName, argument: "name", expected: "a name without dots", got: "'\(name)'")
    }
    guard slot(name) == nil, child(name) == nil else {
      throw TensorError(.value, typeName, argument: "name", "'\(name)' is already registered")
    }
  }
}
