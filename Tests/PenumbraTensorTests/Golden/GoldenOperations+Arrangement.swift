/// How the golden group is called: views, joining, padding and scattering.

import PenumbraTensor

extension GoldenOperations {
  static var arrangement: [String: Call] {
    [:]
  }
}
