/// How the golden group is called: matrix products, einsum and factorisations.

import PenumbraTensor

extension GoldenOperations {
  static var linearAlgebra: [String: Call] {
    [:]
  }
}
