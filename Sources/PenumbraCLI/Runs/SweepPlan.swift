// The trials of a sweep: every point of a grid, with draws of what is random.

internal import Glibc

/// One combination of settings.
struct Trial: Equatable {
  /// "name=value", in the order of the command; without the seed.
  var settings: [String] = []
  var seed: Int?

  /// "lr=0.001 seed=2"
  var text: String {
    (settings + (seed.map { ["seed=\($0)"] } ?? [])).joined(separator: " ")
  }

  mutating func set(_ name: String, _ value: String) throws(UsageError) {
    guard name == "seed" else { return settings.append("\(name)=\(value)") }
    guard let seed = Int(value) else {
      throw UsageError(message: "sweep: 'seed': expected integers, got '\(value)'")
    }
    self.seed = seed
  }
}

/// The values that one setting takes.
struct SweepAxis: Equatable {
  let name: String
  let values: [String]

  /// "lr=1e-3,1e-4", "seed=0..4", "hidden=64,64;32" (with a semicolon commas belong to the values).
  init(_ text: String) throws(UsageError) {
    let (name, body) = try SweepAxis.split(text, "--grid")
    self.name = name
    if let range = SweepAxis.range(body) {
      guard range.count <= SweepPlan.limit else { throw SweepPlan.tooMany }
      values = range.map(String.init)
    } else {
      let separator: Character = body.contains(";") ? ";" : ","
      values = body.split(separator: separator).map(String.init)
    }
    guard !values.isEmpty, Set(values).count == values.count else {
      throw UsageError(
        message: "sweep: '--grid': expected different values for \(name), got '\(body)'")
    }
  }

  /// "0..4", both ends included.
  private static func range(_ text: String) -> ClosedRange<Int>? {
    let ends = text.split(separator: ".", omittingEmptySubsequences: false)
    guard ends.count == 3, ends[1].isEmpty, let first = Int(ends[0]), let last = Int(ends[2]),
      first <= last, !last.subtractingReportingOverflow(first).overflow, last - first < Int.max
    else { return nil }
    return first...last
  }

  static func split(_ text: String, _ option: String) throws(UsageError) -> (String, String) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw UsageError(message: "sweep: '\(option)': expected name=..., got '\(text)'")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }
}

/// A setting that is drawn for each trial.
struct SweepDraw: Equatable {
  enum Law: Equatable {
    case uniform(Double, Double)
    /// The logarithm is uniform.
    case log(Double, Double)
    /// Both ends included.
    case integer(Int, Int)
    case choice([String])
  }

  let name: String
  let law: Law

  /// "wd=log(1e-6,1e-2)", "p=uniform(0,1)", "k=int(1,8)", "act=choice(relu,tanh)".
  init(_ text: String) throws(UsageError) {
    let (name, body) = try SweepAxis.split(text, "--random")
    let wrong = UsageError(
      message: "sweep: '--random': expected uniform(a,b), log(a,b), int(a,b) or choice(a,b,...) "
        + "for \(name), got '\(body)'")
    guard let open = body.firstIndex(of: "("), body.last == ")" else { throw wrong }
    let parts = body[body.index(after: open)...].dropLast().split(
      separator: ",", omittingEmptySubsequences: false
    ).map { part in String(part.drop { $0 == " " }) }
    self.name = name
    let numbers = parts.compactMap(Double.init)
    switch body[..<open] {
    case "choice" where parts.allSatisfy { !$0.isEmpty }: law = .choice(parts)
    case "int":
      let ends = parts.compactMap { Int($0) }
      guard ends.count == 2, parts.count == 2, ends[0] <= ends[1],
        ends[0] > -(1 << 52), ends[1] < 1 << 52
      else { throw wrong }
      law = .integer(ends[0], ends[1])
    case "uniform", "log":
      guard numbers.count == 2, parts.count == 2, numbers[0] < numbers[1],
        (numbers[1] - numbers[0]).isFinite
      else { throw wrong }
      let isLog = body[..<open] == "log"
      guard !isLog || numbers[0] > 0 else { throw wrong }
      law = isLog ? .log(numbers[0], numbers[1]) : .uniform(numbers[0], numbers[1])
    default: throw wrong
    }
  }

  /// A value, from a number that is uniform in [0, 1).
  func value(_ u: Double) -> String {
    switch law {
    case .uniform(let low, let high): return Shown.number(low + (high - low) * u)
    case .log(let low, let high): return Shown.number(low * pow(high / low, u))
    case .integer(let low, let high): return "\(low + Int(u * Double(high - low + 1)))"
    case .choice(let values): return values[Int(u * Double(values.count))]
    }
  }
}

/// All trials, in an order that is always the same.
enum SweepPlan {
  static let limit = 100_000
  static let tooMany = UsageError(message: "sweep: more than \(limit) trials")

  /// Every point of the grid, the last axis running fastest; at each of them the same `draws`.
  static func trials(
    _ axes: [SweepAxis], _ random: [SweepDraw], draws: Int, seed: UInt64
  ) throws(UsageError) -> [Trial] {
    var names: Set<String> = []
    for name in axes.map(\.name) + random.map(\.name) where !names.insert(name).inserted {
      throw UsageError(message: "sweep: '\(name)' is varied twice")
    }
    var points = [Trial()]
    for axis in axes {
      guard points.count * axis.values.count <= limit else { throw tooMany }
      var next: [Trial] = []
      for point in points {
        for value in axis.values {
          var trial = point
          try trial.set(axis.name, value)
          next.append(trial)
        }
      }
      points = next
    }
    guard !random.isEmpty else { return points }
    guard draws <= limit, points.count * draws <= limit else { throw tooMany }
    var generator = SplitMix(state: seed)
    var drawn: [[String]] = []
    for _ in 0..<draws { drawn.append(random.map { $0.value(generator.uniform()) }) }
    var result: [Trial] = []
    for point in points {
      for values in drawn {
        var trial = point
        for (draw, value) in zip(random, values) { try trial.set(draw.name, value) }
        result.append(trial)
      }
    }
    return result
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same draws whatever the version of the library.
private struct SplitMix {
  var state: UInt64

  /// In [0, 1), of 53 bits.
  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}
