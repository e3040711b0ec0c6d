/// A runtime as C sees it: results and the last error stay with it, one thread at a time is inside.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are those of the header.

internal import LuaEmbedding
internal import Penumbra
public import PenumbraHeader

final class HostRuntime {
  let runtime: Runtime
  let gate = Gate()
  /// Its own, unretained.
  private(set) var handle: OpaquePointer?
  /// The results of the last call.
  var results = Loans()
  /// The error of the last function that failed, and how many there were.
  private(set) var failure: (any Error)?
  private(set) var failureCount = 0
  private var message = copied([])
  private var traceback = copied([])

  init(_ options: Runtime.Options) throws {
    runtime = try Runtime(options)
    // Tensors may come before the first script asks for the library.
    _ = try runtime.state.require("penumbra")
    handle = Handles.add(self)
  }

  deinit {
    message.deallocate()
    traceback.deallocate()
  }

  /// Remembers an error.
  func fail(_ error: any Error) -> penumbra_status {
    message.deallocate()
    traceback.deallocate()
    failure = error
    failureCount += 1
    message = copied(Array(((error as? any LuaRaisable)?.luaMessage ?? "\(error)").utf8))
    traceback = copied(Array(((error as? LuaError)?.traceback ?? "").utf8))
    return penumbra_status(error)
  }

  var errorMessage: UnsafePointer<CChar> { UnsafePointer(message) }
  var errorTraceback: UnsafePointer<CChar> { UnsafePointer(traceback) }

  /// The reference that a handle stands for, of this runtime.
  func reference(_ handle: OpaquePointer?, _ argument: String) throws -> HostReference {
    guard let reference = Handles.find(handle, as: HostReference.self) else {
      throw ArgumentProblem(argument, expected: "a reference", got: "a handle that is none")
    }
    guard reference.host === self else {
      throw ArgumentProblem(
        argument, expected: "a reference of this runtime", got: "one of another runtime")
    }
    return reference
  }

  /// Values that C hands in.
  func values(_ start: UnsafePointer<penumbra_value>?, _ count: Int) throws -> [LuaValue] {
    guard count >= 0, count <= 1_000_000 else {
      throw ArgumentProblem("count", expected: "at most 1000000", got: "\(UInt(bitPattern: count))")
    }
    guard count > 0 else { return [] }
    guard let start else { throw ArgumentProblem("arguments", expected: "values", got: "NULL") }
    return try (0..<count).map { position in
      try LuaValue(start[position], "arguments[\(position)]", for: self)
    }
  }

  /// Makes a call and keeps its results, or none if it fails.
  func keepResults(_ call: () throws -> [LuaValue]) throws {
    let values: [LuaValue]
    do {
      values = try call()
    } catch {
      results = Loans()
      throw error
    }
    results = try Loans(values, of: self)
  }

  /// Runs a body that makes tensors: on this runtime's account, and where memory is short Lua's dead ones
  /// are freed first.
  func makingTensors<Result>(_ body: () throws -> Result) throws -> Result {
    try runtime.state.withFrame { _ in try body() }
  }

  /// Finalizers run, and may call functions of the host: the handle is good until they are through.
  func close() {
    results = Loans()
    runtime.state.close()
    failure = nil
    Handles.remove(handle)
  }
}

/// Runs the body of a function of the header on a runtime. What it throws is remembered there and
/// becomes the status.
func using(
  _ handle: OpaquePointer?, _ body: (HostRuntime) throws -> Void
) -> penumbra_status {
  guard let host = Handles.find(handle, as: HostRuntime.self) else { return .argument }
  guard host.gate.enter() else { return .busy }
  defer { host.gate.leave() }
  do {
    try body(host)
    return .ok
  } catch {
    return host.fail(error)
  }
}

/// The same for a function that answers with a value.
func reading<Value>(
  _ handle: OpaquePointer?, otherwise: Value, _ body: (HostRuntime) -> Value
) -> Value {
  guard let host = Handles.find(handle, as: HostRuntime.self), host.gate.enter() else {
    return otherwise
  }
  defer { host.gate.leave() }
  return body(host)
}

// MARK: - Functions of the header

@c @implementation
public func penumbra_runtime_create(
  _ options: UnsafePointer<penumbra_options>?, _ result: UnsafeMutablePointer<OpaquePointer?>?
) -> penumbra_status {
  guard let result else { return .argument }
  result.pointee = nil
  do {
    result.pointee = try HostRuntime(Runtime.Options(penumbra_options(at: options))).handle
    return .ok
  } catch {
    return penumbra_status(error)
  }
}

@c @implementation
public func penumbra_runtime_destroy(_ handle: OpaquePointer?) -> penumbra_status {
  guard let handle else { return .ok }
  guard let host = Handles.find(handle, as: HostRuntime.self) else { return .argument }
  guard host.gate.enter() else { return .busy }
  defer { host.gate.leave() }
  guard host.gate.depth == 1 else { return .busy }
  host.close()
  return .ok
}

@c @implementation
public func penumbra_interrupt(_ handle: OpaquePointer?) -> penumbra_status {
  guard let host = Handles.find(handle, as: HostRuntime.self) else { return .argument }
  host.runtime.interruptHandle.interrupt()
  return .ok
}

@c @implementation
public func penumbra_collect_garbage(_ handle: OpaquePointer?) -> penumbra_status {
  using(handle) { host in host.runtime.state.collectGarbage() }
}

@c @implementation
public func penumbra_error_message(_ handle: OpaquePointer?) -> UnsafePointer<CChar>? {
  reading(handle, otherwise: nil) { host in host.errorMessage }
}

@c @implementation
public func penumbra_error_traceback(_ handle: OpaquePointer?) -> UnsafePointer<CChar>? {
  reading(handle, otherwise: nil) { host in host.errorTraceback }
}
