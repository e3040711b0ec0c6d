/// Scripts, calls, globals and their results.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are those of the header.

internal import LuaEmbedding
internal import Penumbra
public import PenumbraHeader

extension HostRuntime {
  /// The table in which the last part of "a.b.c" is a key, and that key.
  func parent(ofPath path: String) throws -> (table: LuaReference, key: String) {
    var parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let key = parts.popLast(), !key.isEmpty, !parts.contains("") else {
      throw ArgumentProblem("name", expected: "a name such as 'x' or 'a.x'", got: "'\(path)'")
    }
    var table = try runtime.state.globals()
    for part in parts {
      guard let next = try HostReference(table.get(part), of: self).indexable else {
        throw LuaError(message: "'\(path)': '\(part)' is not a table")
      }
      table = next
    }
    return (table, key)
  }

  func value(atPath path: String) throws -> LuaValue {
    let (table, key) = try parent(ofPath: path)
    return try table.get(key)
  }
}

extension HostReference {
  /// The value if it can have fields.
  var indexable: LuaReference? {
    reference.type == .table || reference.type == .userdata ? reference : nil
  }
}

@c @implementation
public func penumbra_run(
  _ handle: OpaquePointer?, _ source: UnsafePointer<CChar>?, _ name: UnsafePointer<CChar>?
) -> penumbra_status {
  using(handle) { host in
    try host.keepResults {
      let name = try name.map { try text($0, "name") } ?? "source"
      return try host.runtime.run(text(source, "source"), name: "=\(name)")
    }
  }
}

@c @implementation
public func penumbra_run_file(
  _ handle: OpaquePointer?, _ path: UnsafePointer<CChar>?
) -> penumbra_status {
  using(handle) { host in
    try host.keepResults { try host.runtime.run(file: text(path, "path")) }
  }
}

@c @implementation
public func penumbra_call(
  _ handle: OpaquePointer?, _ function: UnsafePointer<CChar>?,
  _ arguments: UnsafePointer<penumbra_value>?, _ count: Int
) -> penumbra_status {
  using(handle) { host in
    try host.keepResults {
      let path = try text(function, "function")
      let values = try host.values(arguments, count)
      let value = try host.value(atPath: path)
      if value.isNil { throw LuaError(message: "there is no function '\(path)'") }
      return try host.runtime.call(HostReference(value, of: host).reference, values)
    }
  }
}

@c @implementation
public func penumbra_call_reference(
  _ handle: OpaquePointer?, _ function: OpaquePointer?,
  _ arguments: UnsafePointer<penumbra_value>?, _ count: Int
) -> penumbra_status {
  using(handle) { host in
    try host.keepResults {
      let function = try host.reference(function, "function")
      return try host.runtime.call(function.reference, host.values(arguments, count))
    }
  }
}

@c @implementation
public func penumbra_get_global(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?
) -> penumbra_status {
  using(handle) { host in
    try host.keepResults { [try host.value(atPath: text(name, "name"))] }
  }
}

@c @implementation
public func penumbra_set_global(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<penumbra_value>?
) -> penumbra_status {
  using(handle) { host in
    guard let value else { throw ArgumentProblem("value", expected: "a value", got: "NULL") }
    let given = try LuaValue(value.pointee, "value", for: host)
    let (table, key) = try host.parent(ofPath: text(name, "name"))
    try table.set(key, to: given)
  }
}

@c @implementation
public func penumbra_get_field(
  _ handle: OpaquePointer?, _ table: OpaquePointer?, _ key: UnsafePointer<penumbra_value>?
) -> penumbra_status {
  using(handle) { host in
    try host.keepResults {
      guard let key else { throw ArgumentProblem("key", expected: "a value", got: "NULL") }
      let table = try host.reference(table, "table").reference
      return [try table.get(LuaValue(key.pointee, "key", for: host))]
    }
  }
}

@c @implementation
public func penumbra_result_count(_ handle: OpaquePointer?) -> Int {
  reading(handle, otherwise: 0) { host in host.results.values.count }
}

@c @implementation
public func penumbra_result(
  _ handle: OpaquePointer?, _ index: Int, _ value: UnsafeMutablePointer<penumbra_value>?
) -> penumbra_status {
  using(handle) { host in
    let value = try place(value, "value")
    let values = host.results.values
    guard values.indices.contains(index) else {
      value.pointee = penumbra_nil()
      throw ArgumentProblem(
        "index", expected: "below \(values.count)", got: "\(UInt(bitPattern: index))")
    }
    value.pointee = values[index]
  }
}

// MARK: - References

@c @implementation
public func penumbra_reference_retain(_ handle: OpaquePointer?) -> penumbra_status {
  Handles.retain(handle, as: HostReference.self) ? .ok : .argument
}

@c @implementation
public func penumbra_reference_release(_ handle: OpaquePointer?) -> penumbra_status {
  guard let reference = Handles.find(handle, as: HostReference.self) else { return .argument }
  guard let host = reference.host else {
    return Handles.release(handle, as: HostReference.self) ? .ok : .argument
  }
  guard host.gate.enter() else { return .busy }
  defer { host.gate.leave() }
  return Handles.release(handle, as: HostReference.self) ? .ok : .argument
}
