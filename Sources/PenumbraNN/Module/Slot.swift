/// The place of a tensor in a module.

public import PenumbraTensor

extension Module {
  /// A named place that holds a parameter or a buffer.
  ///
  /// A layer keeps its slots and reads their tensors at each use, so a tensor can be replaced for a
  /// while (`withParameters`) or for good. Two modules that register one slot share its tensor.
  public final class Slot {
    /// What the tensor is for.
    public enum Role: String, Sendable {
      /// Learned by gradients.
      case parameter
      /// State that is saved with the parameters but not learned, such as running statistics.
      case buffer
    }

    public var tensor: Tensor
    public let role: Role

    public init(_ tensor: Tensor, role: Role) {
      self.tensor = tensor
      self.role = role
    }

    /// A parameter: `tensor`, made a leaf that requires a gradient.
    ///
    /// - Throws: `TensorError` for an integer tensor or the result of a recorded operation.
    public static func parameter(_ tensor: Tensor) throws -> Slot {
      Slot(try tensor.requiresGradient(true), role: .parameter)
    }
  }
}
