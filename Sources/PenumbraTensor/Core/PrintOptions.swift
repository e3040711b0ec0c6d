/// How tensors are written as text.

internal import Synchronization

/// PyTorch's `set_printoptions`: one setting for the process, and one for each tenant that sets its own.
public struct PrintOptions: Sendable, Equatable {
  /// Decimals, 0 ... 30.
  public var precision = 4
  /// More elements than this are cut to the edges, 0 ... 10⁷.
  public var threshold = 1000
  /// Positions shown at either end of a dimension that is cut, at least 1.
  public var edgeItems = 3
  /// Characters of a line, at least 1.
  public var lineWidth = 80
  /// Whether powers of ten are written; by the numbers when nil.
  public var scientific: Bool?

  public init() {}

  /// Fewer decimals and edges.
  public static var short: PrintOptions {
    var options = PrintOptions()
    options.precision = 2
    options.edgeItems = 2
    return options
  }

  /// Every element, up to 10⁷ of them.
  public static var full: PrintOptions {
    var options = PrintOptions()
    options.threshold = maximumThreshold
    return options
  }

  /// More elements are never written out.
  public static let maximumThreshold = 10_000_000

  private static let state = Mutex(PrintOptions())

  /// What `Tensor.description` uses. Values outside the bounds are brought to the nearest.
  public static var current: PrintOptions {
    get { Tenant.current?.printOptions ?? state.withLock { $0 } }
    set {
      var options = newValue
      options.precision = min(max(options.precision, 0), 30)
      options.threshold = min(max(options.threshold, 0), maximumThreshold)
      options.edgeItems = min(max(options.edgeItems, 1), 1 << 30)
      options.lineWidth = min(max(options.lineWidth, 1), 1 << 30)
      if let tenant = Tenant.current {
        tenant.printOptions = options
      } else {
        state.withLock { $0 = options }
      }
    }
  }
}
