/// How the golden group is called: normalisation, resampling, embedding and losses.

import PenumbraTensor

extension GoldenOperations {
  static var normalization: [String: Call] {
    [:]
  }
}
