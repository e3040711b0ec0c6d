/// Checkpoints, and safetensors files exchanged with the Python package of that name.

import Glibc
import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct CheckpointTests {
  let folder = TemporaryFolder()

  /// The Python that has safetensors; nil where there is none.
  private static let python: String? = {
    let candidates = [getenv("PENUMBRA_PYTHON").map { String(cString: $0) }, "python3"]
    return candidates.compactMap(\.self).first {
      system("'\($0)' -c 'import safetensors.numpy' >/dev/null 2>&1") == 0
    }
  }()

  private func run(_ python: String, _ program: String) -> Bool {
    folder.put("check.py", Array(("import sys, os\nos.chdir(sys.argv[1])\n" + program).utf8))
    return system("'\(python)' '\(folder.file("check.py"))' '\(folder.path)'") == 0
  }

  @Test func treesComeBack() throws {
    let numbers = (0..<40).map { Checkpoint.Value.number(Double(bitPattern: 0x7ff0 << 48 + $0)) }
    let root = Checkpoint.Value.table([
      (.integer(-3), .boolean(true)), (.integer(.max), .integer(.min)),
      (.string("a"), .list([.string("x"), .bytes([0xff, 0]), .number(-0.0), .table([])])),
      (.string("numbers"), .list(numbers)),
      (.string("o"), .object(kind: "Adam", state: .tensor(try .ones([2])))),
    ])
    let path = folder.file("c")
    try Checkpoint.save(root, to: path, operation: "save")
    let found = try Checkpoint.load(path, operation: "load")
    // Numbers are told apart by their bits, the payload of each NaN too.
    #expect(describe(found) == describe(root))
    #expect(try Safetensors.load(path).tensors.map(\.name).sorted() == ["a.2", "numbers", "o"])
  }

  /// A text that differs wherever two trees do.
  private func describe(_ value: Checkpoint.Value) -> String {
    switch value {
    case .boolean(let flag): return "\(flag)"
    case .integer(let number): return "\(number)"
    case .number(let number): return "bits \(number.bitPattern)"
    case .string(let text): return "'\(text)'"
    case .bytes(let bytes): return "\(bytes)"
    case .tensor(let tensor): return "\(tensor)"
    case .list(let elements): return "[" + elements.map(describe).joined(separator: ", ") + "]"
    case .table(let entries):
      return "{" + entries.map { "\($0.key): " + describe($0.value) }.joined(separator: ", ") + "}"
    case .object(let kind, let state): return "\(kind)(\(describe(state)))"
    }
  }

  @Test func treesThatAreTooDeepOrTooLargeAreRefused() throws {
    var deep = Checkpoint.Value.integer(1)
    for _ in 0...Checkpoint.maximumDepth { deep = .list([deep]) }
    let large = Checkpoint.Value.list(
      (0...Checkpoint.maximumCount).map { .boolean($0.isMultiple(of: 2)) })
    for tree in [deep, large] {
      #expect(throws: TensorError.self) {
        try Checkpoint.save(tree, to: folder.file("c"), operation: "save")
      }
    }
    #expect(folder.names.isEmpty)
  }

  @Test(.enabled(if: CheckpointTests.python != nil)) func pythonReadsOurs() throws {
    let python = try #require(Self.python)
    try Checkpoint.save(
      .table([
        (.string("step"), .integer(3)),
        (
          .string("G"),
          .object(
            kind: "Module",
            state: .table([
              (.string("1.weight"), .tensor(try Tensor([1.5, -2, .nan, .infinity], [2, 2]))),
              (.string("1.count"), .tensor(try Tensor([.min, .max] as [Int64], [2]))),
            ]))
        ),
        (.string("losses"), .list((0..<20).map { .number(Double($0) / 3) })),
        (.string("mask"), .tensor(try Tensor([0, 1], [2]).ne(0))),
        (.string("bytes"), .tensor(try Tensor([0, 255], [2], dtype: .uint8))),
        (.string("empty"), .tensor(try .zeros([0, 3], dtype: .float64))),
      ]), to: folder.file("c.safetensors"), operation: "save")
    #expect(
      run(
        python,
        """
        import json, numpy as np
        from safetensors import safe_open
        from safetensors.numpy import load_file
        wanted = {
            "G.1.weight": np.array([[1.5, -2], [np.nan, np.inf]], np.float32),
            "G.1.count": np.array([-2**63, 2**63 - 1]), "losses": np.arange(20) / 3,
            "mask": np.array([False, True]), "bytes": np.array([0, 255], np.uint8),
            "empty": np.zeros((0, 3)),
        }
        found = load_file("c.safetensors")
        assert sorted(found) == sorted(wanted)
        for name, array in wanted.items():
            assert found[name].dtype == array.dtype and found[name].shape == array.shape, name
            np.testing.assert_array_equal(found[name], array)
        with safe_open("c.safetensors", "np") as file:
            tree = json.loads(file.metadata()["penumbra.checkpoint"])
        assert tree["version"] == 1 and dict(tree["root"]["table"])["step"] == 3
        """))
  }

  @Test(.enabled(if: CheckpointTests.python != nil)) func weReadPythons() throws {
    let python = try #require(Self.python)
    #expect(
      run(
        python,
        """
        import numpy as np
        from safetensors.numpy import save_file
        save_file({
            "w": np.array([[1.5, np.nan], [-np.inf, -0.0]], np.float32), "d": np.array([1 / 3]),
            "n": np.array([-2**63, 2**63 - 1]), "b": np.array([0, 255], np.uint8),
            "m": np.array([True, False]), "e": np.zeros((2, 0), np.float32),
            "s": np.array(7.0),
        }, "p.safetensors", metadata={"format": "pt", "note": "día \\"x\\""})
        """))
    let contents = try Safetensors.load(folder.file("p.safetensors"))
    #expect(contents.tensors.count == 7)
    #expect(contents.metadata.first { $0.key == "note" }?.value == "día \"x\"")
    let bits = try #require(contents["w"]).doubles().map(\.bitPattern)
    #expect(bits == [1.5, .nan, -.infinity, -0.0].map(\.bitPattern))
    #expect(try contents["d"]?.doubles() == [1 / 3] && contents["d"]?.dtype == .float64)
    #expect(try contents["n"]?.integers() == [.min, .max])
    #expect(try contents["b"]?.integers() == [0, 255] && contents["b"]?.dtype == .uint8)
    #expect(try contents["m"]?.integers() == [1, 0] && contents["m"]?.dtype == .bool)
    #expect(contents["e"]?.shape == [2, 0] && contents["s"]?.shape == [])
  }
}
