/// Tells a profiler of each call that a script makes: the operation's public name and the script's line.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraOptim
internal import PenumbraTensor

final class ProfiledCalls: LuaCallObserver {
  private let profiler: Profiler
  /// Operations by the names of functions, where they do not depend on the arguments.
  private var operations: [String: Profiler.Operation] = [:]
  private var lines: [LuaLine: Profiler.Line] = [:]
  private static let lineLimit = 16_384

  init(_ profiler: Profiler) { self.profiler = profiler }

  func callBegins(_ function: String, _ frame: LuaFrame) {
    let operation = operations[function] ?? operation(function, frame)
    profiler.enter(operation, line: frame.state.currentLine().map(line))
  }

  func callEnds() { profiler.leave() }

  private func line(_ line: LuaLine) -> Profiler.Line {
    if let known = lines[line] { return known }
    if lines.count >= ProfiledCalls.lineLimit { lines.removeAll() }
    let made = profiler.line(line.description)
    lines[line] = made
    return made
  }

  private func operation(_ function: String, _ frame: LuaFrame) -> Profiler.Operation {
    if let name = ProfiledCalls.operation(function, frame) { return profiler.operation(name) }
    let name = ProfiledCalls.operation(function)
    let isPass = ProfiledCalls.passes.contains(name)
    let made = profiler.operation(name, phase: isPass ? .backward : .forward)
    operations[function] = made
    return made
  }

  /// The name of what depends on the arguments; nil for others.
  private static func operation(_ function: String, _ frame: LuaFrame) -> String? {
    switch function {
    case "Module.__call":
      frame.object(at: 1, of: ModuleClass.definition)?.typeName ?? function
    case "Operation.__call":
      frame.object(at: 1, of: LuaOperationClass.definition)?.name ?? function
    case "Optimizer.step":
      frame.object(at: 1, of: OptimizerClass.definition)
        .map { "\(type(of: $0.optimizer).name):step" } ?? function
    case "Tensor.__index":
      if let name = frame.string(at: 2), !IndexKey.words.contains(name) {
        "Tensor.\(name)"
      } else {
        "x[...]"
      }
    default: nil
    }
  }

  /// The name by which errors and the reference know a function: "matmul" of "Tensor.matmul" and
  /// "pn.matmul", "+" of "Tensor.__add", "Module:parameters" of "Module.parameters".
  private static func operation(_ function: String) -> String {
    if function.hasPrefix("pn.") { return String(function.dropFirst(3)) }
    let parts = function.split(separator: ".", maxSplits: 1)
    guard parts.count == 2 else { return function }
    let (owner, name) = (parts[0], parts[1])
    if let symbol = symbols[String(name)] { return symbol }
    switch name {
    case "__call": return String(owner)
    case "__tostring", "__close": return "\(name.dropFirst(2))(\(owner))"
    case "__index", "__newindex": return owner == "Tensor" ? "x[...] =" : "\(owner) field"
    default: return owner == "Tensor" ? String(name) : "\(owner):\(name)"
    }
  }

  /// What runs a backward pass and nothing else.
  private static let passes: Set = ["backward", "autograd.backward", "grad"]

  private static let symbols = [
    "__add": "+", "__sub": "-", "__mul": "*", "__div": "/", "__pow": "^", "__mod": "%",
    "__idiv": "//", "__unm": "-x", "__band": "&", "__bor": "|", "__bxor": "~", "__shl": "<<",
    "__shr": ">>", "__bnot": "~x", "__lt": "<", "__le": "<=", "__len": "#",
  ]
}
