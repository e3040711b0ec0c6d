/// Option tables with checked keys: `{ lr = 1e-3, betas = {0.5, 0.999} }`.

internal import LuaEmbedding
internal import PenumbraTensor

/// The options that a function knows.
struct OptionList: Sendable {
  let docs: [ParameterDoc]
  private let names: Set<String>

  init(_ docs: [ParameterDoc]) {
    self.docs = docs
    names = Set(docs.map(\.name))
  }

  /// Checks every key of the table at `index`.
  ///
  /// - Throws: `TensorError` for an unknown key, with the nearest known one.
  func check(_ frame: LuaFrame, _ index: Int, _ operation: String, allowsElements: Bool = false)
    throws
  {
    try frame.forEachField(ofTableAt: index) { key, _ in
      if let name = frame.string(at: key) {
        guard names.contains(name) else { throw unknown(name, operation) }
      } else if !(allowsElements && frame.isInteger(at: key)) {
        throw TensorError(
          .value, operation, "an option's name is a word, got \(frame.describe(at: key))")
      }
    }
  }

  private func unknown(_ name: String, _ operation: String) -> TensorError {
    let known = docs.map(\.name)
    let hint =
      Spelling.nearest(to: name, in: known).map { " (did you mean '\($0)'?)" }
      ?? (known.isEmpty
        ? " beside a table of options" : ", known are: " + known.joined(separator: ", "))
    return TensorError(.value, operation, "unknown option '\(name)'\(hint)")
  }
}

/// The option table of one call; absent options have their defaults.
struct Options {
  let frame: LuaFrame
  /// The table's stack index; nil where the caller gave none.
  let index: Int?
  let operation: String

  /// The value of one option.
  subscript<Value>(_ option: Parameter<Value>) -> Value {
    get throws {
      // An absent table reads as an argument that was not given.
      guard let index else {
        return try option.decode(frame, frame.argumentCount + 1, operation, place: "option")
      }
      return try frame.withField(option.doc.name, ofTableAt: index) { slot in
        try option.decode(frame, slot, operation, place: "option")
      }
    }
  }

  /// Whether the caller gave this option as a table.
  func isTable<Value>(_ option: Parameter<Value>) throws -> Bool {
    guard let index else { return false }
    return try frame.withField(option.doc.name, ofTableAt: index) { frame.type(at: $0) == .table }
  }

  /// Whether the caller gave this option.
  func has<Value>(_ option: Parameter<Value>) throws -> Bool {
    guard let index else { return false }
    return try frame.withField(option.doc.name, ofTableAt: index) { !frame.isNoneOrNil(at: $0) }
  }
}

extension Parameter where Value == Options {
  /// A table of options as an argument; it may be left out.
  static func options(_ operation: String, _ options: [ParameterDoc]) -> Parameter<Options> {
    let list = OptionList(options)
    var doc = ParameterDoc(name: "options", type: "table", standard: "{}", summary: "")
    doc.options = options
    return Parameter(
      doc: doc,
      type: ParameterType("table of options") { frame, index in
        if frame.isNoneOrNil(at: index) {
          return Options(frame: frame, index: nil, operation: operation)
        }
        guard frame.type(at: index) == .table else { return nil }
        try list.check(frame, index, operation)
        return Options(frame: frame, index: index, operation: operation)
      })
  }
}
