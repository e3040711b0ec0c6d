/// Suggestions for misspelt names.

public enum Spelling {
  /// The known name with the smallest edit distance, if it is near enough to be meant; of several the
  /// one that has most of the word's letters.
  ///
  /// - Complexity: O(names × length²).
  public static func nearest(to word: String, in known: [String]) -> String? {
    let ranked = known.map { name in
      (name: name, distance: distance(word, name), lost: Set(word).subtracting(name).count)
    }
    guard let best = ranked.min(by: { ($0.distance, $0.lost) < ($1.distance, $1.lost) }) else {
      return nil
    }
    return best.distance <= max(1, word.count / 3) ? best.name : nil
  }

  /// Optimal-string-alignment distance: insertions, deletions, substitutions, swaps of neighbours.
  static func distance(_ a: String, _ b: String) -> Int {
    let (x, y) = (Array(a.utf8), Array(b.utf8))
    if x.isEmpty || y.isEmpty { return max(x.count, y.count) }
    var before = [Int](repeating: 0, count: y.count + 1)
    var last = Array(0...y.count)
    for i in 1...x.count {
      var row = [i] + [Int](repeating: 0, count: y.count)
      for j in 1...y.count {
        let change = x[i - 1] == y[j - 1] ? 0 : 1
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change)
        if i > 1, j > 1, x[i - 1] == y[j - 2], x[i - 2] == y[j - 1] {
          row[j] = min(row[j], before[j - 2] + 1)
        }
      }
      (before, last) = (last, row)
    }
    return last[y.count]
  }
}
