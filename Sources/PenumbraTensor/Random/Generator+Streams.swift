/// Seeds, copies and independent streams.

internal import Glibc

extension Generator {
  /// Starts anew from a seed.
  public func reseed(_ seed: UInt64) { state = State(seed: seed) }

  /// Starts anew from a seed of the system's entropy, and returns it.
  @discardableResult
  public func reseedFromSystem() -> UInt64 {
    let seed = UInt64.random(in: 0...(.max >> 1))
    reseed(seed)
    return seed
  }

  /// A generator that will give the same numbers.
  public func clone() -> Generator {
    let copy = Generator(seed: 0)
    copy.state = state
    return copy
  }

  /// A generator whose stream has nothing to do with this one's or with that of another split; the
  /// counter advances by one block.
  ///
  /// The new key is the block, encrypted in a part of the counter's range that no numbers come from.
  public func split() -> Generator {
    let start = take(blocks: 1)
    let block = Philox.block(
      key: start.seed, low: start.low, high: start.high ^ 0xffff_ffff_0000_0000)
    return Generator(seed: block.0)
  }
}
