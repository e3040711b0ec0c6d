/// Tensors with borders added around them, or cut off.

/// What a border of `pad` holds.
public enum PaddingMode: String, Sendable, CaseIterable {
  /// One number.
  case constant
  /// The elements mirrored at the edge, which is not repeated: c b | a b c | b a
  case reflect
  /// The edge repeated: a a | a b c | c c
  case replicate
  /// The other end: b c | a b c | a b
  case circular
}

extension Tensor {
  /// A copy with borders: `pads` holds what goes before and after the last dimension, then the last but
  /// one, and so on. Negative numbers cut off.
  ///
  /// - Throws: `TensorError` when there are too many pads, when more is cut off than there is, or
  ///   when the border needs more elements than the tensor has (reflect: extent − 1, circular: extent).
  /// - Complexity: O(size of the result), copied in runs.
  public func pad(
    _ pads: [Int], mode: PaddingMode = .constant, value: Double = 0
  ) throws -> Tensor {
    let borders = try checkedBorders(pads)
    if mode == .constant {
      let cut = try borders.reduce(self) { try $0.cut($1) }
      return try cut.surrounded(borders.map(\.added), by: value)
    }
    for border in borders {
      let most = try mostBorder(border.axis, mode)
      guard border.before <= most, border.after <= most else {
        throw TensorError(
          .value, "pad", argument: "pad",
          expected: "at most \(most) on either side of dimension \(border.axis + 1) of "
            + "\(shape) in mode \(mode.rawValue)", got: "\(border.before) and \(border.after)")
      }
    }
    let added = borders.map(\.added).filter { !$0.isNothing }
    let full = added.isEmpty ? try clone() : try bordered(added, mode)
    return try borders.reduce(full) { try $0.cut($1) }
  }

  private func checkedBorders(_ pads: [Int]) throws -> [Border] {
    guard pads.count.isMultiple(of: 2), pads.count <= 2 * rank else {
      throw TensorError(
        .value, "pad", argument: "pad",
        expected: "two numbers for each of at most \(rank) dimensions, the last one first",
        got: "\(pads.count) numbers")
    }
    let limit = Int.max / 16
    for pad in pads where pad > limit || pad < -limit {
      throw TensorError(
        .value, "pad", argument: "pad", expected: "numbers that memory can hold", got: "\(pad)")
    }
    return try (0..<(pads.count / 2)).map { index in
      let border = Border(
        axis: rank - 1 - index, before: pads[2 * index], after: pads[2 * index + 1])
      guard max(-border.before, 0) + max(-border.after, 0) <= shape[border.axis] else {
        throw TensorError(
          .value, "pad", argument: "pad",
          expected: "at most \(shape[border.axis]) cut off from dimension \(border.axis + 1)",
          got: "\(border.before) and \(border.after)")
      }
      return border
    }
  }

  /// The widest border that this mode can fill from the tensor.
  private func mostBorder(_ axis: Int, _ mode: PaddingMode) throws -> Int {
    switch mode {
    case .reflect: max(shape[axis] - 1, 0)
    case .circular: shape[axis]
    case .replicate: shape[axis] == 0 ? 0 : Int.max
    case .constant: Int.max
    }
  }

  /// Without what a negative border cuts off; a view.
  private func cut(_ border: Border) throws -> Tensor {
    let (before, after) = (max(-border.before, 0), max(-border.after, 0))
    if before == 0, after == 0 { return self }
    return try narrow(
      border.axis, start: before, count: shape[border.axis] - before - after)
  }

  /// In the middle of a larger tensor that is `value` elsewhere.
  private func surrounded(_ borders: [Border], by value: Double) throws -> Tensor {
    let target = borders.reduce(shape) { $1.around($0) }
    let result = try Tensor(uninitialized: target, dtype, "pad")
    Backend.fill(result, value)
    try GradientMode.with(false) {
      Backend.copy(self, into: try borders.reduce(result) { try $1.interior(of: $0) })
    }
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("pad", self) { gradient, into in
      try into(0) { try borders.reduce(gradient) { try $1.interior(of: $0) } }
    }
  }

  /// With borders made of the tensor's own elements, dimension after dimension.
  private func bordered(_ borders: [Border], _ mode: PaddingMode) throws -> Tensor {
    let target = borders.reduce(shape) { $1.around($0) }
    let result = try Tensor(uninitialized: target, dtype, "pad")
    try GradientMode.with(false) {
      Backend.copy(self, into: try borders.reduce(result) { try $1.interior(of: $0) })
      // What a pass copies from borders that are still undefined is overwritten by theirs.
      for border in borders {
        for (edge, source) in try border.sides(of: result, mode) {
          Backend.copy(source, into: edge)
        }
      }
    }
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("pad", self) { gradient, into in
      try into(0) { try gradient.unbordered(borders, mode) }
    }
  }

  /// The adjoint of `bordered`: borders are added to the elements that they came from.
  private func unbordered(_ borders: [Border], _ mode: PaddingMode) throws -> Tensor {
    let result = try GradientMode.with(false) {
      let rest = try copied()
      for border in borders.reversed() {
        for (edge, source) in try border.sides(of: rest, mode) { Backend.add(edge, into: source) }
      }
      return try borders.reduce(rest) { try $1.interior(of: $0) }.copied()
    }
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("pad", self) { gradient, into in
      try into(0) { try gradient.bordered(borders, mode) }
    }
  }
}

/// What goes before and after one dimension.
private struct Border {
  let axis: Int
  let before: Int
  let after: Int

  /// The part of it that adds elements.
  var added: Border { Border(axis: axis, before: max(before, 0), after: max(after, 0)) }

  var isNothing: Bool { before == 0 && after == 0 }

  /// The extents with this border, which adds; beyond all memory where they overflow.
  func around(_ shape: Shape) -> Shape {
    var result = shape
    let (sum, overflow) = shape[axis].addingReportingOverflow(before + after)
    result[axis] = overflow ? .max : sum
    return result
  }

  func interior(of whole: Tensor) throws -> Tensor {
    if isNothing { return whole }
    return try whole.narrow(axis, start: before, count: whole.shape[axis] - before - after)
  }

  /// Both edges of a tensor that includes them, each with the elements that fill it.
  func sides(of whole: Tensor, _ mode: PaddingMode) throws -> [(edge: Tensor, source: Tensor)] {
    let end = whole.shape[axis] - after
    func part(_ start: Int, _ count: Int, _ step: Int = 1) throws -> Tensor {
      try whole.narrow(axis, start: start, count: count, step: step)
    }
    func fill(_ start: Int, _ count: Int, first: Int) throws -> (edge: Tensor, source: Tensor) {
      let edge = try part(start, count)
      return switch mode {
      case .reflect: (edge, try part(first, count, -1))
      case .circular: (edge, try part(first, count))
      case .replicate, .constant: (edge, try part(first, 1).expand(to: edge.shape))
      }
    }
    var result: [(edge: Tensor, source: Tensor)] = []
    if before > 0 {
      let first =
        switch mode {
        case .reflect: 2 * before
        case .circular: end - before
        case .replicate, .constant: before
        }
      result.append(try fill(0, before, first: first))
    }
    if after > 0 {
      let first =
        switch mode {
        case .reflect: end - 2
        case .circular: before
        case .replicate, .constant: end - 1
        }
      result.append(try fill(end, after, first: first))
    }
    return result
  }
}
