// Errors that come out of Lua.

/// An error raised by Lua code, by the Lua library, or by a Swift function that Lua called.
///
/// Thrown from a Swift function back into Lua it raises the very same Lua value again.
public struct LuaError: LuaRaisable, CustomStringConvertible, @unchecked Sendable {
  /// The error value as text; for a string without change.
  public let message: String
  /// The error value.
  public let value: LuaValue
  /// The stack of the coroutine where the error was raised. Empty for errors outside any call.
  public let traceback: String
  /// The chunk that the message names, else the innermost Lua function's.
  public let file: String?
  public let line: Int?
  /// The Swift error that a Swift function threw, if this is that error come back.
  public let underlying: (any Error)?
  /// Why the call was stopped from outside, if it was: no `pcall` holds such an error.
  public let interruption: LuaInterruption?
  /// Whether Lua ran out of memory.
  public let isMemory: Bool
  /// What the limit of Lua's memory refused, if that was it.
  public let shortage: LuaShortage?
  /// The Lua value itself, to be raised again.
  let origin: LuaReference?

  public init(message: String) {
    self.init(message: message, value: .string(message))
  }

  init(
    message: String, value: LuaValue, traceback: String = "", position: (String, Int)? = nil,
    underlying: (any Error)? = nil, interruption: LuaInterruption? = nil, isMemory: Bool = false,
    shortage: LuaShortage? = nil, origin: LuaReference? = nil
  ) {
    self.message = message
    self.value = value
    self.traceback = traceback
    file = position?.0
    line = position?.1
    self.underlying = underlying
    self.interruption = interruption
    self.isMemory = isMemory
    self.shortage = shortage
    self.origin = origin
  }

  public var luaMessage: String { message }

  /// Whether the call was stopped from outside: by `interrupt()` or by a limit.
  public var isInterrupt: Bool { interruption != nil }

  public var description: String {
    let text = shortage.map { "\(message): \($0)" } ?? message
    return traceback.isEmpty ? text : "\(text)\n\(traceback)"
  }

  static let closed = LuaError(message: "the Lua state was closed")
  static let foreign = LuaError(message: "the value belongs to another Lua state")
  /// What a call that was stopped on its very last steps throws.
  static func interrupted(_ reason: LuaInterruption) -> LuaError {
    let message =
      switch reason {
      case .cancelled: "interrupted!"
      case .timeLimit: "the time limit was reached"
      case .instructionLimit: "the limit of instructions was reached"
      }
    return LuaError(message: message, value: .string(message), interruption: reason)
  }
  static let memory = LuaError(
    message: "not enough memory", value: .string("not enough memory"), isMemory: true)
}

/// A request for memory that a state's limit refused.
public struct LuaShortage: Sendable, Equatable, CustomStringConvertible {
  /// Bytes that were asked for, that Lua used then, and that it may use.
  public let wanted, used, limit: Int

  public var description: String {
    "\(wanted) bytes wanted, \(used) of \(limit) in use"
  }
}

/// An argument of the wrong type.
public struct LuaTypeError: LuaRaisable {
  /// The argument's position.
  public let argument: Int
  public let expected: String
  /// What came, as `LuaFrame.describe` words it.
  public let actual: String

  public init(argument: Int, expected: String, actual: String) {
    self.argument = argument
    self.expected = expected
    self.actual = actual
  }

  public var luaMessage: String { "argument \(argument): expected \(expected), got \(actual)" }
}

/// A use of an object after its release.
public struct LuaReleasedError: LuaRaisable {
  public let className: String

  public var luaMessage: String { "\(className) was released" }
}

/// The position `file:line` at the start of a message such as `file.lua:12: text`.
func position(inMessage message: String) -> (String, Int)? {
  let utf8 = message.utf8
  var search = utf8.startIndex
  while let colon = utf8[search...].firstIndex(of: UInt8(ascii: ":")) {
    let digits = utf8[utf8.index(after: colon)...].prefix { (48...57).contains($0) }
    if let line = Int(String(digits) ?? ""), digits.endIndex < utf8.endIndex,
      utf8[digits.endIndex] == UInt8(ascii: ":")
    {
      return (String(message[..<colon]), line)
    }
    search = utf8.index(after: colon)
    if utf8.distance(from: utf8.startIndex, to: search) > 4096 { return nil }
    if message[..<search].contains("\n") { return nil }
  }
  return nil
}
