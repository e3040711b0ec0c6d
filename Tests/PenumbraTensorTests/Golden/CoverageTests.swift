/// No public operation without a golden case.

internal import Glibc
import PenumbraTensor
import Testing

@Suite struct CoverageTests {
  /// Public methods that are no functions of tensors' values, and where they are tested instead.
  private static let elsewhere: [String: String] = [
    "replace": "InPlaceTests", "copy.from": "InPlaceTests", "fill.value": "InPlaceTests",
    "separableFilter": "PenumbraBlurTests", "separableFilterAdjoint": "PenumbraBlurTests",
    "lineFilter": "PenumbraBlurTests", "lineFilterAdjoint": "PenumbraBlurTests",
  ]

  /// The sources that hold tensor operations.
  private static func sources() -> [String] {
    let here = #filePath.split(separator: "/").dropLast(4)
    let library = "/" + here.joined(separator: "/") + "/Sources/PenumbraTensor/"
    let folder = library + "Operations/"
    var paths = [library + "Core/Tensor+Creation.swift"]
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".swift") { paths.append(folder + name) }
    }
    return paths
  }

  /// The golden name of a declaration: `expand(to target: Shape)` is "expand.to", an argument that is
  /// a plain number gives `add(_ value: Double)` "add.value", a static method begins with "static.".
  private static func key(_ declaration: Substring, isStatic: Bool) -> String {
    let name = declaration.prefix { $0 != "(" && $0 != "<" }
    let first = declaration.drop { $0 != "(" }.dropFirst().prefix { $0 != "," && $0 != ")" }
    let label = first.drop { $0 == " " || $0 == "\n" }.prefix { $0 != " " && $0 != ":" }
    var key = isStatic ? "static.\(name)" : "\(name)"
    let isNumber = first.split(separator: ":").last?.hasSuffix(" Double") == true
    if isStatic { return key }
    if label == "_" { return isNumber ? key + ".value" : key }
    if !label.isEmpty, label != "keepDimensions" { key += ".\(label)" }
    return key
  }

  private static func declarations(_ text: String) -> [String] {
    var found: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.drop { $0 == " " }
      for (prefix, isStatic) in [("public func ", false), ("public static func ", true)]
      where words.hasPrefix(prefix) && words.dropFirst(prefix.count).first?.isLetter == true {
        found.append(key(words.dropFirst(prefix.count), isStatic: isStatic))
      }
    }
    return found
  }

  @Test func everyPublicOperationHasGoldenCases() {
    let golden = Set(GoldenCase.operations)
    let found = Self.sources().flatMap { Self.declarations(readText($0)) }
    #expect(found.count > 100, "the sources were not found")
    for name in found where Self.elsewhere[name] == nil {
      #expect(golden.contains(name), "'\(name)' has no golden case")
    }
  }

  @Test func theFixtureIsComplete() {
    #expect(GoldenCase.all.count > 1300)
    for operation in GoldenCase.operations {
      #expect(GoldenOperations.call(operation) != nil, "no row for \(operation)")
    }
  }
}
