/// Scrambled Sobol points, turned into normal ones.

internal import PenumbraTensor

/// Points that fill the unit cube more evenly than random ones.
enum SobolSequence {
  /// The number of dimensions that the table covers.
  static let maximumDimension = table.count + 1

  private static let bits = 32

  /// The first `count` ≤ 2³² points in `dimension` ≤ `maximumDimension` dimensions, mapped to
  /// normal ones: [count, dimension], float64.
  ///
  /// They are scrambled anew by a random linear map of the digits and a digital shift (Matoušek
  /// 1998), so each point alone is standard normal; of 2^m points each dimension has exactly one in
  /// each of 2^m intervals of equal probability. Cost: O(dimension · (32 + count) · log count), and
  /// 33 random numbers for each dimension.
  static func normalPoints(_ count: Int, _ dimension: Int, using generator: Generator) throws
    -> Tensor
  {
    precondition(dimension <= maximumDimension)
    let randomBits = try generator.integers(
      [dimension, bits + 1], from: 0, below: 1 << Int64(bits)
    ).integers().map(UInt32.init(truncatingIfNeeded:))
    let result = try Tensor.zeros([count, dimension], dtype: .float64)
    // Higher binary digits of the indices are all 0.
    let digitCount = Int.bitWidth - (count - 1).leadingZeroBitCount
    for axis in 0..<dimension {
      let random = randomBits[axis * (bits + 1)..<(axis + 1) * (bits + 1)]
      let directions = scrambled(directions(axis).prefix(digitCount), with: random.dropLast())
      try Interruption.check("blur.smear")
      try result.withMutableBytes { bytes in
        let points = bytes.bindMemory(to: Double.self)
        for index in 0..<count {
          var digits = random[random.endIndex - 1]
          for bit in 0..<digitCount where index >> bit & 1 == 1 { digits ^= directions[bit] }
          // The middle of the interval that the digits name.
          let uniform = (Double(digits) + 0.5) / 4_294_967_296
          points[index * dimension + axis] = NormalDistribution.quantile(uniform)
        }
      }
    }
    return result
  }

  /// The direction numbers of one dimension; bit k of a point's index flips number k.
  private static func directions(_ axis: Int) -> [UInt32] {
    guard axis > 0 else { return (0..<bits).map { 1 << UInt32(bits - 1 - $0) } }
    let (polynomial, initial) = table[axis - 1]
    let degree = initial.count
    var result = initial.enumerated().map { $1 << UInt32(bits - 1 - $0) }
    for index in degree..<bits {
      var value = result[index - degree] ^ (result[index - degree] >> UInt32(degree))
      for term in 1..<max(degree, 1) where polynomial >> UInt32(degree - term) & 1 == 1 {
        value ^= result[index - term]
      }
      result.append(value)
    }
    return result
  }

  /// The numbers with each binary digit replaced by itself plus random multiples of the higher
  /// ones.
  private static func scrambled(_ directions: ArraySlice<UInt32>, with random: ArraySlice<UInt32>)
    -> [UInt32]
  {
    directions.map { direction in
      var result: UInt32 = 0
      for (row, mask) in random.enumerated() {
        let digit = UInt32(bits - 1 - row)
        let higher = digit == 31 ? 0 : mask & ~((1 << (digit + 1)) - 1)
        let parity = (direction & (higher | 1 << digit)).nonzeroBitCount & 1
        result |= UInt32(parity) << digit
      }
      return result
    }
  }
}
