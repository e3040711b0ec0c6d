/// Filtered signals of SciPy and PyTorch, written by Scripts/golden_blur.py.

import Glibc
import PenumbraBlur
import PenumbraTensor

struct SignalFixture: Sendable, CustomStringConvertible {
  let shape: [Int]
  let input: [Double]
  let filter: String
  let border: FilterBorder?
  let sigmas: [Double]
  let values: [Double]

  var description: String { "\(filter) \(border?.rawValue ?? "-") \(sigmas) \(shape)" }

  func x(_ dtype: DType = .float64) throws -> Tensor {
    try Tensor(input, Shape(shape), dtype: dtype)
  }

  /// The filter that the line names, by another strength where one is given.
  func make(_ sigma: Strength = .number(1), perAxis: [Double]? = nil) throws -> any Filter {
    let factors = perAxis ?? sigmas
    return try SignalFixture.make(
      filter, sigma, border ?? .reflect,
      SignalGeometry(
        perAxis: factors.count == 1 ? Array(repeating: factors[0], count: shape.count - 2) : factors
      ))
  }

  static func make(
    _ name: String, _ sigma: Strength, _ border: FilterBorder = .reflect,
    _ geometry: SignalGeometry = SignalGeometry()
  ) throws -> any Filter {
    let parts = name.split(separator: "/").map(String.init)
    let option = parts.count > 1 ? parts[1] : ""
    switch parts[0] {
    case "gaussian":
      return try GaussianBlur(
        sigma: sigma, border: border, truncate: Double(option) ?? 3,
        kernel: option == "discrete" ? .discrete : .sampled, geometry: geometry)
    case "box": return try BoxBlur(sigma: sigma, border: border, geometry: geometry)
    case "binomial": return try BinomialBlur(sigma: sigma, border: border, geometry: geometry)
    case "heat":
      return try HeatBlur(
        sigma: sigma, spectrum: HeatSpectrum(rawValue: option) ?? .lattice, geometry: geometry)
    case "average_pool":
      return try AveragePoolBlur(
        sigma: sigma, resampling: PoolResampling(rawValue: option) ?? .nearest, geometry: geometry)
    default: return try PyramidBlur(sigma: sigma, geometry: geometry)
    }
  }

  static func make(
    _ name: String, _ sigma: Double, _ border: FilterBorder = .reflect,
    _ geometry: SignalGeometry = SignalGeometry()
  ) throws -> any Filter {
    try make(name, .number(sigma), border, geometry)
  }

  /// x, filtered.
  static func blur(
    _ x: Tensor, _ name: String, _ sigma: Strength, _ border: FilterBorder = .reflect,
    _ geometry: SignalGeometry = SignalGeometry()
  ) throws -> Tensor {
    let filter = try make(name, sigma, border, geometry)
    return try filter(x)
  }

  static func blur(
    _ x: Tensor, _ name: String, _ sigma: Double, _ border: FilterBorder = .reflect,
    _ geometry: SignalGeometry = SignalGeometry()
  ) throws -> Tensor {
    try blur(x, name, .number(sigma), border, geometry)
  }

  /// All filters' names, each option among them.
  static let filters = [
    "gaussian/3", "gaussian/discrete", "box", "binomial", "heat/lattice", "heat/continuous",
    "average_pool/nearest", "average_pool/linear", "pyramid",
  ]
  static let tapFilters = Array(filters.prefix(4))
  static let matrixFilters = Array(filters.dropFirst(4))

  static let all: [SignalFixture] = {
    var (shape, input, found): ([Int], [Double], [SignalFixture]) = ([], [], [])
    for line in text().split(separator: "\n") {
      let words = line.split(separator: " ")
      if words[0] == "x" {
        shape = words[1].split(separator: ",").compactMap { Int($0) }
        input = words.dropFirst(2).compactMap { Double($0) }
      } else {
        found.append(
          SignalFixture(
            shape: shape, input: input, filter: String(words[0]),
            border: FilterBorder(rawValue: String(words[1])),
            sigmas: words[2].split(separator: ",").compactMap { Double($0) },
            values: words.dropFirst(3).compactMap { Double($0) }))
      }
    }
    return found
  }()

  private static func text(_ here: String = #filePath) -> String {
    let folder = "/" + here.split(separator: "/").dropLast().joined(separator: "/")
    guard let file = fopen(folder + "/Fixtures/signals.txt", "r") else { return "" }
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
}
