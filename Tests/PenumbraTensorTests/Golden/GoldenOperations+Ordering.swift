/// How the golden group is called: sorting, order statistics, counting and running reductions.

import PenumbraTensor

extension GoldenOperations {
  static var ordering: [String: Call] {
    [:]
  }
}
