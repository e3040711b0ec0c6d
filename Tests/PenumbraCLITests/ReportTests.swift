// `penumbra report`: a page that holds everything, asks for nothing, and believes no text.

import Glibc
import Testing

@Suite struct ReportTests {
  static let evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"

  static let script = """
    local pn = require "penumbra"
    local evil = [[\(evil)]]
    local cfg = pn.config{ lr = {0.5, "rate"}, name = {"plain"}, model = { width = {64} } }
    for step = 1, 30 do
      pn.run:log{ step = step, loss = { D = 1 / step, G = step == 20 and 0/0 or step }, [evil] = 1 }
      if step % 2 == 0 then
        pn.run:image("noise", pn.rand(4, 1, 4, 4))
        pn.run:histogram("weights", pn.randn(100))
        pn.run:text("note", evil .. step)
      end
    end
    pn.run:checkpoint({ step = 30, x = pn.ones(2) }, { best = 1, metric = "loss/D" })
    """

  private func place(_ words: [[String]]) throws -> Workspace {
    let place = try Workspace(["a.lua": ReportTests.script])
    for words in words {
      let outcome = try Child.run(Child.penumbra, ["run", "a.lua"] + words, in: place.path)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    return place
  }

  /// The elements of a page in their order: "<p", "</p". Fails the test where they do not nest.
  private func tags(_ page: String) -> [String] {
    var (tags, open): ([String], [String]) = ([], [])
    let void: Set = ["meta", "img", "input", "br", "!doctype"]
    var rest = page[...]
    while let start = rest.firstIndex(of: "<") {
      rest = rest[rest.index(after: start)...]
      let tag = String(rest.prefix { $0 != ">" })
      let name = String(tag.prefix { !" /\n".contains($0) || $0 == "/" && tag.first == "/" })
      tags.append(tag)
      if tag.hasPrefix("/") {
        #expect(open.popLast() == String(tag.dropFirst()), "\(tag)")
      } else if !void.contains(name), !tag.hasSuffix("/") {
        open.append(name)
        if ["script", "style"].contains(name), let end = rest.range(ofText: "</\(name)") {
          rest = rest[end...]
        }
      }
    }
    #expect(open.isEmpty)
    return tags
  }

  @Test func aPageHoldsTheRun() throws {
    let place = try place([["--set", "lr=0.25", "--seed", "7", "--name", "first"]])
    let outcome = try place.penumbra("report", "first")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output == "runs/\(place.runs[0])/report.html\n")
    let page = try place.runFile("report.html")
    for part in [
      "<dt>lr</dt><dd>0.25</dd>", "<dt>model.width</dt><dd>64</dd>", "class=\"given\"",
      "<h3>loss/D</h3>", "<h3>loss/G</h3>", "<h3>weights</h3>", "<h3>noise</h3>",
      "data:image/png;base64,iVBORw0KGgo", "not finite at step 20", "1 not finite",
      "step-000000030.safetensors", "<dt>Seed</dt><dd>7</dd>", "<dt>Penumbra</dt>",
      "--set lr=0.25", "9 of 15 shown", "12 of 15 pictures", "finished", "local cfg = pn.config",
    ] { #expect(page.contains(part), "\(part)") }
    // The values under the pointer are those that were logged.
    #expect(page.contains("0:1 2 3 4 5 6 7 8 9 10 11"))
    #expect(page.contains(":1 0.5 0.3333 0.25 0.2 0.1667"))
    let plots = tags(page).filter { $0.hasPrefix("svg class=\"plot l") }
    #expect(plots.count == 5)
  }

  /// No text of a run becomes markup, nothing outside is asked for, and no script but the page's runs.
  @Test func textsStayTexts() throws {
    let place = try place([["--set", "name=\(ReportTests.evil)"]])
    let record = try place.runFile("run.json")
    let named = record.split(separator: "\"name\":\"a\"").joined(
      separator: "\"name\":\"<script>alert(3)</script>\"")
    try place.write("runs/\(place.runs[0])/run.json", named)
    #expect(try place.penumbra("report", place.runs[0]).code == 0)
    let page = try place.runFile("report.html")
    let tags = tags(page)
    #expect(tags.count { $0.hasPrefix("script") } == 1)
    #expect(tags.count { $0.hasPrefix("img") } == 12)
    #expect(page.contains("&lt;script&gt;alert(3)&lt;/script&gt;"))
    #expect(page.contains("&lt;img src=x onerror=alert(2)&gt;&quot;&#39;&amp;"))
    for tag in tags {
      // Names of attributes stand outside of the quotes.
      let parts = tag.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
      for (place, part) in parts.enumerated() {
        if place % 2 == 0 {
          for word in ["href=", "onerror=", "onclick=", "src=x"] { #expect(!part.contains(word)) }
        } else if parts[place - 1].hasSuffix("src=") {
          #expect(part.hasPrefix("data:image/png;base64,"))
        }
      }
    }
    // The only address is the name of SVG.
    #expect(page.split(separator: "://").count == 2 && page.contains("http://www.w3.org/2000/svg"))
    #expect(!page.contains("@import"))
    // The policy names the check sum of the script, by another program.
    let scripts = page.split(separator: "<script>")
    let body = String(
      scripts[1].prefix(upTo: scripts[1].range(ofText: "</script") ?? scripts[1].endIndex))
    try place.write("script.js", body)
    let sum = try Child.run(
      "/bin/sh",
      ["-c", "sha256sum script.js | head -c 64 | tr a-f A-F | basenc --base16 -d | base64"],
      in: place.path)
    let wanted = sum.output.split(separator: "\n").first ?? ""
    #expect(wanted.count == 44 && page.contains("script-src 'sha256-\(wanted)'"), "\(sum)")
    #expect(page.contains("default-src 'none'"))
  }

  @Test func runsAreCompared() throws {
    let place = try place([
      ["--name", "x", "--set", "lr=1"], ["--name", "x", "--set", "lr=2"], ["--name", "y"],
    ])
    let outcome = try place.penumbra("report", "--name", "x", "y", "--metric", "loss/D")
    #expect(outcome.code == 0 && outcome.output == "report.html\n", "\(outcome.errors)")
    let page = try place.read("report.html")
    let tags = tags(page)
    #expect(tags.count { $0.hasPrefix("polyline class=\"line c2 d0\"") } == 2)
    #expect(tags.count { $0.hasPrefix("th class=\"option\"") } == 1)
    for part in [
      "<td class=\"option\">2.0</td>", "<td class=\"option\">0.5</td>", "3 runs compared",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(page.contains("2 options in common") && !page.contains("<h3>loss/G</h3>"))
    #expect(place.names(in: ".").sorted() == ["a.lua", "report.html", "runs"])
  }

  /// However much was logged, the page stays small, and it is written whole or not at all.
  @Test func pagesAreBounded() throws {
    let place = try place([["--name", "long"]])
    var text = ""
    for step in 1...100_000 {
      text += "{\"step\":\(step),\"time\":1,\"loss\":\(Double(step % 100))}\n"
    }
    try place.write("runs/\(place.runs[0])/metrics.jsonl", text)
    #expect(try place.penumbra("report", "long", "--out", "page.html").code == 0)
    let page = try place.read("page.html")
    #expect(page.utf8.count < 120_000, "\(page.utf8.count)")
    #expect(page.contains("<b>99</b>") && page.contains("100000"))
    let failed = try place.penumbra("report", "long", "--out", "no/page.html")
    #expect(failed.code == 1 && failed.errors.contains("no/page.html: No such file"))
  }

  @Test func aFailedRunSaysWhyAtItsTop() throws {
    let place = try Workspace(["a.lua": "error 'no <b>luck</b>'"])
    #expect(try place.penumbra("run", "a.lua").code == 1)
    #expect(try place.penumbra("report", "last").code == 0)
    let page = try place.runFile("report.html")
    _ = tags(page)
    let parts = page.split(separator: "no &lt;b&gt;luck&lt;/b&gt;</pre>")
    #expect(parts.count == 2 && parts[0].contains("failed") && parts[1].contains("Circumstances"))
  }

  @Test func foldersMayHoldAnything() throws {
    let place = try place([["--name", "odd"]])
    let run = "runs/\(place.runs[0])"
    for (name, text) in [
      ("config.json", "[1,2"),
      ("metrics.jsonl", "{\"step\":9223372036854775807,\"a\":1e308}\n\u{0}"),
      ("histograms.jsonl", "{\"step\":1,\"name\":\"h\",\"edges\":[3,1],\"counts\":[1]}\n{}\n"),
      ("texts.jsonl", "{\"step\":1,\"name\":5}\nnull\n"), ("checkpoints/index.json", "{"),
      ("images/noise/step-000000002.png", "no picture"), ("source/a.lua", "\u{1B}[2J"),
    ] { try place.write("\(run)/\(name)", text) }
    #expect(symlink("/etc/passwd", "\(place.path)/\(run)/images/noise/step-000000001.png") == 0)
    #expect(mkfifo("\(place.path)/\(run)/source/pipe", 0o666) == 0)
    let outcome = try place.penumbra("report", "odd")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let page = try place.runFile("report.html")
    _ = tags(page)
    #expect(!page.contains("root:") && !page.contains("\u{1B}"))
  }

  @Test func wrongWordsAreErrors() throws {
    let place = try Workspace()
    for (words, code, message) in [
      ([], 2, "expected a run"), (["x", "--ot", "f"], 2, "did you mean '--out'"),
      (["x", "--out"], 2, "needs a value"), (["x"], 1, "report: no run 'x' in 'runs'"),
      (["--name", "x"], 1, "no run called 'x'"),
    ] {
      let outcome = try Child.run(Child.penumbra, ["report"] + words, in: place.path)
      #expect(outcome.code == Int32(code) && outcome.errors.contains(message), "\(outcome.errors)")
    }
    #expect(place.names(in: ".").isEmpty)
  }
}

extension Substring {
  /// Where a text begins.
  fileprivate func range(ofText text: String) -> Index? {
    var place = startIndex
    while place < endIndex {
      if self[place...].hasPrefix(text) { return place }
      place = index(after: place)
    }
    return nil
  }
}
