// The globals that only the interactive mode has: `pn` and `help`.

internal import LuaEmbedding
internal import Penumbra

enum SessionGlobals {
  /// Sets them, unless a script that ran before has its own.
  static func install(in interpreter: Interpreter) throws {
    try interpreter.runtime.run(source, name: "=[interactive]")
  }

  private static let source = """
    local rawequal, type, next, write, error = rawequal, type, next, io.write, error
    local library = require "penumbra"
    if pn == nil then pn = library end

    -- The path of a function or library, by identity: "pn.nn.Linear".
    local function find(wanted)
      if rawequal(wanted, library) then return "pn" end
      for name, value in next, library do
        if rawequal(value, wanted) then return "pn." .. name end
        if type(value) == "table" then
          for inner, member in next, value do
            if rawequal(member, wanted) then return "pn." .. name .. "." .. inner end
          end
        end
      end
    end

    if help == nil then
      function help(what)
        if what == nil then what = "pn" end
        local name = type(what) == "string" and what or find(what)
        if not name then error("help: expected a name such as \\"pn.randn\\"", 0) end
        write(library.help(name))
      end
    end
    """
}
