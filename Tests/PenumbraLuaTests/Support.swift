/// What the tests of the Lua face share.

import Glibc
import LuaEmbedding
import Penumbra
import Testing

/// The repository's folder.
let repository = String(#filePath.dropLast("/Tests/PenumbraLuaTests/Support.swift".count))

/// A runtime with `pn` as a global, whose `print` computes its text but shows nothing.
func quietRuntime() throws -> Runtime {
  let runtime = try Runtime()
  try runtime.run(
    """
    pn = require "penumbra"
    function print(...) for i = 1, select("#", ...) do tostring((select(i, ...))) end end
    """)
  return runtime
}

/// The message of the error that a chunk raises, or nil if it raises none.
func errorMessage(_ source: String, in runtime: Runtime) -> String? {
  do {
    try runtime.run(source, name: "=test")
    return nil
  } catch let error as LuaError {
    return error.message
  } catch {
    return "\(error)"
  }
}

/// The whole text of a file, or nil.
func contents(of path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// What a command prints when run in the repository's folder.
func commandOutput(_ command: String) throws -> String {
  let pipe = try #require(popen("cd '\(repository)' && \(command)", "r"))
  defer { pclose(pipe) }
  var bytes: [UInt8] = []
  while case let byte = fgetc(pipe), byte != EOF { bytes.append(UInt8(byte)) }
  return String(decoding: bytes, as: UTF8.self)
}

/// The code blocks of a Markdown text in a language.
func codeBlocks(_ language: String, in text: String) -> [String] {
  var blocks: [String] = []
  var current: String?
  for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
    if let block = current {
      if line == "```" {
        blocks.append(block)
        current = nil
      } else {
        current = block + line + "\n"
      }
    } else if line == "```" + language {
      current = ""
    }
  }
  return blocks
}
