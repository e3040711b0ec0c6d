/// Modules as arguments: one by one, in a table, or followed by options.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

/// `a, b, c` or `{a, b, c}`
enum ModuleArguments {
  static let parameter = Parameter<[Module]>(
    doc: ParameterDoc(
      name: "...", type: "Modules, or a table of them", standard: nil, summary: ""),
    type: ParameterType("Modules, or a table of them") { frame, first in
      if frame.type(at: first) == .table {
        return try ParameterType<[Module]>.list(of: .module).decode(frame, first)
      }
      return try modules(frame, first...max(first, frame.argumentCount)).modules
    })

  /// The modules among these arguments, and the index of the first that is none.
  static func modules(_ frame: LuaFrame, _ indices: ClosedRange<Int>, allowsOptions: Bool = false)
    throws -> (modules: [Module], next: Int)
  {
    var found: [Module] = []
    for index in indices where index <= frame.argumentCount {
      guard let module = try ParameterType<Module>.module.decode(frame, index) else {
        if allowsOptions, index == frame.argumentCount, frame.type(at: index) == .table {
          return (found, index)
        }
        throw BadValue(expected: "a Module as argument \(index), got \(frame.describe(at: index))")
      }
      found.append(module)
    }
    return (found, frame.argumentCount + 1)
  }
}

/// `a, b`, `a, b, {options}` or `{a, b, option = ...}`
struct ModulesAndOptions {
  let modules: [Module]
  let options: Options

  static func parameter(_ operation: String, _ options: [ParameterDoc])
    -> Parameter<ModulesAndOptions>
  {
    let list = OptionList(options)
    var doc = ParameterDoc(
      name: "...", type: "Modules, then options; or one table of both", standard: nil, summary: "")
    doc.options = options
    return Parameter(
      doc: doc,
      type: ParameterType("Modules, or a table of them") { frame, first in
        var (modules, table): ([Module], Int?) = ([], nil)
        if frame.type(at: first) == .table {
          try list.check(frame, first, operation, allowsElements: true)
          modules = try ParameterType<[Module]>.list(of: .module).decode(frame, first) ?? []
          table = first
        } else {
          let (found, next) = try ModuleArguments.modules(
            frame, first...max(first, frame.argumentCount), allowsOptions: true)
          modules = found
          if next <= frame.argumentCount {
            try list.check(frame, next, operation)
            table = next
          }
        }
        return ModulesAndOptions(
          modules: modules, options: Options(frame: frame, index: table, operation: operation))
      })
  }
}
