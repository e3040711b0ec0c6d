/// How the golden group is called: convolutions and pooling.

import PenumbraTensor

extension GoldenOperations {
  static var convolution: [String: Call] {
    [:]
  }
}
