// Swift functions as Lua sees them, and the one entry through which C calls them.
internal import CLuaShims

/// A Swift function that Lua can call.
///
/// It reads its arguments from the frame and writes its results with `frame.returns(…)`. A thrown
/// error becomes a Lua string error with the position of the calling line, `file.lua:12: message`.
public typealias LuaFunction = @Sendable (LuaFrame) throws -> Void

/// An error that words its own message for Lua. Others appear as `"\(error)"`.
public protocol LuaRaisable: Error {
  var luaMessage: String { get }
}

/// The object behind one Swift function of one state.
final class FunctionBody {
  let name: String
  let body: (LuaFrame) throws -> Void

  init(name: String, body: @escaping (LuaFrame) throws -> Void) {
    self.name = name
    self.body = body
  }

  /// The class of the userdata which keep the functions that Lua's collector may release.
  static let luaClass = LuaClass<FunctionBody>("function")
}

/// What C calls: all of it returns normally, none of it raises.
let luaCallbacks = luashim_callbacks(
  enter: { call, function in
    guard let call, let function else { return 0 }
    let body = Unmanaged<FunctionBody>.fromOpaque(function).takeUnretainedValue()
    let frame = LuaFrame(call)
    do {
      try body.body(frame)
      return 0
    } catch {
      frame.fail(error)
      return 1
    }
  },
  release: { object in
    if let object { Unmanaged<AnyObject>.fromOpaque(object).release() }
  },
  coroutineChanged: { owner in
    guard let owner else { return }
    LuaState.from(owner).coroutineDidChange()
  },
  closed: { owner in
    guard let owner else { return }
    LuaState.from(owner).universeDidClose()
  },
  written: { owner, stream, bytes, length in
    guard let owner else { return }
    LuaState.from(owner).didWrite(stream, UnsafeRawBufferPointer(start: bytes, count: length))
  }
)
