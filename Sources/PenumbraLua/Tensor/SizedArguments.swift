/// Sizes and options in one argument list.

internal import LuaEmbedding
internal import PenumbraTensor

/// `2, 3` or `2, 3, {options}` or `{2, 3, option = ...}`.
struct SizedArguments {
  let shape: Shape
  let options: Options

  static func parameter(_ operation: String, _ options: [ParameterDoc]) -> Parameter<SizedArguments>
  {
    let list = OptionList(options)
    var doc = ParameterDoc(
      name: "...", type: "sizes, then options; or one table of both", standard: nil, summary: "")
    doc.options = options
    return Parameter(
      doc: doc,
      type: ParameterType("integer sizes, or a table of them") { frame, first in
        var sizes: [Int] = []
        var index = first
        while let size = frame.integer(at: index) {
          sizes.append(Int(size))
          index += 1
        }
        var table: Int?
        if index <= frame.argumentCount {
          guard index == frame.argumentCount, frame.type(at: index) == .table else {
            throw BadValue(expected: "integer sizes, got \(frame.describe(at: index))")
          }
          try list.check(frame, index, operation, allowsElements: sizes.isEmpty)
          if sizes.isEmpty {
            try frame.forEachElement(ofTableAt: index) { _, slot in
              guard let size = frame.integer(at: slot) else {
                throw BadValue(expected: "integer sizes, got \(frame.describe(at: slot))")
              }
              sizes.append(Int(size))
            }
          }
          table = index
        }
        return SizedArguments(
          shape: try Shape(sizes, operation: operation),
          options: Options(frame: frame, index: table, operation: operation))
      })
  }
}
