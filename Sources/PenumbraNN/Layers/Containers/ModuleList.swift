/// Modules held together, without a forward of their own.

internal import PenumbraTensor

/// Modules in a row, named "1", "2", ...; a module of your own decides how they run.
public final class ModuleList: Module {
  /// - Throws: `TensorError` when modules are nested too deeply.
  public init(_ modules: [Module] = []) throws {
    super.init()
    for module in modules { try append(module) }
  }

  public override var configuration: String { "" }

  /// The number of modules.
  public var count: Int { children.count }

  /// Adds a module at the end.
  public func append(_ module: Module) throws {
    try register(child: "\(children.count + 1)", module)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try ModuleList(children.map { try copier($0.module) })
  }
}

/// Modules by name; a module of your own decides how they run.
public final class ModuleDict: Module {
  /// - Throws: `TensorError` for a name with a dot, an empty one, or modules nested too deeply.
  public init(_ modules: [(name: String, module: Module)] = []) throws {
    super.init()
    for (name, module) in modules { try register(child: name, module) }
  }

  public override var configuration: String { "" }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try ModuleDict(children.map { ($0.name, try copier($0.module)) })
  }
}
