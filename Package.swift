// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library layer: Swift sources in `Sources/<name>`.
func layer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swift)
}

/// The tests of one layer, in `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], fixtures: [String] = [])
  -> Target
{
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
    exclude: fixtures, swiftSettings: swift, linkerSettings: [.linkedLibrary("lua5.4")])
}

let package = Package(
  name: "Penumbra",
  products: [
    .library(name: "Penumbra", targets: ["Penumbra"]),
    .library(name: "penumbra-lua", type: .dynamic, targets: ["CPenumbra"]),
    .executable(name: "penumbra", targets: ["PenumbraCLI"]),
  ],
  targets: [
    // C libraries of the system, and the two places where C is written by hand.
    .systemLibrary(name: "CLua", providers: [.apt(["liblua5.4-dev"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
    .target(name: "CLuaShims", dependencies: ["CLua"]),
    .target(
      name: "CKernels",
      linkerSettings: [.linkedLibrary("m")]),

    // Tensors and what is built on them. They know no Lua.
    layer("PenumbraTensor", ["CKernels", "COneDNN", "COpenBLAS"]),
    layer("PenumbraNN", ["PenumbraTensor"]),
    layer("PenumbraBlur", ["PenumbraTensor"]),
    layer("PenumbraOptim", ["PenumbraTensor"]),
    layer("PenumbraData", ["PenumbraTensor", "CPNG", "CZlib", "CLinux"]),
    layer("PenumbraMetrics", ["PenumbraTensor", "PenumbraData"]),
    layer("PenumbraFigures", ["PenumbraTensor", "PenumbraData", "CLinux"]),
    layer("PenumbraRuns", ["PenumbraTensor", "PenumbraData"]),

    // Lua. It knows no tensors.
    layer("LuaEmbedding", ["CLua", "CLuaShims"]),

    // Where the two meet.
    layer(
      "PenumbraLua",
      [
        "LuaEmbedding", "PenumbraTensor", "PenumbraNN", "PenumbraBlur", "PenumbraOptim",
        "PenumbraData", "PenumbraMetrics", "PenumbraFigures", "PenumbraRuns",
      ]),
    layer("Penumbra", ["PenumbraLua", "LuaEmbedding", "PenumbraTensor", "PenumbraRuns"]),
    .target(name: "PenumbraHeader"),
    layer(
      "CPenumbra", ["PenumbraHeader", "Penumbra", "LuaEmbedding", "PenumbraLua", "PenumbraTensor"]),
    .executableTarget(
      name: "PenumbraCLI",
      dependencies: [
        "Penumbra", "PenumbraLua", "LuaEmbedding", "PenumbraTensor", "PenumbraData", "PenumbraRuns",
        "PenumbraFigures", "CEdit", "CLinux",
      ],
      swiftSettings: swift, linkerSettings: [.linkedLibrary("lua5.4")]),

    // A host as others write them: compiled and run by a test.
    .executableTarget(
      name: "penumbra-host-example", dependencies: ["Penumbra"], path: "Tests/HostExample",
      linkerSettings: [.linkedLibrary("lua5.4")]),
    .target(
      name: "TestSupport", dependencies: ["PenumbraTensor"], path: "Tests/TestSupport",
      swiftSettings: swift),
    tests("CKernels"),
    tests("PenumbraTensor", fixtures: ["Fixtures"]),
    tests("PenumbraNN", ["PenumbraTensor"]),
    tests("PenumbraBlur", ["PenumbraTensor"], fixtures: ["Fixtures"]),
    tests("PenumbraOptim", ["PenumbraTensor"], fixtures: ["Fixtures"]),
    tests("PenumbraData", ["PenumbraTensor", "CZlib"], fixtures: ["Fixtures"]),
    tests("PenumbraMetrics", ["PenumbraTensor", "PenumbraData"], fixtures: ["Fixtures"]),
    tests("PenumbraFigures", ["PenumbraTensor", "PenumbraData"]),
    tests("PenumbraRuns", ["PenumbraTensor", "PenumbraData"]),
    tests("LuaEmbedding", ["CLua", "CLuaShims"]),
    tests("PenumbraLua", ["Penumbra", "LuaEmbedding"]),
    tests(
      "Penumbra", ["LuaEmbedding", "PenumbraLua", "PenumbraTensor", "penumbra-host-example"]),
    tests("CPenumbra", ["PenumbraHeader"]),
    tests("PenumbraCLI"),
  ]
)
