/// What C may read until the next call: strings and handles inside values.

internal import LuaEmbedding
internal import Penumbra
internal import PenumbraHeader
internal import PenumbraLua
internal import PenumbraTensor

/// Lua values as C sees them, and the memory and handles that they lean on.
final class Loans {
  let values: [penumbra_value]
  private let strings: [UnsafeMutablePointer<CChar>]
  private let handles: [OpaquePointer]

  /// Nothing.
  init() {
    values = []
    strings = []
    handles = []
  }

  /// - Throws: `LuaError` when Lua has no memory to keep a value.
  init(_ values: [LuaValue], of host: HostRuntime) throws {
    var strings: [UnsafeMutablePointer<CChar>] = []
    var handles: [OpaquePointer] = []
    func lend(_ object: AnyObject) -> OpaquePointer? {
      let handle = Handles.add(object)
      if let handle { handles.append(handle) }
      return handle
    }
    func lend(_ bytes: [UInt8]) -> penumbra_value {
      let copy = copied(bytes)
      strings.append(copy)
      var result = penumbra_value(PENUMBRA_TYPE_STRING)
      result.string = UnsafePointer(copy)
      result.length = bytes.count
      return result
    }
    func lent(_ value: LuaValue) throws -> penumbra_value {
      var result = penumbra_nil()
      switch value {
      case .nil: break
      case .boolean(let value): result = penumbra_boolean(value ? 1 : 0)
      case .integer(let value): result = penumbra_integer(value)
      case .number(let value): result = penumbra_number(value)
      case .string(let value): result = lend(Array(value.utf8))
      case .bytes(let value): result = lend(value)
      default:
        if let tensor = LuaFace.tensor(in: value) {
          result = penumbra_of_tensor(lend(tensor))
        } else {
          result = penumbra_of_reference(lend(try HostReference(value, of: host)))
        }
      }
      return result
    }
    do {
      self.values = try values.map(lent)
    } catch {
      for string in strings { string.deallocate() }
      for handle in handles { Handles.remove(handle) }
      throw error
    }
    self.strings = strings
    self.handles = handles
  }

  deinit {
    for string in strings { string.deallocate() }
    // Whoever retained one keeps it.
    for handle in handles where !Handles.release(handle, as: Tensor.self) {
      _ = Handles.release(handle, as: HostReference.self)
    }
  }
}

extension penumbra_value {
  init(_ type: Int) {
    self = penumbra_nil()
    self.type = penumbra_type(type)
  }
}

/// A Lua value that C keeps.
final class HostReference {
  let reference: LuaReference
  weak var host: HostRuntime?

  init(_ value: LuaValue, of host: HostRuntime) throws {
    reference = try value.reference ?? host.runtime.state.makeTable(value)
    self.host = host
  }
}

extension LuaValue {
  /// A value that C hands in.
  ///
  /// - Throws: `ArgumentProblem` for an unknown type, a dead handle, a string without bytes.
  init(_ value: penumbra_value, _ argument: String, for host: HostRuntime) throws {
    switch Int(value.type) {
    case PENUMBRA_TYPE_NIL: self = .nil
    case PENUMBRA_TYPE_BOOLEAN: self = .boolean(value.boolean != 0)
    case PENUMBRA_TYPE_INTEGER: self = .integer(value.integer)
    case PENUMBRA_TYPE_NUMBER: self = .number(value.number)
    case PENUMBRA_TYPE_STRING:
      guard value.length >= 0, value.string != nil || value.length == 0 else {
        throw ArgumentProblem(argument, expected: "bytes of a string", got: "NULL")
      }
      self = .bytes(Array(UnsafeRawBufferPointer(start: value.string, count: value.length)))
    case PENUMBRA_TYPE_TENSOR:
      guard let tensor = Handles.find(value.tensor, as: Tensor.self) else {
        throw ArgumentProblem(argument, expected: "a tensor", got: "a handle that is none")
      }
      self = LuaFace.value(of: tensor)
    case PENUMBRA_TYPE_REFERENCE:
      self = .reference(try host.reference(value.reference, argument).reference)
    default:
      throw ArgumentProblem(argument, expected: "a type from 0 to 6", got: "\(value.type)")
    }
  }
}
