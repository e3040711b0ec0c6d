/// Classes of the host's objects, with the methods and properties that scripts see.

public import LuaEmbedding

/// How objects of a Swift class look from Lua. It is data, made once for the process; each runtime that
/// uses it registers it.
///
/// ```swift
/// final class Counter: ScriptObject {
///   var count = 0
///   static let scriptClass = ScriptClass<Counter>(
///     "Counter",
///     .initializer { () in Counter() },
///     .method("add") { (counter, n: Int) in counter.count += n },
///     .property("count", get: { $0.count }, set: { $0.count = $1 }))
/// }
/// try runtime.register(Counter.scriptClass)
/// try runtime.run("local c = Counter() c:add(3) c.count = c.count * 2")
/// ```
public final class ScriptClass<Object: AnyObject>: Sendable {
  public let name: String
  let definition: LuaClass<Object>
  let make: LuaFunction?

  /// - Parameters:
  ///   - name: what scripts and messages call it.
  ///   - members: of several with the same name the last counts.
  public init(_ name: String, _ members: ScriptMember<Object>...) {
    self.name = name
    var methods: [(String, LuaFunction)] = []
    var readers: [String: LuaFunction] = [:]
    var writers: [String: LuaFunction] = [:]
    var initializer: (@Sendable (LuaFrame, String) throws -> Object)?
    for member in members {
      switch member.kind {
      case .method(let body):
        let title = "\(name):\(member.name)"
        methods.append((member.name, { frame in try body(frame, title) }))
      case .property(let get, let set):
        let title = "\(name).\(member.name)"
        readers[member.name] = { frame in try get(frame, title) }
        if let set { writers[member.name] = { frame in try set(frame, title) } }
      case .initializer(let make): initializer = make
      }
    }
    let (allReaders, allWriters) = (readers, writers)
    let definition = LuaClass<Object>(
      name, methods: methods,
      index: { frame in
        guard let key = frame.string(at: 2), let read = allReaders[key] else {
          throw frame.unknownField(at: 2, besides: Array(allReaders.keys))
        }
        try read(frame)
      },
      newIndex: { frame in
        guard let key = frame.string(at: 2), let write = allWriters[key] else {
          throw frame.unassignableField(at: 2, among: Array(allWriters.keys))
        }
        try write(frame)
      }, options: LuaClassOptions(identityMap: true))
    self.definition = definition
    guard let create = initializer else {
      make = nil
      return
    }
    make = { frame in frame.returns(try create(frame, name), as: definition) }
  }
}

/// A method, property or initialiser of a `ScriptClass`.
public struct ScriptMember<Object: AnyObject>: Sendable {
  typealias Body = @Sendable (LuaFrame, _ title: String) throws -> Void

  enum Kind: Sendable {
    case method(Body)
    case property(get: Body, set: Body?)
    case initializer(@Sendable (LuaFrame, String) throws -> Object)
  }

  let name: String
  let kind: Kind

  /// What `object:name(...)` calls.
  public static func method<each Argument: ScriptValue, Result: ScriptValue>(
    _ name: String, _ body: @escaping @Sendable (Object, repeat each Argument) throws -> Result
  ) -> ScriptMember {
    ScriptMember(
      name: name,
      kind: .method { frame, title in
        let object = try frame.scriptObject(Object.self)
        var call = ScriptCall(title, frame, from: 2)
        try frame.returns(body(object, repeat call.next((each Argument).self)).luaValue)
      })
  }

  /// What `object:name(...)` calls, without a result.
  public static func method<each Argument: ScriptValue>(
    _ name: String, _ body: @escaping @Sendable (Object, repeat each Argument) throws -> Void
  ) -> ScriptMember {
    ScriptMember(
      name: name,
      kind: .method { frame, title in
        let object = try frame.scriptObject(Object.self)
        var call = ScriptCall(title, frame, from: 2)
        try body(object, repeat call.next((each Argument).self))
      })
  }

  /// What `object.name` reads, and what assigning to it does; without `set` it is an error.
  public static func property<Value: ScriptValue>(
    _ name: String, get: @escaping @Sendable (Object) throws -> Value,
    set: (@Sendable (Object, Value) throws -> Void)? = nil
  ) -> ScriptMember {
    let read: Body = { frame, _ in
      try frame.returns(get(try frame.scriptObject(Object.self)).luaValue)
    }
    guard let set else { return ScriptMember(name: name, kind: .property(get: read, set: nil)) }
    let write: Body = { frame, title in
      let object = try frame.scriptObject(Object.self)
      guard let value = try Value.read(frame, at: 3) else {
        throw Refusal(
          luaMessage: "\(title): expected \(Value.scriptName), got \(frame.describe(at: 3))")
      }
      try set(object, value)
    }
    return ScriptMember(name: name, kind: .property(get: read, set: write))
  }

  /// Makes an object where a script calls the class's name.
  public static func initializer<each Argument: ScriptValue>(
    _ body: @escaping @Sendable (repeat each Argument) throws -> Object
  ) -> ScriptMember {
    ScriptMember(
      name: "",
      kind: .initializer { frame, title in
        var call = ScriptCall(title, frame)
        return try body(repeat call.next((each Argument).self))
      })
  }
}

extension LuaFrame {
  /// The object that a method was called on.
  fileprivate func scriptObject<Object: AnyObject>(_: Object.Type) throws -> Object {
    if let object = anyObject(at: 1) as? Object { return object }
    if isReleased(at: 1), let name = luaClass(at: 1)?.name {
      throw Refusal(luaMessage: "\(name) was released")
    }
    throw LuaTypeError(argument: 1, expected: "\(Object.self)", actual: describe(at: 1))
  }
}

/// An object of the host's that goes to Lua and back as itself. The class must be final, and registered
/// in the runtime.
public protocol ScriptObject: AnyObject, ScriptValue {
  static var scriptClass: ScriptClass<Self> { get }
}

extension ScriptObject {
  public static var scriptName: String { scriptClass.name }
  public var luaValue: LuaValue { .object(self, of: Self.scriptClass.definition) }
  public static func read(_ frame: LuaFrame, at index: Int) -> Self? {
    frame.object(at: index, of: scriptClass.definition)
  }
}
