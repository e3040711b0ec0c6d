/// Objectives of discriminators that also name classes.

public import PenumbraTensor

/// Losses of class scores.
public enum Classification {
  /// weight · E −log softmax(scores)[label]: what AC-GAN adds to D's objective for data and for samples,
  /// and to G's for samples.
  ///
  /// scores: [n, K]; labels: [n], int64 from 0. Odena et al. (2017), equation 3.
  /// - Throws: `TensorError` for shapes that do not fit or labels that are no class.
  public static func auxiliary(_ scores: Tensor, labels: Tensor, weight: Double = 1) throws
    -> Tensor
  {
    try requireNonNegative(weight, "auxiliary_classifier", "weight")
    try requireScores(scores, "auxiliary_classifier", "scores")
    return try scores.crossEntropy(labels).mul(weight)
  }

  /// log Σ_k exp l_k, the logit of "real" of a discriminator of K real classes and one false class whose
  /// score is held at 0: D(x) = Z/(Z + 1), Z = Σ_k exp l_k.
  ///
  /// l: [n, K] → [n]. Use it as the output of any `Objective`. Salimans et al. (2016), section 5.
  public static func realLogit(_ scores: Tensor) throws -> Tensor {
    try requireScores(scores, "real_logit", "scores")
    return try scores.logSumExp(1)
  }

  /// The discriminator's loss with K + 1 classes, of which few examples are labelled:
  /// E −log softmax(l)[label] + weight · (−E log D(x) − E log(1 − D(G(z)))).
  ///
  /// labelled: [m, K] scores of examples with labels [m], int64 from 0; unlabelled, fake: [n, K]. D as
  /// in `realLogit`. Salimans et al. (2016), section 5, whose program has weight 1.
  /// - Throws: `TensorError` for shapes that do not fit or labels that are no class.
  public static func semiSupervised(
    _ labelled: Tensor, labels: Tensor, unlabelled: Tensor, fake: Tensor, weight: Double = 1
  ) throws -> Tensor {
    let name = "semi_supervised"
    try requireNonNegative(weight, name, "weight")
    for (argument, scores) in [("labelled", labelled), ("unlabelled", unlabelled), ("fake", fake)] {
      try requireScores(scores, name, argument)
      guard scores.shape[1] == labelled.shape[1] else {
        throw TensorError(
          .shape, name, argument: argument, expected: "[n, \(labelled.shape[1])], as labelled",
          got: "\(scores.shape)")
      }
    }
    let adversarial = try Objective.minimax.discriminatorLoss(
      real: realLogit(unlabelled), fake: realLogit(fake))
    return try labelled.crossEntropy(labels).add(adversarial.mul(weight))
  }

  private static func requireScores(_ scores: Tensor, _ operation: String, _ argument: String)
    throws
  {
    try scores.requireFloating(operation)
    guard scores.rank == 2, scores.shape[1] > 0 else {
      throw TensorError(
        .shape, operation, argument: argument, expected: "scores [n, classes]",
        got: "\(scores.shape)")
    }
  }
}
