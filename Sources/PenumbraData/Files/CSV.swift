/// Tables of numbers as text: comma-separated values.

internal import Glibc
public import PenumbraTensor

/// Reads files of RFC 4180, numbers only: rows end in LF or CRLF, fields may be quoted, and a quoted
/// field may hold separators, line ends and doubled quotes.
public enum CSV {
  /// How a file is to be read.
  public struct Options: Sendable {
    /// Whether the first row is one of names; nil: it is when a field of it is no number.
    public var header: Bool?
    /// One byte between fields.
    public var separator: Character
    /// What an empty field stands for; nil: it is an error.
    public var missing: Double?
    public var dtype: DType

    public init(
      header: Bool? = nil, separator: Character = ",", missing: Double? = nil,
      dtype: DType = .float32
    ) {
      self.header = header
      self.separator = separator
      self.missing = missing
      self.dtype = dtype
    }
  }

  /// The numbers [rows, columns], and the columns' names where there is a header.
  ///
  /// An empty line at the end, and a byte-order mark at the start, are passed over. Spaces around a
  /// number are too. Of each number no more than its value is kept: the memory is that of the file
  /// and of the result.
  ///
  /// - Throws: `TensorError` (file) that names line and column (counted from 1, columns in fields) for
  ///   what is no number, a row of another length, a quote out of place, or an empty file.
  /// - Complexity: O(bytes)
  public static func load(_ path: String, _ options: Options = Options()) throws -> (
    values: Tensor, names: [String]?
  ) {
    guard let separator = options.separator.asciiValue, separator != 0x22, separator != 0x0a,
      separator != 0x0d
    else {
      throw TensorError(
        .value, "csv", argument: "separator", expected: "one ASCII character, no quote or line end",
        got: "'\(options.separator)'")
    }
    guard options.dtype == .float32 || options.dtype == .float64 else {
      throw TensorError(
        .dtype, "csv", argument: "dtype", expected: "float32 or float64", got: options.dtype.name)
    }
    let bytes = try InputFile(path, operation: "csv").contents()
    var scanner = CSVScanner(path: path, separator: separator, bytes: bytes)
    var values: [Double] = []
    var names: [String]?
    var columns = 0
    var row: [ArraySlice<UInt8>] = []
    while try scanner.nextRow(&row) {
      try Interruption.check("csv")
      if columns == 0 {
        columns = row.count
        if try options.header ?? !row.allSatisfy({ try isNumber($0, options) }) {
          names = row.map { String(decoding: $0, as: UTF8.self) }
          continue
        }
      }
      guard row.count == columns else {
        throw scanner.fault(
          column: min(row.count, columns) + 1, "expected \(columns) fields, got \(row.count)")
      }
      for (index, field) in row.enumerated() {
        guard let value = try number(field, options) else {
          throw scanner.fault(column: index + 1, "expected a number, got \(shown(field))")
        }
        values.append(value)
      }
    }
    guard columns > 0 else { throw FileError.make("csv", path, "the file is empty") }
    let shape = Shape(values.count / columns, columns)
    return (try Tensor(values, shape, dtype: options.dtype), names)
  }

  private static func isNumber(_ field: ArraySlice<UInt8>, _ options: Options) throws -> Bool {
    try number(field, options) != nil
  }

  /// A field's value; nil for what is no number.
  private static func number(_ field: ArraySlice<UInt8>, _ options: Options) throws -> Double? {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var field = field.drop(while: isSpace)
    while let last = field.last, isSpace(last) { field.removeLast() }
    if field.isEmpty { return options.missing }
    // Longer texts are no numbers that anybody wrote.
    guard field.count <= 400 else { return nil }
    if field.first == 0x2b { field.removeFirst() }
    guard let first = field.first, first != 0x2b else { return nil }
    return Double(String(decoding: field, as: UTF8.self))
  }

  private static func shown(_ field: ArraySlice<UInt8>) -> String {
    field.isEmpty
      ? "nothing (missing = 0/0 reads empty fields as NaN)"
      : "'\(String(decoding: field.prefix(40), as: UTF8.self))'"
  }
}

/// Cuts a file's bytes into rows of fields.
private struct CSVScanner {
  let path: String
  let separator: UInt8
  let bytes: [UInt8]
  private var position: Int
  /// The line on which the current row starts, and the one that comes next.
  private var line = 0
  private var nextLine = 1

  init(path: String, separator: UInt8, bytes: [UInt8]) {
    (self.path, self.separator, self.bytes) = (path, separator, bytes)
    position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  func fault(column: Int, _ reason: String) -> TensorError {
    FileError.make("csv", path, "line \(line), column \(column): \(reason)")
  }

  /// The fields of the next row; false at the end.
  mutating func nextRow(_ row: inout [ArraySlice<UInt8>]) throws -> Bool {
    row.removeAll(keepingCapacity: true)
    line = nextLine
    guard position < bytes.count else { return false }
    // An empty last line ends the file.
    let rest = bytes[position...]
    if rest.elementsEqual([0x0a]) || rest.elementsEqual([0x0d, 0x0a]) { return false }
    while true {
      row.append(
        position < bytes.count && bytes[position] == 0x22
          ? try quoted(column: row.count + 1) : try plain(column: row.count + 1))
      guard position < bytes.count else { return true }
      if bytes[position] == separator {
        position += 1
        continue
      }
      position += bytes[position] == 0x0d ? 2 : 1
      nextLine += 1
      return true
    }
  }

  private func isEnd(_ place: Int) -> Bool {
    guard place < bytes.count else { return true }
    let byte = bytes[place]
    return byte == separator || byte == 0x0a
      || (byte == 0x0d && place + 1 < bytes.count && bytes[place + 1] == 0x0a)
  }

  private mutating func plain(column: Int) throws -> ArraySlice<UInt8> {
    let start = position
    while !isEnd(position) {
      guard bytes[position] != 0x22 else {
        throw fault(column: column, "a quote inside a field that is not quoted")
      }
      position += 1
    }
    return bytes[start..<position]
  }

  private mutating func quoted(column: Int) throws -> ArraySlice<UInt8> {
    var text: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == 0x0a { nextLine += 1 }
      guard byte == 0x22 else {
        text.append(byte)
        continue
      }
      if position < bytes.count, bytes[position] == 0x22 {
        text.append(0x22)
        position += 1
        continue
      }
      guard isEnd(position) else {
        throw fault(column: column, "text follows the closing quote")
      }
      return text[...]
    }
    throw fault(column: column, "a quote is not closed")
  }
}
