/// Reads the fixtures that Scripts/golden.py writes; its format is described there.

internal import Glibc
import PenumbraTensor

/// A tensor's dtype, shape and values as PyTorch computed them.
struct ExpectedTensor {
  let dtype: DType
  let shape: Shape
  let values: [Double]
}

/// One call of an operation and what must come of it.
struct GoldenCase {
  let operation: String
  let variant: String
  var parameters: [String: String] = [:]
  var inputs: [(tensor: ExpectedTensor, layout: String, isConstant: Bool)] = []
  var outputs: [ExpectedTensor] = []
  var first: [ExpectedTensor] = []
  var second: [ExpectedTensor] = []
  var isSmooth = false

  func number(_ key: String) -> Double? { parameters[key].flatMap(Double.init) }
  func integer(_ key: String) -> Int? { parameters[key].flatMap(Int.init) }
  func flag(_ key: String) -> Bool { parameters[key] == "1" }
  func integers(_ key: String) -> [Int]? {
    parameters[key].map { $0 == "-" ? [] : $0.split(separator: ",").compactMap { Int($0) } }
  }
  func shape(_ key: String) throws -> Shape { try Shape(integers(key) ?? []) }

  /// The inputs in their layouts.
  func tensors() throws -> [Tensor] {
    try inputs.map { input, layout, _ in
      let whole = try Tensor(input.values, input.shape, dtype: .float64).to(input.dtype)
      return try whole.arranged(layout)
    }
  }

  /// Positions of the inputs that derivatives are taken for.
  var variables: [Int] {
    inputs.indices.filter { inputs[$0].tensor.dtype.isFloating && !inputs[$0].isConstant }
  }

  /// All cases of all groups, in order.
  static let all: [GoldenCase] = {
    var cases: [GoldenCase] = []
    for group in GoldenOperations.groups {
      for line in readText(fixture("golden/\(group.name).txt")).split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        if words[0] == "case" {
          cases.append(
            GoldenCase(operation: words[1], variant: words.dropFirst(2).joined(separator: " ")))
        } else {
          cases[cases.count - 1].read(words)
        }
      }
    }
    return cases
  }()

  static let operations: [String] = {
    var seen: Set<String> = []
    return all.map(\.operation).filter { seen.insert($0).inserted }
  }()

  private mutating func read(_ words: [String]) {
    switch words[0] {
    case "param": parameters[words[1]] = words[2]
    case "in":
      let tensor = ExpectedTensor(words[1], words[3], words.dropFirst(4))
      inputs.append((tensor, String(words[2].prefix(1)), words[2].hasSuffix("!")))
    case "out": outputs.append(ExpectedTensor(words[1], words[2], words.dropFirst(3)))
    case "g": first.append(ExpectedTensor(words[1], words[2], words.dropFirst(3)))
    case "h": second.append(ExpectedTensor(words[1], words[2], words.dropFirst(3)))
    case "smooth": isSmooth = true
    default: preconditionFailure("unknown line '\(words[0])' in the golden fixture")
    }
  }
}

extension ExpectedTensor {
  init(_ dtype: String, _ shape: String, _ values: ArraySlice<String>) {
    guard let type = DType(name: dtype) else { preconditionFailure("unknown dtype \(dtype)") }
    self.dtype = type
    var extents = Shape()
    if shape != "-" { for word in shape.split(separator: ",") { extents.append(Int(word) ?? -1) } }
    self.shape = extents
    self.values = values.map { Double($0) ?? .nan }
  }
}

extension Tensor {
  /// The same values in another memory layout; see Scripts/golden.py for the letters.
  func arranged(_ layout: String) throws -> Tensor {
    if rank == 0 || elementCount == 0 { return self }
    switch layout {
    case "t":
      let backwards = Array((0..<rank).reversed())
      return try permute(backwards).contiguous().permute(backwards)
    case "s":
      var wide = shape
      wide[rank - 1] *= 2
      let part = try Tensor.full(wide, 7, dtype: dtype)
        .narrow(-1, start: 0, count: shape[rank - 1], step: 2)
      return try part.copy(from: self)
    case "n":
      let part = try Tensor.zeros(shape, dtype: dtype)
        .narrow(0, start: shape[0] - 1, count: shape[0], step: -1)
      return try part.copy(from: self)
    case "e":
      return try narrow(0, start: 0, count: 1).contiguous().expand(to: shape)
    default: return self
    }
  }
}

/// The path of a file in Fixtures.
func fixture(_ name: String, _ here: String = #filePath) -> String {
  let folders = here.split(separator: "/").dropLast(2)
  return "/" + folders.joined(separator: "/") + "/Fixtures/" + name
}

/// A whole text file; empty when it cannot be read.
func readText(_ path: String) -> String {
  guard let file = fopen(path, "r") else { return "" }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { break }
    bytes += chunk[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
