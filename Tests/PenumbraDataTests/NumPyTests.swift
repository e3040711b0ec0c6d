/// NPY and NPZ: NumPy's own files, round trips, NumPy reading ours, damaged files.

import Glibc
import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct NumPyTests {
  private let folder = TemporaryFolder()
  private static let fixtures =
    "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Fixtures/numpy/"

  private func load(_ name: String) throws -> Tensor { try NPY.load(Self.fixtures + name) }

  @Test func everyTypeOrderAndLayoutIsRead() throws {
    let types: [(String, DType)] = [
      ("f2", .float32), ("f4", .float32), ("f8", .float64), ("i1", .int64), ("i2", .int64),
      ("i4", .int64), ("i8", .int64), ("u1", .uint8), ("u2", .int64), ("u4", .int64), ("b1", .bool),
    ]
    for (kind, dtype) in types {
      let first = "ub".contains(kind.prefix(1)) ? 0.0 : -3
      let wanted = (0..<24).map { kind == "b1" ? Double($0 % 2) : Double($0) + first }
      for order in ["little", "big"] where order == "little" || !kind.hasSuffix("1") {
        for layout in ["C", "F"] {
          let x = try load("\(order)_\(kind)_\(layout).npy")
          #expect(x.dtype == dtype)
          #expect(x.shape == [2, 3, 4])
          #expect(x.isContiguous)
          #expect(try x.doubles() == wanted, "\(order) \(kind) \(layout)")
        }
      }
    }
  }

  @Test func everyVersionAndShapeIsRead() throws {
    for version in 1...3 {
      let x = try load("version\(version).npy")
      #expect(x.shape == [2, 3])
      #expect(try x.doubles() == [-3, -2, -1, 0, 1, 2])
    }
    #expect(try load("scalar.npy").shape == [])
    #expect(try load("scalar.npy").item() == 2.5)
    #expect(try load("empty.npy").shape == [0, 3])
    let half = try load("half.npy").doubles()
    // The nearest halves of 65504, 6e-8, -6.1e-5 and 6.2e-5; a subnormal is a multiple of 2⁻²⁴.
    #expect(half[0] == 65504 && half[1] == 0x1p-24)
    #expect(half[2] == -1023 * 0x1p-24 && half[3] == 1040 * 0x1p-24)
    #expect(half[4] == .infinity && half[5] == -.infinity && half[6].isNaN)
    #expect(half[7] == 0 && half[7].sign == .minus)
  }

  @Test func whatCannotBeHeldIsRefused() throws {
    for (name, reason) in [
      ("bad_u8", "uint64"), ("bad_c8", "complex"), ("bad_text", "not supported"),
      ("bad_record", "records"), ("bad_object", "never loaded"),
    ] {
      let error = #expect(throws: TensorError.self) { try load(name + ".npy") }
      #expect(error?.description.contains(reason) == true, "\(name)")
      #expect(error?.kind == .file)
    }
  }

  @Test func archivesAreRead() throws {
    let stored = try NPZ.load(Self.fixtures + "stored.npz")
    #expect(stored.map(\.name) == ["x", "y"])
    #expect(try stored[0].tensor.doubles() == [-3, -2, -1, 0, 1, 2])
    #expect(try stored[1].tensor.integers() == [-3, -2, -1, 0])
    let deflated = try NPZ.load(Self.fixtures + "deflated.npz")
    #expect(try deflated[0].tensor.doubles() == (0..<600).map { Double($0) - 3 })
    #expect(deflated[1].tensor.dtype == .bool)
  }

  private func samples() throws -> [(name: String, tensor: Tensor)] {
    [
      ("a", try Tensor([1.5, -2, .nan, .infinity], [2, 2])),
      ("b", try Tensor.arange(0, 60, dtype: .float64).reshape([3, 4, 5]).transpose(0, 2)),
      ("c", try Tensor([Int64.min, 0, .max] as [Int64], [3])),
      ("d", try Tensor([0, 255], [2], dtype: .uint8)),
      ("e", try Tensor([0, 1, 1], [3, 1], dtype: .bool)),
      ("f", try Tensor.scalar(7)), ("g", try Tensor.zeros([2, 0, 3])),
      ("h", try Tensor.zeros([1, 1, 1, 1, 1, 1, 1, 2], dtype: .int64)),
    ]
  }

  private func expectSame(_ a: Tensor, _ b: Tensor) throws {
    #expect(a.dtype == b.dtype && a.shape == b.shape)
    #expect(try a.withBytes { x in try b.withBytes { y in x.elementsEqual(y) } })
  }

  @Test func roundTrips() throws {
    for (name, tensor) in try samples() {
      let path = folder.file(name + ".npy")
      try NPY.save(tensor, to: path)
      #expect(
        folder.get(name + ".npy").count % 64 == tensor.elementCount * tensor.dtype.byteCount % 64)
      try expectSame(NPY.load(path), tensor)
    }
    for compressed in [false, true] {
      let path = folder.file("all.npz")
      try NPZ.save(samples(), to: path, compressed: compressed)
      let back = try NPZ.load(path)
      #expect(back.map(\.name) == (try samples()).map(\.name))
      for (found, wanted) in zip(back, try samples()) {
        try expectSame(found.tensor, wanted.tensor)
      }
    }
    try NPZ.save([], to: folder.file("none.npz"))
    #expect(try NPZ.load(folder.file("none.npz")).isEmpty)
    let x = try Tensor.ones([1])
    #expect(throws: TensorError.self) {
      try NPZ.save([("x", x), ("x", x)], to: folder.file("none.npz"))
    }
    #expect(try NPZ.load(folder.file("none.npz")).isEmpty)
  }

  /// The Python that has NumPy; nil where there is none.
  private static let python: String? = {
    let candidates = [getenv("PENUMBRA_PYTHON").map { String(cString: $0) }, "python3"]
    return candidates.compactMap(\.self).first {
      system("'\($0)' -c 'import numpy' >/dev/null 2>&1") == 0
    }
  }()

  @Test(.enabled(if: NumPyTests.python != nil)) func numPyReadsOurs() throws {
    let python = try #require(Self.python)
    for (name, tensor) in try samples() { try NPY.save(tensor, to: folder.file(name + ".npy")) }
    try NPZ.save(samples(), to: folder.file("stored.npz"))
    try NPZ.save(samples(), to: folder.file("deflated.npz"), compressed: true)
    folder.put(
      "check.py",
      Array(
        """
        import sys, os, numpy as np
        os.chdir(sys.argv[1])
        wanted = {
            "a": np.array([[1.5, -2], [np.nan, np.inf]], np.float32),
            "b": np.arange(60.0).reshape(3, 4, 5).swapaxes(0, 2),
            "c": np.array([-2**63, 0, 2**63 - 1]), "d": np.array([0, 255], np.uint8),
            "e": np.array([[False], [True], [True]]), "f": np.array(7, np.float32),
            "g": np.zeros((2, 0, 3), np.float32), "h": np.zeros((1,) * 7 + (2,), np.int64),
        }
        for archive in [None, np.load("stored.npz"), np.load("deflated.npz")]:
            assert archive is None or sorted(archive.files) == sorted(wanted)
            for name, array in wanted.items():
                found = np.load(name + ".npy") if archive is None else archive[name]
                assert found.dtype == array.dtype and found.shape == array.shape, name
                np.testing.assert_array_equal(found, array)
        """.utf8))
    #expect(system("'\(python)' '\(folder.file("check.py"))' '\(folder.path)'") == 0)
  }

  /// A damaged file is an error, or (where the damage is in the numbers) some tensor; never a trap.
  @Test func damagedArraysNeverTrap() throws {
    try NPY.save(Tensor.arange(0, 6).reshape([2, 3]), to: folder.file("x.npy"))
    let whole = folder.get("x.npy")
    var refused = 0
    for position in whole.indices {
      for value in [whole[position] ^ 1, whole[position] ^ 0x80, 0, 0xff, UInt8(ascii: "9")] {
        var bytes = whole
        bytes[position] = value
        let path = folder.put("y.npy", bytes)
        do { _ = try NPY.load(path) } catch is TensorError { refused += 1 }
      }
      let path = folder.put("y.npy", Array(whole[..<position]))
      #expect(throws: TensorError.self) { try NPY.load(path) }
    }
    #expect(refused > 200)
    #expect(throws: TensorError.self) { try NPY.load(folder.put("y.npy", whole + [0])) }
  }

  @Test func damagedArchivesNeverTrap() throws {
    try NPZ.save(
      [("x", Tensor.arange(0, 6)), ("y", Tensor.ones([300]))], to: folder.file("x.npz"),
      compressed: true)
    let whole = folder.get("x.npz")
    for position in whole.indices {
      for value in [whole[position] ^ 1, whole[position] ^ 0x80, 0, 0xff] {
        var bytes = whole
        bytes[position] = value
        let path = folder.put("y.npz", bytes)
        do { _ = try NPZ.load(path) } catch is TensorError {}
      }
      let path = folder.put("y.npz", Array(whole[..<position]))
      #expect(throws: TensorError.self) { try NPZ.load(path) }
    }
  }

  private func array(_ header: String, _ data: [UInt8] = []) -> String {
    let text = Array(header.utf8)
    return folder.put(
      "z.npy",
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)] + text
        + data)
  }

  @Test func hostileHeadersAllocateNothing() throws {
    for shape in [
      "(1000000000000,)", "(4611686018427387904, 4)", "(9223372036854775807, 0)",
      "(99999999999999999999,)", "(1, 1, 1, 1, 1, 1, 1, 1, 1)", "(-1,)", "(1.0,)", "(2",
      "[2]", "(,)", "(2, 3", "2",
    ] {
      let path = array(
        "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }\n", [0, 0, 0, 0])
      #expect(throws: TensorError.self, "\(shape)") { try NPY.load(path) }
    }
    for header in [
      "", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'descr': '<f4'}", "{'descr': 'f'}",
      "{'descr': '<f16', 'fortran_order': False, 'shape': ()}",
      "{'descr': '', 'fortran_order': False, 'shape': ()}",
      "{'descr': '<', 'fortran_order': False, 'shape': ()}",
      "{'descr': '<<f4', 'fortran_order': False, 'shape': ()}",
      "{'descr': '<f4', 'fortran_order': 1, 'shape': ()}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': ()} x", "{'descr",
      "{'descr': '<f4', 'fortran_order': False, 'shape': () 'x': 1}",
    ] {
      #expect(throws: TensorError.self, "\(header)") { try NPY.load(array(header, [0, 0, 0, 0])) }
    }
    // Each of the large shapes asks for terabytes; other tests of this process use megabytes.
    #expect(MemoryPool.statistics.peak < 1 << 40)
    #expect(throws: TensorError.self) { try NPY.load(folder.file("nothing.npy")) }
  }
}
