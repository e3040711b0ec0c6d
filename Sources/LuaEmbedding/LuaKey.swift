// Keys of tables, interned once for each state.
internal import CLuaShims

/// A string key, created once for the process and once for each state.
///
/// Looking a field up with it makes no string. Keys live for ever: declare them as `static let`.
public struct LuaKey: @unchecked Sendable {
  /// The bytes, whose address is also the key under which a state's registry keeps the string.
  let bytes: UnsafeBufferPointer<CChar>

  public init(_ name: String) {
    let utf8 = Array(name.utf8)
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: utf8.count + 1)
    for (i, byte) in utf8.enumerated() { copy[i] = CChar(bitPattern: byte) }
    copy[utf8.count] = 0
    bytes = UnsafeBufferPointer(rebasing: copy[..<utf8.count])
  }

  public var name: String {
    String(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self)
  }

  static let typeName = LuaKey("__name")
  static let toString = LuaKey("__tostring")
}
