/// Options on the command line: reading their words, and the text of `--help`.

internal import LuaEmbedding
internal import PenumbraTensor

struct ConfigWords {
  let options: [ConfigOption]

  /// `--set name=value`.
  ///
  /// - Throws: `TensorError` (value) for a name that is unknown, or a value of another type.
  func read(_ setting: ScriptRun.Setting) throws -> (String, ConfigValue) {
    guard let option = option(named: setting.name) else {
      throw unknown(setting.name, in: "--set \(setting.name)", prefix: "")
    }
    return (option.name, try option.value(of: setting.text, "--set \(option.name)"))
  }

  /// `--name value`, `--name=value`, `--flag`, `--no-flag`.
  func read(_ arguments: [String]) throws -> [(String, ConfigValue)] {
    var result: [(String, ConfigValue)] = []
    var index = 0
    while index < arguments.count {
      let word = arguments[index]
      index += 1
      guard word.hasPrefix("--"), word.count > 2 else {
        throw TensorError(.value, "config", expected: "--name value", got: "'\(word)'")
      }
      let body = word.dropFirst(2)
      let name = String(body.prefix { $0 != "=" })
      let text = body.firstIndex(of: "=").map { String(body[body.index(after: $0)...]) }
      if let option = option(named: name) {
        if let text {
          result.append((option.name, try option.value(of: text, "option --\(option.name)")))
        } else if option.isFlag {
          result.append((option.name, .boolean(true)))
        } else {
          guard index < arguments.count else {
            throw TensorError(.value, "option --\(option.name)", "needs a value")
          }
          result.append(
            (option.name, try option.value(of: arguments[index], "option --\(option.name)")))
          index += 1
        }
      } else if text == nil, let flag = negated(name) {
        result.append((flag.name, .boolean(false)))
      } else {
        throw unknown(name, in: "'\(word)'", prefix: "--")
      }
    }
    return result
  }

  /// The option of a name, in which `-` may stand for `_`.
  private func option(named name: String) -> ConfigOption? {
    options.first { $0.name == name } ?? options.first { $0.name == name.replacingDashes }
  }

  /// `no-flag`, and `group.no-flag`.
  private func negated(_ name: String) -> ConfigOption? {
    var parts = name.replacingDashes.split(separator: ".", omittingEmptySubsequences: false)
    guard let last = parts.popLast(), last.hasPrefix("no_") else { return nil }
    let flag = (parts + [last.dropFirst(3)]).joined(separator: ".")
    return options.first { $0.name == flag && $0.isFlag }
  }

  private func unknown(_ name: String, in place: String, prefix: String) -> TensorError {
    let known = options.map(\.name)
    let hint =
      Spelling.nearest(to: name.replacingDashes, in: known)
      .map { " (did you mean '\(prefix)\($0)'?)" }
      ?? (known.isEmpty ? "" : ", known are: " + known.joined(separator: ", "))
    return TensorError(.value, "config", "unknown option \(place)\(hint)")
  }

  /// What `--help` prints.
  func help(_ about: String) -> String {
    var text = about.isEmpty ? "" : about + "\n\n"
    text += "Options:\n"
    let left = options.map { "  --\($0.name)" + ($0.isFlag ? "" : " \($0.standard.text)") }
    let width = max((left.map(\.count).max() ?? 0) + 2, 18)
    for (option, start) in zip(options, left) {
      let padding = String(repeating: " ", count: width - start.count)
      let choices =
        option.choices.isEmpty
        ? "" : " (" + option.choices.map(\.text).joined(separator: ", ") + ")"
      let isOn = option.standard == .boolean(true)
      let summary = option.summary + choices + (isOn ? " (on; --no-\(option.name) is off)" : "")
      text += summary.isEmpty ? start + "\n" : start + padding + summary + "\n"
    }
    for (name, summary) in [("--help", "this text"), ("--print-config", "the values in force")] {
      text += "  \(name)" + String(repeating: " ", count: width - name.count - 2) + summary + "\n"
    }
    return text
  }
}

extension String {
  /// `batch-size` as `batch_size`.
  fileprivate var replacingDashes: String { String(map { $0 == "-" ? "_" : $0 }) }
}
