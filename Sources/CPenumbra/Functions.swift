/// Functions of the host that Lua calls.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are those of the header.

internal import LuaEmbedding
internal import Penumbra
public import PenumbraHeader
internal import PenumbraLua

/// A C function, its context, and who wants to know that the context is free.
final class HostFunction: @unchecked Sendable {
  private let name: String
  private let body: penumbra_function
  private let context: UnsafeMutableRawPointer?
  private weak var host: HostRuntime?
  /// Called when the function goes; not before it was registered.
  var release: penumbra_release?

  init(
    _ name: String, _ body: @escaping penumbra_function, _ context: UnsafeMutableRawPointer?,
    _ host: HostRuntime
  ) {
    self.name = name
    self.body = body
    self.context = context
    self.host = host
  }

  deinit { release?(context) }

  /// One call from Lua.
  func call(_ frame: LuaFrame) throws {
    guard let host else { throw LuaError(message: "\(name): the runtime was closed") }
    let arguments = try (1...).prefix(frame.argumentCount).map {
      try HostFrame.value(frame, at: $0)
    }
    let hostFrame = HostFrame(host, try Loans(arguments, of: host))
    let handle = Handles.add(hostFrame)
    defer { Handles.remove(handle) }
    let failures = host.failureCount
    guard host.gate.enter() else {
      throw LuaError(message: "\(name): the runtime is in use by another thread")
    }
    defer { host.gate.leave() }
    let status = body(handle, context)
    if status == .ok {
      for result in hostFrame.results { try frame.returns(result) }
    } else if let message = hostFrame.failure {
      throw LuaError(message: message)
    } else if host.failureCount != failures, let error = host.failure {
      throw error
    } else {
      throw LuaError(message: "\(name) answered with status \(status)")
    }
  }
}

/// One call of a host's function.
final class HostFrame {
  let host: HostRuntime
  let arguments: Loans
  var results: [LuaValue] = []
  var failure: String?

  init(_ host: HostRuntime, _ arguments: Loans) {
    self.host = host
    self.arguments = arguments
  }

  /// An argument; other objects than tensors as the very userdata that came.
  static func value(_ frame: LuaFrame, at index: Int) throws -> LuaValue {
    let value = try frame.value(at: index)
    guard case .object = value, LuaFace.tensor(in: value) == nil else { return value }
    return .reference(try frame.reference(at: index))
  }
}

/// Runs the body of a function of the header on a frame.
private func using(
  frame handle: OpaquePointer?, _ body: (HostFrame) throws -> Void
) -> penumbra_status {
  guard let frame = Handles.find(handle, as: HostFrame.self) else { return .argument }
  return using(frame.host.handle) { _ in try body(frame) }
}

@c @implementation
public func penumbra_register(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ function: penumbra_function?,
  _ context: UnsafeMutableRawPointer?, _ release: penumbra_release?
) -> penumbra_status {
  using(handle) { host in
    guard let function else {
      throw ArgumentProblem("function", expected: "a function", got: "NULL")
    }
    let path = try text(name, "name")
    let (table, key) = try host.parent(ofPath: path)
    let body = HostFunction(path, function, context, host)
    let made = try host.runtime.state.makeFunction(path) { frame in try body.call(frame) }
    try table.set(key, to: .reference(made))
    body.release = release
  }
}

@c @implementation
public func penumbra_frame_runtime(_ handle: OpaquePointer?) -> OpaquePointer? {
  Handles.find(handle, as: HostFrame.self)?.host.handle
}

@c @implementation
public func penumbra_frame_count(_ handle: OpaquePointer?) -> Int {
  Handles.find(handle, as: HostFrame.self)?.arguments.values.count ?? 0
}

@c @implementation
public func penumbra_frame_argument(
  _ handle: OpaquePointer?, _ index: Int, _ value: UnsafeMutablePointer<penumbra_value>?
) -> penumbra_status {
  using(frame: handle) { frame in
    let value = try place(value, "value")
    let values = frame.arguments.values
    value.pointee = values.indices.contains(index) ? values[index] : penumbra_nil()
  }
}

@c @implementation
public func penumbra_frame_return(
  _ handle: OpaquePointer?, _ value: UnsafePointer<penumbra_value>?
) -> penumbra_status {
  using(frame: handle) { frame in
    guard let value else { throw ArgumentProblem("value", expected: "a value", got: "NULL") }
    guard frame.results.count < 8 else {
      throw ArgumentProblem("value", expected: "at most eight results", got: "a ninth")
    }
    frame.results.append(try LuaValue(value.pointee, "value", for: frame.host))
  }
}

@c @implementation
public func penumbra_frame_fail(
  _ handle: OpaquePointer?, _ message: UnsafePointer<CChar>?
) -> penumbra_status {
  guard let frame = Handles.find(handle, as: HostFrame.self) else { return .argument }
  frame.failure = message.map { String(cString: $0) } ?? "failed"
  return .script
}
