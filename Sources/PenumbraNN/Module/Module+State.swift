/// A module's values by name: reading them, and loading others.

public import PenumbraTensor

extension Module {
  /// The names that did not fit when a state was loaded.
  public struct LoadReport: Sendable, Equatable {
    /// Of the module, not in the state.
    public var missing: [String] = []
    /// In the state, not of the module.
    public var unexpected: [String] = []
  }

  /// All parameters and buffers, live, by their dotted names ("1.weight"), in a fixed order.
  public final func stateDictionary() -> [(name: String, tensor: Tensor)] {
    namedSlots().map { ($0.name, $0.slot.tensor) }
  }

  /// Copies the values of a state into this module's tensors, converting the type where necessary.
  ///
  /// Nothing is changed unless everything fits.
  /// - Parameter strict: whether missing and unexpected names are errors.
  /// - Returns: those names, where `strict` is false.
  /// - Throws: `TensorError` that lists every name that is missing, unexpected or of another shape.
  @discardableResult
  public final func load(state: [(name: String, tensor: Tensor)], strict: Bool = true) throws
    -> LoadReport
  {
    let own = namedSlots()
    let given = Dictionary(state.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    let known = Set(own.map(\.name))
    var report = LoadReport()
    report.missing = own.map(\.name).filter { given[$0] == nil }
    report.unexpected = state.map(\.name).filter { !known.contains($0) }
    var problems: [String] = []
    if strict, !report.missing.isEmpty {
      problems.append("missing: " + report.missing.joined(separator: ", "))
    }
    if strict, !report.unexpected.isEmpty {
      problems.append("unexpected: " + report.unexpected.joined(separator: ", "))
    }
    let mismatched = own.compactMap { name, slot in
      given[name].flatMap { slot.mismatch($0).map { "\(name) (\($0))" } }
    }
    if !mismatched.isEmpty {
      problems.append("mismatched: " + mismatched.joined(separator: ", "))
    }
    guard problems.isEmpty else {
      throw TensorError(.value, "load_state", problems.joined(separator: "; "))
    }
    try GradientMode.with(false) {
      // Copies first: the state may be made of this module's own tensors, under other names.
      let values = try own.map { name, slot in try given[name]?.to(slot.tensor.dtype).clone() }
      for (target, value) in zip(own, values) {
        if let value { try target.slot.tensor.copy(from: value) }
      }
    }
    return report
  }

  /// Runs `body` with other tensors in the place of some parameters and buffers, and puts the own
  /// ones back whatever happens: `functional_call`.
  ///
  /// Derivatives flow into the replacements, which may be results of recorded operations.
  /// - Throws: `TensorError` that lists the names that this module does not have and the tensors
  ///   that do not fit; whatever `body` throws.
  public final func withParameters<Result>(
    _ replacements: [String: Tensor], _ body: () throws -> Result
  ) throws -> Result {
    let own = Dictionary(namedSlots().map { ($0.name, $0.slot) }, uniquingKeysWith: { $1 })
    var (problems, changes): ([String], [(slot: Slot, tensor: Tensor)]) = ([], [])
    for (name, tensor) in replacements.sorted(by: { $0.key < $1.key }) {
      guard let slot = own[name] else {
        problems.append("unexpected: \(name)")
        continue
      }
      if let mismatch = slot.mismatch(tensor) { problems.append("\(name) (\(mismatch))") }
      changes.append((slot, tensor))
    }
    guard problems.isEmpty else {
      throw TensorError(.value, "functional_call", problems.joined(separator: "; "))
    }
    let before = changes.map(\.slot.tensor)
    defer { for (change, tensor) in zip(changes, before) { change.slot.tensor = tensor } }
    for change in changes { change.slot.tensor = change.tensor }
    return try body()
  }
}

extension Module.Slot {
  /// Why `other` cannot stand in this tensor's place, or nil.
  fileprivate func mismatch(_ other: Tensor) -> String? {
    guard other.shape == tensor.shape else {
      return "expected \(tensor.shape), got \(other.shape)"
    }
    guard tensor.dtype.isFloating == other.dtype.isFloating else {
      return "expected \(tensor.dtype), got \(other.dtype)"
    }
    return nil
  }
}
