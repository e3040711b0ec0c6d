/// What a classifier says of generated images: accuracy, stacked digits' modes, diversity in classes.

internal import Glibc
public import PenumbraTensor

/// How often a conditional generator's samples are classified as the class asked for.
public struct ClassAccuracy: Sendable {
  /// The part of all samples that is classified as wanted, 0 to 1; 1/classes for samples that do
  /// not depend on the class.
  public let accuracy: Double
  /// The same for each class; NaN for one without samples.
  public let perClass: [Double]
  /// Samples of class i (rows) that were classified as j, row-major.
  public let confusion: [Int]

  /// The most classes, so that the table of confusions stays small.
  public static let maximumClasses = 4096

  /// - Parameters:
  ///   - predicted: classes counted from 0 [n], or scores [n, classes] of which the greatest counts.
  ///   - wanted: classes counted from 0 [n].
  ///   - classes: how many there are; by default as many as scores, or one more than the greatest.
  /// - Throws: `TensorError` for no samples, other shapes, or a class out of range.
  public init(predicted: Tensor, wanted: Tensor, classes: Int? = nil) throws {
    let operation = "class_accuracy"
    let isScores = predicted.rank == 2
    guard wanted.rank == 1, wanted.shape[0] > 0, predicted.rank == 1 || isScores,
      predicted.shape[0] == wanted.shape[0], !isScores || predicted.shape[1] > 0
    else {
      throw TensorError(
        .shape, operation, argument: "predicted",
        expected: "[n] or [n, classes] and labels [n], n at least 1",
        got: "\(predicted.shape) and \(wanted.shape)")
    }
    let found = try (isScores ? predicted.detached().argMaximum(1) : predicted).integers()
    let labels = try wanted.integers()
    let count = try classCount(
      classes ?? (isScores ? predicted.shape[1] : nil), found + labels, operation)
    try requireClasses(found, count, operation, "predicted")
    try requireClasses(labels, count, operation, "labels")
    var confusion = [Int](repeating: 0, count: count * count)
    for (label, guess) in zip(labels, found) { confusion[Int(label) * count + Int(guess)] += 1 }
    self.confusion = confusion
    perClass = (0..<count).map { index in
      let total = confusion[(index * count)..<((index + 1) * count)].reduce(0, +)
      return total > 0 ? Double(confusion[index * count + index]) / Double(total) : .nan
    }
    let right = (0..<count).reduce(0) { $0 + confusion[$1 * count + $1] }
    accuracy = Double(right) / Double(labels.count)
  }
}

/// The number of classes: as given, or one more than the greatest label.
///
/// - Throws: `TensorError` (value) when there are more than `maximumClasses`, or none.
private func classCount(_ given: Int?, _ labels: [Int64], _ operation: String) throws -> Int {
  let count = given ?? Int(min(max(labels.max() ?? 0, 0), Int64(Int32.max))) + 1
  guard (1...ClassAccuracy.maximumClasses).contains(count) else {
    throw TensorError(
      .value, operation, argument: "classes", expected: "1 to \(ClassAccuracy.maximumClasses)",
      got: "\(count)")
  }
  return count
}

/// - Throws: `TensorError` (index) unless all labels lie in 0 ..< count. Speaks as Lua counts, from 1.
private func requireClasses(
  _ labels: [Int64], _ count: Int, _ operation: String, _ argument: String
) throws {
  if let wrong = labels.first(where: { $0 < 0 || $0 >= count }) {
    throw TensorError(
      .index, operation, argument: argument, expected: "classes 1 to \(count)",
      got: "\(wrong < .max ? wrong + 1 : wrong)")
  }
}

