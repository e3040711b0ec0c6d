// Classes: how Swift objects look from Lua. Definitions belong to the process, not to a state.
internal import CLuaShims

/// What a class may have beyond methods.
public struct LuaClassOptions: Sendable {
  /// Whether pushing the same Swift object again gives the same userdata, as long as that lives.
  public var identityMap: Bool
  /// How many Lua values each userdata can keep for Swift.
  public var userValueCount: Int
  /// The name of a method which releases the object, as `<close>` does.
  public var releaseMethod: String?

  public init(identityMap: Bool = false, userValueCount: Int = 0, releaseMethod: String? = nil) {
    self.identityMap = identityMap
    self.userValueCount = userValueCount
    self.releaseMethod = releaseMethod
  }
}

/// A class of Swift objects in Lua, whatever the Swift type.
public class AnyLuaClass: @unchecked Sendable {
  public let name: String
  public let parent: AnyLuaClass?
  public let options: LuaClassOptions
  let methods: [(String, LuaFunction)]
  let metamethods: [(String, LuaFunction)]
  let index: LuaFunction?
  let newIndex: LuaFunction?
  /// Its address identifies the class: in each box, and as the key of the metatable.
  let descriptor: UnsafeMutablePointer<luashim_class>
  @usableFromInline let identity: UnsafeRawPointer

  init(
    name: String, parent: AnyLuaClass?, methods: [(String, LuaFunction)],
    metamethods: [(String, LuaFunction)], index: LuaFunction?, newIndex: LuaFunction?,
    options: LuaClassOptions
  ) {
    self.name = name
    self.parent = parent
    self.methods = methods
    self.metamethods = metamethods
    self.index = index
    self.newIndex = newIndex
    self.options = options
    descriptor = .allocate(capacity: 1)
    identity = UnsafeRawPointer(descriptor)
    descriptor.initialize(
      to: luashim_class(
        owner: nil, parent: parent.map { UnsafePointer($0.descriptor) },
        userValueCount: Int32(clamping: options.userValueCount),
        isIdentityMapped: options.identityMap, identityKey: 0))
    descriptor.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit { descriptor.deallocate() }

  static func from(_ descriptor: UnsafePointer<luashim_class>) -> AnyLuaClass {
    Unmanaged<AnyLuaClass>.fromOpaque(descriptor.pointee.owner).takeUnretainedValue()
  }

  /// The classes from the root down to this one.
  var lineage: [AnyLuaClass] { (parent?.lineage ?? []) + [self] }

  /// Whether objects of this class are also objects of the other.
  public func inherits(from other: AnyLuaClass) -> Bool {
    luashim_inherits(descriptor, other.descriptor)
  }

  /// The names of all methods, inherited ones too, in the order of their definition.
  public var methodNames: [String] {
    lineage.flatMap { $0.methods.map(\.0) + [$0.options.releaseMethod].compactMap { $0 } }
  }

  /// The names of all metamethods, inherited ones too: "__add", "__call".
  public var metamethodNames: [String] {
    var seen: Set<String> = []
    return lineage.flatMap { $0.metamethods.map(\.0) }.filter { seen.insert($0).inserted }
  }

  /// Whether objects have fields besides methods.
  public var hasFields: Bool { lineage.contains { $0.index != nil } }

  func accepts(_ type: AnyClass) -> Bool { true }
}

/// A class of Swift objects in Lua.
///
/// The definition is data, belongs to the process, and is registered in each state that uses it
/// (`LuaState.register`). Lua sees a userdata per object with `__name`, `__eq` (identity of the
/// Swift object), `__gc`, `__close` and `__metatable = false`; collector, `<close>` and the release
/// method share one release, after which every use is the error `Tensor was released`.
public final class LuaClass<Object: AnyObject>: AnyLuaClass, @unchecked Sendable {
  /// Defines a class.
  ///
  /// - Parameters:
  ///   - name: What error messages and `print` call an object.
  ///   - parent: A class whose methods, metamethods and handlers are inherited; wherever it is
  ///     asked for, objects of this class are accepted. `Object` must derive from its Swift class.
  ///   - methods: What `object:name(…)` calls.
  ///   - metamethods: `__add`, `__call`, `__len`, `__tostring`, …; `__close` instead of the release.
  ///   - index: Called with (object, key) for a key that names no method. Without it, and for
  ///     a key it does not know, the error is `Tensor has no field 'foo' (did you mean 'for'?)`.
  ///   - newIndex: Called with (object, key, value) for an assignment.
  public init(
    _ name: String, parent: AnyLuaClass? = nil, methods: [(String, LuaFunction)] = [],
    metamethods: [(String, LuaFunction)] = [], index: LuaFunction? = nil,
    newIndex: LuaFunction? = nil, options: LuaClassOptions = LuaClassOptions()
  ) {
    precondition(parent?.accepts(Object.self) ?? true, "\(name) does not derive from its parent")
    super.init(
      name: name, parent: parent, methods: methods, metamethods: metamethods,
      index: index ?? parent?.index, newIndex: newIndex ?? parent?.newIndex, options: options)
  }

  override func accepts(_ type: AnyClass) -> Bool { type is Object.Type }
}
