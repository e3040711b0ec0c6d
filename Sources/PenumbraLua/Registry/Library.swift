/// A named set of exported functions, and all of them together.

internal import LuaEmbedding

/// A table of functions, a class's methods, or both.
public struct Library: Sendable {
  /// How a script reaches it: "pn", "pn.nn", "Tensor".
  public let name: String
  public let summary: String
  public let entries: [Entry]
  /// Whether the functions are called with a colon on an object of that class.
  public let isClass: Bool

  init(_ name: String, _ summary: String, isClass: Bool = false, _ entries: [Entry]) {
    self.name = name
    self.summary = summary
    self.isClass = isClass
    self.entries = entries
  }

  /// How a script writes a call of `entry`: "pn.randn", "Tensor:add".
  public func path(_ entry: Entry) -> String { name + (isClass ? ":" : ".") + entry.name }

  /// The entries as a class's methods.
  var methods: [(String, LuaFunction)] { entries.map { ($0.name, $0.body) } }
}
