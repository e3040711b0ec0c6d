/// A line search for the strong Wolfe conditions.

internal import PenumbraTensor

/// Looks along a direction for a point where the loss has fallen enough and its slope is small enough:
///
///     f(t) ≤ f(0) + c₁ t f'(0)   and   |f'(t)| ≤ −c₂ f'(0)
///
/// First a bracket is found by going further, then it is narrowed by cubic interpolation. PyTorch's
/// form of minFunc's search (Schmidt 2005; Nocedal & Wright 2006, algorithms 3.5 and 3.6).
struct StrongWolfe {
  struct Point {
    var length: Double
    var loss: Double
    /// [n]
    var gradient: Tensor
    /// f'(t), the gradient times the direction
    var slope: Double
  }

  /// A bracket smaller than this, in the greatest element, is good enough.
  let tolerance: Double
  /// How often the loss may be evaluated, besides the first time.
  let limit: Int
  private let c1 = 1e-4
  private let c2 = 0.9

  init(tolerance: Double, limit: Int) { (self.tolerance, self.limit) = (tolerance, limit) }

  /// - Parameter evaluate: the loss and gradient at a length.
  func run(
    from start: Point, direction: Tensor, firstLength: Double,
    _ evaluate: (Double) throws -> (loss: Double, gradient: Tensor)
  ) throws -> (point: Point, evaluations: Int) {
    var evaluations = 0
    func point(_ length: Double) throws -> Point {
      let (loss, gradient) = try evaluate(length)
      evaluations += 1
      return Point(
        length: length, loss: loss, gradient: gradient, slope: try gradient.dot(direction).item())
    }
    let size = try direction.greatestMagnitude()
    var rounds = 0
    var last = start
    var new = try point(firstLength)
    var bracket: [Point] = []
    while bracket.isEmpty, rounds < limit {
      if !isLower(new, start) || (rounds > 1 && new.loss >= last.loss) {
        bracket = [last, new]
      } else if isFlat(new, start) {
        return (new, evaluations)
      } else if new.slope >= 0 {
        bracket = [last, new]
      } else {
        let next = StrongWolfe.minimum(
          last, new,
          within: (new.length + 0.01 * (new.length - last.length), new.length * 10))
        last = new
        new = try point(next)
        rounds += 1
      }
    }
    if bracket.isEmpty { bracket = [start, new] }

    var hasStalled = false
    var (low, high) = bracket[0].loss <= bracket[1].loss ? (0, 1) : (1, 0)
    while rounds < limit, abs(bracket[1].length - bracket[0].length) * size >= tolerance {
      let (left, right) = bounds(bracket)
      var length = StrongWolfe.minimum(bracket[0], bracket[1], within: (left, right))
      // A try too close to the bracket's end is moved away when that happens again.
      let margin = 0.1 * (right - left)
      if min(right - length, length - left) < margin {
        if hasStalled || length >= right || length <= left {
          length = abs(length - right) < abs(length - left) ? right - margin : left + margin
          hasStalled = false
        } else {
          hasStalled = true
        }
      } else {
        hasStalled = false
      }
      new = try point(length)
      rounds += 1
      if !isLower(new, start) || new.loss >= bracket[low].loss {
        bracket[high] = new
        (low, high) = bracket[0].loss <= bracket[1].loss ? (0, 1) : (1, 0)
        continue
      }
      let isDone = isFlat(new, start)
      if !isDone, new.slope * (bracket[high].length - bracket[low].length) >= 0 {
        bracket[high] = bracket[low]
      }
      bracket[low] = new
      if isDone { break }
    }
    return (bracket[low], evaluations)
  }

  /// The first condition; an undefined loss counts as meeting it, as in PyTorch.
  private func isLower(_ point: Point, _ start: Point) -> Bool {
    !(point.loss > start.loss + c1 * point.length * start.slope)
  }

  /// The second condition.
  private func isFlat(_ point: Point, _ start: Point) -> Bool {
    abs(point.slope) <= -c2 * start.slope
  }

  private func bounds(_ bracket: [Point]) -> (Double, Double) {
    let lengths = bracket.map(\.length)
    return (min(lengths[0], lengths[1]), max(lengths[0], lengths[1]))
  }

  /// Where the cubic through two points with these slopes is least, held within bounds; their middle
  /// where it has no least value.
  static func minimum(_ a: Point, _ b: Point, within bounds: (Double, Double)) -> Double {
    let d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.length - b.length)
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0 else { return (bounds.0 + bounds.1) / 2 }
    let d2 = square.squareRoot()
    let (x, y) = a.length <= b.length ? (a, b) : (b, a)
    let place =
      y.length - (y.length - x.length)
      * ((y.slope + d2 - d1) / (y.slope - x.slope + 2 * d2))
    return min(max(place, bounds.0), bounds.1)
  }
}
