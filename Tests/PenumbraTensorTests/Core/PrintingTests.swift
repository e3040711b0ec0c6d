/// The text of tensors against PyTorch's, character by character, over a corpus
/// (Fixtures/printing.txt, from Scripts/printing.py).

import PenumbraTensor
import Testing

@Suite(.serialized) struct PrintingTests {
  private struct Case {
    var dtype = DType.float32
    var shape: [Int] = []
    var options = PrintOptions()
    var values: [Double] = []
    var text: [Substring] = []
    var title = ""
  }

  private static func cases() throws -> [Case] {
    let here = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    var cases: [Case] = []
    for line in readText("/\(here)/Fixtures/printing.txt").split(separator: "\n") {
      if line.hasPrefix("|") {
        cases[cases.count - 1].text.append(line.dropFirst())
        continue
      }
      let words = line.split(separator: " ")
      if words[0] == "case" {
        var new = Case()
        new.title = String(line)
        new.dtype = try #require(DType(name: String(words[1])))
        new.shape = words[2] == "-" ? [] : words[2].split(separator: ",").compactMap { Int($0) }
        for word in words.dropFirst(3) { try set(word, &new.options) }
        cases.append(new)
      } else if words[0] == "list" {
        cases[cases.count - 1].values = words.dropFirst().compactMap { Double($0) }
      } else {
        let (start, step) = (try #require(Double(words[1])), try #require(Double(words[2])))
        let count = cases[cases.count - 1].shape.reduce(1, *)
        cases[cases.count - 1].values = (0..<count).map { start + step * Double($0) }
      }
    }
    return cases
  }

  private static func set(_ word: Substring, _ options: inout PrintOptions) throws {
    let pair = word.split(separator: "=")
    switch pair[0] {
    case "precision": options.precision = try #require(Int(pair[1]))
    case "linewidth": options.lineWidth = try #require(Int(pair[1]))
    case "threshold": options.threshold = try #require(Int(pair[1]))
    case "edgeitems": options.edgeItems = try #require(Int(pair[1]))
    default: options.scientific = pair[1] == "True"
    }
  }

  @Test func theTextIsPyTorchs() async {
    // The options belong to the process, so this is one of its own.
    await #expect(processExitsWith: .success) {
      let cases = try Self.cases()
      #expect(cases.count >= 60)
      for test in cases {
        PrintOptions.current = test.options
        let x = try Tensor(test.values, Shape(test.shape), dtype: test.dtype)
        let wanted = "tensor(" + test.text.joined(separator: "\n")
        let found = x.description
        let rest = found.dropFirst(wanted.count)
        #expect(
          found.hasPrefix(wanted) && (rest.hasPrefix(")") || rest.hasPrefix(", ")),
          "\(test.title):\n\(found)\n\(wanted)")
      }
    }
  }

  @Test func optionsAreBounded() async {
    await #expect(processExitsWith: .success) {
      var options = PrintOptions()
      options.precision = .max
      options.edgeItems = -1
      options.lineWidth = .min
      options.scientific = false
      PrintOptions.current = options
      let text = try Tensor([Double.greatestFiniteMagnitude, 0.5], [2], dtype: .float64).description
      #expect(text.contains("0." + "5" + String(repeating: "0", count: 29)))
      PrintOptions.current = .full
      let wide = try Tensor.scalar(1).expand(to: [1 << 20, 1 << 20])
      #expect(wide.description.utf8.count < 20_000)
    }
  }
}
