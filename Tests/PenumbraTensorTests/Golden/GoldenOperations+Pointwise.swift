/// How the golden group is called: the elementwise functions beyond the first set, and creation.

import PenumbraTensor

extension GoldenOperations {
  static var pointwise: [String: Call] {
    [:]
  }
}