/// The modes of stacked digits: each channel of an image classified by itself, without a threshold.
///
/// 26,000 samples that are uniform over 1,000 modes have a divergence of .0192 = 999/52,000 on
/// average; real stacked MNIST .0236, as its digits are not equally frequent.
/// Source: Che et al., "Mode regularized GANs" (2017); Metz et al. (2017); Srivastava et al. (2017).
public struct StackedModes: Sendable {
  /// Combinations of classes: classes^channels.
  public let modes: Int
  /// Those that occur.
  public let captured: Int
  /// KL(p ‖ uniform) = Σ p log(modes · p) in nats, p the samples' histogram over modes; from 0 to
  /// log(modes) for one mode only.
  public let divergence: Double

  /// The most modes that are counted.
  public static let maximumModes = 1 << 22

  /// - Parameters:
  ///   - labels: each channel's class counted from 0, [n, channels].
  /// - Throws: `TensorError` for another shape, no samples, too many modes or a class out of range.
  public init(labels: Tensor, classes: Int = 10) throws {
    let operation = "stacked_modes"
    guard labels.rank == 2, labels.elementCount > 0 else {
      throw TensorError(
        .shape, operation, argument: "labels", expected: "[n, channels], n at least 1",
        got: "\(labels.shape)")
    }
    let channels = labels.shape[1]
    var modes = 1
    for _ in 0..<channels where classes >= 1 && modes <= StackedModes.maximumModes {
      modes = modes.multipliedReportingOverflow(by: classes).overflow ? .max : modes * classes
    }
    guard classes >= 1, modes <= StackedModes.maximumModes else {
      throw TensorError(
        .value, operation, argument: "classes",
        expected: "at least 1, and at most \(StackedModes.maximumModes) modes",
        got: "\(classes) classes in \(channels) channels")
    }
    let values = try labels.integers()
    try requireClasses(values, classes, operation, "labels")
    var counts = [Int](repeating: 0, count: modes)
    for first in stride(from: 0, to: values.count, by: channels) {
      counts[values[first..<(first + channels)].reduce(0) { $0 * classes + Int($1) }] += 1
    }
    let n = Double(labels.shape[0])
    self.modes = modes
    captured = counts.count { $0 > 0 }
    divergence = max(
      counts.reduce(0.0) { sum, count in
        guard count > 0 else { return sum }
        let share = Double(count) / n
        return sum + share * log(share * Double(modes))
      }, 0)
  }
}

/// How far apart the samples of one class are.
public enum ClassDiversity {
  /// The mean Euclidean distance between two different samples of each class, in whatever space the
  /// features are; 0 for a class collapsed onto a point, NaN for one with fewer than two samples.
  /// Of N(μ, σ² I) in d dimensions it is 2σ Γ((d+1)/2)/Γ(d/2). Compare with real samples' figure.
  ///
  /// - Parameters:
  ///   - features: [n, ...]; labels: classes counted from 0, [n].
  ///   - classes: how many; by default one more than the greatest.
  /// - Throws: `TensorError` for shapes that do not fit or a class out of range.
  /// - Complexity: O(n² d / classes) time, in blocks of 8 MB.
  public static func perClass(_ features: Tensor, labels: Tensor, classes: Int? = nil) throws
    -> [Double]
  {
    let operation = "intra_class_diversity"
    let points = try Points(features, operation, "features")
    guard labels.shape == Shape(points.count) else {
      throw TensorError(
        .shape, operation, argument: "labels", expected: "[\(points.count)], one a sample",
        got: "\(labels.shape)")
    }
    let values = try labels.integers()
    let count = try classCount(classes, values, operation)
    try requireClasses(values, count, operation, "labels")
    var members = [[Int64]](repeating: [], count: count)
    for (index, label) in values.enumerated() { members[Int(label)].append(Int64(index)) }
    return try members.map { chosen in
      guard chosen.count >= 2 else { return .nan }
      let rows = try points.tensor.indexSelect(0, Tensor(chosen, Shape(chosen.count)))
      let group = try Points(rows, operation, "features")
      var total = 0.0
      try group.forEachOwnDistances(operation) { inner, outer in
        total += try inner.sum().item() + 2 * (outer?.sum().item() ?? 0)
      }
      return total / (Double(chosen.count) * Double(chosen.count - 1))
    }
  }
}
