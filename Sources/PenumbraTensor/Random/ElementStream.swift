/// The random numbers of one element of a result: as many as its rejections need.

internal import Glibc

/// Philox words that belong to one element of one call.
///
/// Element i of a call whose generator stands at counter c owns block c + i, and for further words
/// the blocks whose highest counter word is 1, 2, ...: no other element reads them. So a value
/// depends on the generator's state and on the element's place alone, however many words its
/// neighbours took and whichever thread computes it.
struct ElementStream {
  /// Bounds the tries of a rejection method. Each accepts one in three or more, so that a draw that
  /// needs so many has parameters beyond the precision of the numbers, and gets the mode.
  static let tries = 10_000

  private let key: UInt64
  private let low: UInt64
  private let high: UInt64
  /// Blocks read so far.
  private var blocks: UInt64 = 0
  private var spare: UInt64 = 0
  private var hasSpare = false

  @inline(__always)
  init(_ state: Generator.State, element: Int) {
    let (low, carry) = state.low.addingReportingOverflow(UInt64(element))
    key = state.seed
    self.low = low
    high = carry ? state.high &+ 1 : state.high
  }

  /// The next 64 random bits.
  @inline(__always)
  mutating func word() -> UInt64 {
    if hasSpare {
      hasSpare = false
      return spare
    }
    let block = Philox.block(key: key, low: low, high: high &+ blocks << 32)
    blocks &+= 1
    spare = block.1
    hasSpare = true
    return block.0
  }

  /// A uniform number strictly between 0 and 1: an odd multiple of 2⁻⁵³.
  @inline(__always)
  mutating func uniform() -> Double { (Double(word() >> 12) + 0.5) * 0x1p-52 }

  /// A standard normal number (Box and Muller).
  @inline(__always)
  mutating func normal() -> Double {
    let radius = (-2 * log(uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }
}

/// Philox 4×32-10 of single blocks; CKernels has the same for rows of them.
enum Philox {
  /// The four words of one block, as two 64-bit values, the low half first.
  @inline(__always)
  static func block(key: UInt64, low: UInt64, high: UInt64) -> (UInt64, UInt64) {
    var c0 = UInt32(truncatingIfNeeded: low)
    var c1 = UInt32(truncatingIfNeeded: low >> 32)
    var c2 = UInt32(truncatingIfNeeded: high)
    var c3 = UInt32(truncatingIfNeeded: high >> 32)
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let p0 = UInt64(c0) &* 0xd251_1f53
      let p1 = UInt64(c2) &* 0xcd9e_8d57
      c0 = UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0
      c2 = UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1
      c1 = UInt32(truncatingIfNeeded: p1)
      c3 = UInt32(truncatingIfNeeded: p0)
      k0 &+= 0x9e37_79b9
      k1 &+= 0xbb67_ae85
    }
    return (UInt64(c0) | UInt64(c1) << 32, UInt64(c2) | UInt64(c3) << 32)
  }
}
