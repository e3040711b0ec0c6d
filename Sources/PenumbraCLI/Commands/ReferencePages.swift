// The reference as Markdown: a page for each library, and an index.

internal import PenumbraLua

struct ReferencePages {
  struct Page {
    let fileName: String
    let text: String
  }

  let libraries: [Library]

  var all: [Page] {
    [Page(fileName: "README.md", text: index)]
      + libraries.map { Page(fileName: Self.fileName(of: $0), text: HelpText.page($0)) }
  }

  /// "pn.nn" → "pn-nn.md"
  static func fileName(of library: Library) -> String {
    String(library.name.map { $0 == "." ? "-" : $0 }) + ".md"
  }

  private var index: String {
    var text = "# Reference\n\n"
    text += "Written from the table of exports by `penumbra doc --markdown`; do not edit.\n\n"
    text += "| library | contents | exports |\n|---|---|---|\n"
    for library in libraries {
      let link = "[\(library.name)](\(Self.fileName(of: library)))"
      text += "| \(link) | \(library.summary) | \(library.entries.count) |\n"
    }
    return text
  }
}
