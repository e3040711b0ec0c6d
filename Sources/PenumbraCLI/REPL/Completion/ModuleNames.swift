// What `require` could load.

internal import LuaEmbedding

struct ModuleNames {
  private let names: NameResolver

  init(_ names: NameResolver) { self.names = names }

  /// The modules that are loaded or preloaded, and those that `package.path` leads to.
  func candidates(_ prefix: String) -> [String] {
    var found = Set(keys(["package", "loaded"]) + keys(["package", "preload"]))
    for template in (path ?? "").split(separator: ";") {
      found.formUnion(files(String(template), prefix))
    }
    return found.filter { $0.hasPrefix(prefix) }.sorted()
  }

  private func keys(_ table: [String]) -> [String] {
    let found = try? names.find(table) { frame, found -> [String] in
      guard case .slot(let slot)? = found, frame.type(at: slot) == .table else { return [] }
      var keys: [String] = []
      try frame.forEachField(ofTableAt: slot) { key, _ in
        if let name = frame.string(at: key) { keys.append(name) }
      }
      return keys
    }
    return found ?? []
  }

  private var path: String? {
    try? names.find(["package", "path"]) { frame, found in
      guard case .slot(let slot)? = found else { return nil }
      return frame.string(at: slot)
    }
  }

  /// Modules by one template such as "./?.lua" or "./?/init.lua"; folders as "name.".
  private func files(_ template: String, _ prefix: String) -> [String] {
    guard let mark = template.firstIndex(of: "?") else { return [] }
    let (before, after) = (String(template[..<mark]), template[template.index(after: mark)...])
    guard before.isEmpty || before.hasSuffix("/") else { return [] }
    let dot = prefix.lastIndex(of: ".").map { prefix.index(after: $0) } ?? prefix.startIndex
    let owner = String(prefix[..<dot])
    let folder = before + String(owner.map { $0 == "." ? "/" : $0 })
    return FileNames.entries(folder.isEmpty ? "." : folder).compactMap { entry in
      if entry.isFolder {
        guard LuaName.isName(entry.name) else { return nil }
        if after.hasPrefix("/"), !after.dropFirst().contains("/"),
          FileNames.entries(folder + entry.name).contains(where: { $0.name == after.dropFirst() })
        {
          return owner + entry.name
        }
        return before.hasPrefix("/") ? nil : owner + entry.name + "."
      }
      guard !after.isEmpty, !after.contains("/"), entry.name.hasSuffix(after) else { return nil }
      return owner + entry.name.dropLast(after.count)
    }
  }
}
