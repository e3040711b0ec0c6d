import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct CSVTests {
  private let folder = TemporaryFolder()

  private func load(_ text: String, _ options: CSV.Options = CSV.Options()) throws -> (
    values: Tensor, names: [String]?
  ) {
    try CSV.load(folder.put("table.csv", Array(text.utf8)), options)
  }

  @Test func numbersAndNames() throws {
    let table = try load("x,\"y, z\",w\r\n1,2.5,-3e2\r\n \t4 ,+.5,\"6\"\r\n")
    #expect(table.names == ["x", "y, z", "w"])
    #expect(table.values.shape == [2, 3] && table.values.dtype == .float32)
    #expect(try table.values.doubles() == [1, 2.5, -300, 4, 0.5, 6])
    let plain = try load("1;2\n3;4", CSV.Options(separator: ";", dtype: .float64))
    #expect(plain.names == nil && plain.values.dtype == .float64)
    #expect(try plain.values.doubles() == [1, 2, 3, 4])
    // A header of numbers is one only when it is said to be.
    let years = try load("2019,2020\n1,2\n", CSV.Options(header: true))
    #expect(years.names == ["2019", "2020"] && years.values.shape == [1, 2])
    #expect(try load("2019,2020\n1,2\n").values.shape == [2, 2])
  }

  @Test func quotesHoldAnything() throws {
    let table = try load("\"a \"\"b\"\"\",\"c\nd\"\n\"1\",2\n")
    #expect(table.names == ["a \"b\"", "c\nd"])
    #expect(try table.values.doubles() == [1, 2])
    let marked = try CSV.load(folder.put("bom.csv", [0xef, 0xbb, 0xbf] + Array("1,2".utf8)))
    #expect(try marked.values.doubles() == [1, 2])
    #expect(try load("a,b\n").values.shape == [0, 2])
    let infinite = try load("inf,-inf\nnan,1\n").values.doubles()
    #expect(infinite[0] == .infinity && infinite[1] == -.infinity && infinite[2].isNaN)
    let gaps = try load("1,\n,2\n", CSV.Options(header: false, missing: .nan)).values.doubles()
    #expect(gaps[0] == 1 && gaps[1].isNaN && gaps[2].isNaN && gaps[3] == 2)
  }

  @Test(arguments: [
    ("1,2\n3,x\n", "line 2, column 2: expected a number, got 'x'"),
    ("a,b\n\"1\n\",2\n3,4,5\n", "line 2, column 1: expected a number"),
    ("a,b\n\"c\nd\",2\n", "line 2, column 1"),
    ("1,2\n3\n", "line 2, column 2: expected 2 fields, got 1"),
    ("1,2\n3,4,5\n", "line 2, column 3: expected 2 fields, got 3"),
    ("1,2\n\n3,4\n", "line 2, column 2: expected 2 fields, got 1"),
    ("1,\"2\n", "line 1, column 2: a quote is not closed"),
    ("1,\"2\"3\n", "line 1, column 2: text follows the closing quote"),
    ("1,2\"3\n", "line 1, column 2: a quote inside a field that is not quoted"),
    ("1,2\n,4\n", "line 2, column 1: expected a number, got nothing"),
    ("1,2\n++3,4\n", "line 2, column 1: expected a number, got '++3'"),
    ("", "the file is empty"), ("\n", "the file is empty"),
  ])
  func faultsNameTheirPlace(_ text: String, _ message: String) {
    let error = #expect(throws: TensorError.self) { _ = try load(text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.operation == "csv" && error?.kind == .file)
  }

  @Test func optionsAreChecked() throws {
    for options in [
      CSV.Options(separator: "\""), CSV.Options(separator: "é"), CSV.Options(dtype: .int64),
    ] {
      #expect(throws: TensorError.self) { _ = try load("1,2", options) }
    }
    #expect(throws: TensorError.self) { _ = try CSV.load(folder.file("missing.csv")) }
  }
}
