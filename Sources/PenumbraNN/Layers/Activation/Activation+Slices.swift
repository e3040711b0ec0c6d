/// Activations of slices along a dimension.

internal import PenumbraTensor

extension Activation {
  /// eˣ / Σ eˣ along a dimension, counted from 0, or from the end where negative
  public static func softmax(_ dimension: Int = -1) -> Activation {
    slices("Softmax", dimension) { try $0.softmax(dimension) }
  }

  /// log softmax x
  public static func logSoftmax(_ dimension: Int = -1) -> Activation {
    slices("LogSoftmax", dimension) { try $0.logSoftmax(dimension) }
  }

  /// softmax(−x)
  public static func softmin(_ dimension: Int = -1) -> Activation {
    slices("Softmin", dimension) { try $0.softmin(dimension) }
  }

  /// The first half of a dimension times σ of the second: [..., 2 n, ...] → [..., n, ...]. Dauphin et al.
  /// (2017).
  public static func glu(_ dimension: Int = -1) -> Activation {
    slices("GLU", dimension) { try $0.glu(dimension) }
  }

  private static func slices(
    _ name: String, _ dimension: Int, _ function: @escaping (Tensor) throws -> Tensor
  ) -> Activation {
    Activation(name, "dim=\(shownDimension(dimension))", elementwise: false, function)
  }
}
