/// Filling objects and tensors from a checkpoint, all of them or none.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraData
internal import PenumbraTensor

extension CheckpointRestoration {
  func fill() throws {
    var undo: [() throws -> Void] = []
    do {
      for (step, place) in zip(steps, places) {
        switch step {
        case .tensor(let target, let source):
          let old = try GradientMode.with(false) { try target.detached().clone() }
          undo.append { try write(old, into: target) }
          try write(source, into: target)
        case .object(let target, let object, let state):
          undo.append(try fill(target, object, state, place))
        }
      }
    } catch {
      for step in undo.reversed() { try? step() }
      throw error
    }
  }

  private func write(_ source: Tensor, into target: Tensor) throws {
    _ = try GradientMode.with(false) { try target.copy(from: source) }
  }

  /// Fills one object; returns what would put its old state back.
  private func fill(
    _ target: LuaReference, _ object: StatefulObject, _ state: Checkpoint.Value, _ place: String
  ) throws -> () throws -> Void {
    guard let methods = object.methods else { return try fillFilter(target, state, place) }
    let state = try checked(state, object, place)
    guard case .reference(let read) = try target.get(methods.read),
      case .reference(let write) = try target.get(methods.write)
    else { throw fault(place, "expected the methods \(methods.read) and \(methods.write)") }
    var plain = CheckpointRestoration(frame, path: path, operation: operation)
    let value = try plain.value(state, target: nil, at: place, depth: 0)
    let old = try read.call([.reference(target)])
    func takeBack() throws { _ = try write.call([.reference(target)] + old.prefix(1)) }
    do {
      _ = try write.call([.reference(target), value])
    } catch let error as LuaError where !error.isInterrupt && !error.isMemory {
      // An object of a script's own may have changed by half.
      try? takeBack()
      throw fault(place, error.underlying.map { "\($0)" } ?? error.message)
    }
    return takeBack
  }

  /// The state without what had to be the same.
  private func checked(
    _ state: Checkpoint.Value, _ object: StatefulObject, _ place: String
  ) throws -> Checkpoint.Value {
    guard let identity = object.identity else { return state }
    guard case .list(let parts) = state, parts.count == 2, case .string(let text) = parts[0] else {
      throw fault(place, "the file has no state of a \(object.kind) there")
    }
    guard identity == text else {
      throw mismatch(place, expected: "the \(object.kind) \(text)", got: identity)
    }
    return parts[1]
  }

  private func fillFilter(_ target: LuaReference, _ state: Checkpoint.Value, _ place: String) throws
    -> () throws -> Void
  {
    let object = try frame.state.withFrame([.reference(target)]) { inner in
      inner.anyObject(at: 1)
    }
    guard let filter = object as? FilterObject else {
      throw fault(place, "the file has no state of it there")
    }
    do { return try FilterState.fill(filter, state) } catch let error as FilterState.Mismatch {
      throw mismatch(place, expected: error.expected, got: error.got)
    }
  }
}
