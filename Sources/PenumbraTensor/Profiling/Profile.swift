/// What a profiler measured: sums for each operation and line, and the course of events.

/// The result of a `Profiler`.
public struct Profile: Sendable {
  /// One use of an operation, in the order in which they began.
  public struct Event: Sendable {
    let operation: Int32
    let line: Int32
    /// How many uses of operations are around it.
    let depth: Int32
    /// Whether it is a single derivative of a backward pass, whose line is not the one that runs.
    let isDerivative: Bool
    /// Nanoseconds since the profiler was made.
    public internal(set) var start = 0
    /// Nanoseconds.
    public internal(set) var duration = 0
    /// Tensor memory asked for, without the operations inside.
    public internal(set) var bytes = 0
    /// Additions and multiplications in matrix products and convolutions, without the operations inside.
    public internal(set) var flops = 0.0

    init(_ operation: Int32, _ line: Int32, depth: Int, isDerivative: Bool) {
      (self.operation, self.line, self.depth) = (operation, line, Int32(clamping: depth))
      self.isDerivative = isDerivative
    }

    mutating func close(start: Int, duration: Int, bytes: Int, flops: Double) {
      (self.start, self.duration, self.bytes, self.flops) = (start, duration, bytes, flops)
    }
  }

  /// The sums of one operation at one line; times in nanoseconds.
  struct Cell: Sendable {
    let operation: Int32
    let line: Int32
    var calls = 0
    var own = 0
    /// Total of the uses that are not inside another use of the operation, or of the line.
    var operationTotal = 0
    var lineTotal = 0
    var bytes = 0
    var flops = 0.0

    init(_ operation: Int32, _ line: Int32) { (self.operation, self.line) = (operation, line) }

    mutating func add(
      duration: Int, inner: Int, bytes: Int, flops: Double, isOuterOfOperation: Bool,
      isOuterOfLine: Bool
    ) {
      calls += 1
      own += duration - inner
      if isOuterOfOperation { operationTotal += duration }
      if isOuterOfLine { lineTotal += duration }
      self.bytes += bytes
      self.flops += flops
    }
  }

  /// Numbers for names, so that the memory of a profile is bounded whatever a script makes up.
  struct Names: Sendable {
    static let limit = 16_384
    private(set) var names: [String] = []
    private var numbers: [String: Int32] = [:]

    /// The number of a name; beyond the limit all share one.
    mutating func number(of name: String) -> Int32 {
      if let known = numbers[name] { return known }
      if names.count > Names.limit { return Int32(names.count - 1) }
      let number = Int32(names.count)
      if names.count == Names.limit {
        names.append("(others)")
      } else {
        names.append(name)
        numbers[name] = number
      }
      return number
    }
  }

  /// What an operation's time is spent on.
  public enum Phase: String, Sendable {
    /// Computing values.
    case forward
    /// Computing derivatives: a backward pass and what runs it.
    case backward
    /// What is between the operations: the script itself, its collector, the measuring.
    case outside
  }

  private static let cellLimit = 65_536

  /// Number 0 is what is between the operations.
  var operations = Names()
  /// The numbers of those that are in the backward phase.
  var backward: Set<Int32> = []
  /// Number 0 is the empty one: no line of a script.
  var lines = Names()
  var cells: [Cell] = []
  private var places: [Int64: Int] = [:]
  public internal(set) var events: [Event] = []
  /// Uses of operations that came after the limit of events; the sums have them.
  public internal(set) var droppedEvents = 0

  init() { _ = lines.number(of: "") }

  /// The place of the sums of an operation at a line; beyond the limit, of the operation at none.
  mutating func cell(_ operation: Int32, _ line: Int32) -> Int {
    let key = Int64(operation) << 32 | Int64(line)
    if let place = places[key] { return place }
    if cells.count >= Profile.cellLimit, line != 0 { return cell(operation, 0) }
    let place = cells.count
    places[key] = place
    cells.append(Cell(operation, line))
    return place
  }

  /// The name of an event's operation.
  public func operation(of event: Event) -> String { operations.names[Int(event.operation)] }

  /// Whether an event computed a value or a derivative.
  public func phase(of event: Event) -> Phase { phase(event.operation) }

  func phase(_ operation: Int32) -> Phase {
    operation == 0 ? .outside : backward.contains(operation) ? .backward : .forward
  }

  /// The line of an event; nil where no script called it.
  public func line(of event: Event) -> String? {
    event.line == 0 ? nil : lines.names[Int(event.line)]
  }

  /// Seconds from beginning to end, which all operations' own times add up to.
  public var wallTime: Double { Double(cells.reduce(0) { $0 + $1.own }) * 1e-9 }

  /// Seconds spent on one of the phases.
  public func time(in phase: Phase) -> Double {
    Double(cells.reduce(0) { $0 + (self.phase($1.operation) == phase ? $1.own : 0) }) * 1e-9
  }

  /// How many times operations and derivatives were used.
  public var calls: Int { cells.reduce(0) { $0 + ($1.operation == 0 ? 0 : $1.calls) } }

  /// Tensor memory that was asked for.
  public var bytes: Int { cells.reduce(0) { $0 + $1.bytes } }
}
