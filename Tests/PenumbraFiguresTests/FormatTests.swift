/// Labels are as large, and as bold, in each format.

import Glibc
import PenumbraFigures
import Testing

@Suite struct FormatTests {
  /// Two panels one above the other, whose labels must not meet.
  private func figure() throws -> Figure {
    let panels = try ["upper", "lower"].map { name in
      var panel = Panel([try Series.line([0, 1, 2], [1, 2, 4])], title: "title" + name)
      panel.xLabel = "label" + name
      panel.yLabel = "value" + name
      return panel
    }
    return Figure(panels, columns: 1)
  }

  private func output(of command: String) -> String {
    guard let pipe = popen(command, "r") else { return "" }
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func titlesAreBoldInSVG() throws {
    let path = "\(P_tmpdir)/penumbra-format-\(getpid()).svg"
    defer { unlink(path) }
    try figure().write(to: path)
    let text = output(of: "cat '\(path)'")
    for title in ["titleupper", "titlelower"] {
      let before = text.split(separator: title)[0].suffix(300)
      #expect(before.contains("font-weight=\"bold\""), "\(before)")
    }
  }

  @Test(.enabled(if: access("/usr/bin/pdftotext", X_OK) == 0, "no pdftotext"))
  func labelsOfPDFDoNotMeet() throws {
    let path = "\(P_tmpdir)/penumbra-format-\(getpid()).pdf"
    defer { unlink(path) }
    try figure().write(to: path)
    let text = output(of: "pdftotext -bbox '\(path)' -")
    /// The box of a word: xMin, yMin, xMax, yMax, in points.
    func box(_ word: String) -> [Double] {
      let line = text.split(separator: "\n").first { $0.contains(">\(word)<") } ?? ""
      return line.split(separator: "\"").compactMap { Double($0) }
    }
    let (label, title) = (box("labelupper"), box("titlelower"))
    #expect(label.count == 4 && title.count == 4, "\(text)")
    guard label.count == 4, title.count == 4 else { return }
    #expect(label[3] <= title[1], "the label ends at \(label[3]), the title starts at \(title[1])")
    // Ten points of 96 to an inch.
    #expect(abs(label[3] - label[1] - 10) < 2.5, "\(label)")
    #expect(label[0] > 0 && box("valueupper").first ?? -1 >= 0)
  }
}
