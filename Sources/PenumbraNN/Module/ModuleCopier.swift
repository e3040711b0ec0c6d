/// Deep copies of modules.

internal import PenumbraTensor

extension Module {
  /// A module of the same structure and values that shares no tensor with this one. What two parts
  /// share, their copies share; a random generator that was passed in stays the same.
  ///
  /// - Throws: `TensorError` for a type of module that cannot be copied.
  public final func copy(_ copier: ModuleCopier = ModuleCopier()) throws -> Module {
    try copier(self)
  }
}

/// Copies the parts of one tree, each part once.
public final class ModuleCopier {
  private var slots: [ObjectIdentifier: Module.Slot] = [:]
  private var modules: [ObjectIdentifier: Module] = [:]

  private var kept: [AnyObject] = []

  public init() {}

  /// Keeps an object, on which a copy depends until it has its place, as long as this copier lives.
  public func keep(_ object: AnyObject) { kept.append(object) }

  /// The copy of a slot: a new tensor of the same values, frozen where the original is.
  public func callAsFunction(_ slot: Module.Slot) throws -> Module.Slot {
    if let done = slots[ObjectIdentifier(slot)] { return done }
    let tensor = try slot.tensor.copied().requiresGradient(slot.tensor.requiresGradient)
    let copy = Module.Slot(tensor, role: slot.role)
    slots[ObjectIdentifier(slot)] = copy
    return copy
  }

  /// The copy of a module, in the same mode.
  public func callAsFunction(_ module: Module) throws -> Module {
    if let done = modules[ObjectIdentifier(module)] { return done }
    let copy = try module.duplicated(self)
    copy.isTraining = module.isTraining
    modules[ObjectIdentifier(module)] = copy
    return copy
  }
}
