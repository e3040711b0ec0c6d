/// Which examples belong together when a parameter is used several times before a step.

/// How the uses of a parameter relate to each other, say in the losses of real and fake samples.
public enum ExamplePairing: String, Sendable, CaseIterable {
  /// Example i of every use is the same example: its gradient is the sum over the uses. n examples,
  /// and all uses must have that many. A penalty's uses (R1, gradient penalty) belong to it, too.
  case summed
  /// The examples of each use are examples of their own: u uses count as u n examples. Not for
  /// losses with gradient penalties, whose uses share their examples with others.
  case separate
}
