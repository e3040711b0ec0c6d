/// What a function of the header answers.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are those of the header.

internal import LuaEmbedding
public import PenumbraHeader
internal import PenumbraLua
internal import PenumbraTensor

extension penumbra_status {
  static let ok = penumbra_status(PENUMBRA_OK)
  static let argument = penumbra_status(PENUMBRA_ERROR_ARGUMENT)
  static let script = penumbra_status(PENUMBRA_ERROR_SCRIPT)
  static let interrupted = penumbra_status(PENUMBRA_ERROR_INTERRUPTED)
  static let memory = penumbra_status(PENUMBRA_ERROR_MEMORY)
  static let busy = penumbra_status(PENUMBRA_ERROR_BUSY)
  static let limit = penumbra_status(PENUMBRA_ERROR_LIMIT)

  /// The status for an error.
  init(_ error: any Error) {
    switch error {
    case is ArgumentProblem: self = .argument
    case let error as TensorError: self = penumbra_status(error.kind)
    case let error as LuaError where error.isInterrupt:
      self = error.interruption == .cancelled ? .interrupted : .limit
    case let error as LuaError where error.isMemory: self = .memory
    case let error as LuaError:
      self = (error.underlying as? TensorError).map { penumbra_status($0.kind) } ?? .script
    default: self = .script
    }
  }

  private init(_ kind: TensorError.Kind) {
    switch kind {
    case .memory: self = .memory
    case .interrupted: self = .interrupted
    default: self = .script
    }
  }
}

/// A wrong argument of a function of the header.
struct ArgumentProblem: LuaRaisable {
  let luaMessage: String

  init(_ argument: String, expected: String, got: String) {
    luaMessage = "\(argument): expected \(expected), got \(got)"
  }
}

/// The text of a C string that must be one.
func text(_ string: UnsafePointer<CChar>?, _ argument: String) throws -> String {
  guard let string else { throw ArgumentProblem(argument, expected: "a string", got: "NULL") }
  guard let text = String(validatingCString: string) else {
    throw ArgumentProblem(argument, expected: "a string in UTF-8", got: "other bytes")
  }
  return text
}

/// A pointer that must be one.
func place<Pointee>(
  _ pointer: UnsafeMutablePointer<Pointee>?, _ argument: String
) throws -> UnsafeMutablePointer<Pointee> {
  guard let pointer else { throw ArgumentProblem(argument, expected: "a pointer", got: "NULL") }
  return pointer
}

@c @implementation
public func penumbra_status_text(_ status: penumbra_status) -> UnsafePointer<CChar>? {
  let text: StaticString =
    switch status {
    case .ok: "success"
    case .argument: "wrong argument"
    case .script: "script error"
    case .interrupted: "interrupted"
    case .memory: "not enough memory"
    case .busy: "the runtime is in use"
    case .limit: "a limit was reached"
    default: "unknown status"
    }
  return UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

@c @implementation
public func penumbra_version() -> UnsafePointer<CChar>? { UnsafePointer(versionText) }

/// For ever.
nonisolated(unsafe) private let versionText = copied(Array(penumbraVersion.utf8))

/// Bytes in memory from malloc, with a zero behind them.
func copied(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
  for (position, byte) in bytes.enumerated() { copy[position] = CChar(bitPattern: byte) }
  copy[bytes.count] = 0
  return copy
}
