/// Putting elements in order and finding the k-th: what sorting and order statistics rest on.
///
/// Every element type is mapped to 64-bit integers of the same order, so that each algorithm is
/// written once.

extension Backend {
  /// The order key of NaN, which comes after every number.
  static let nanKey = Int64.max

  /// Integers in the order of x's elements, NaN last and −0 equal to 0; both contiguous.
  static func orderKeys(_ x: Tensor, into keys: Tensor) {
    let (count, result) = (x.elementCount, keys.int64s)
    switch x.dtype {
    case .float32:
      let values = x.floats
      for index in 0..<count {
        let value = values[index]
        let bits = Int32(bitPattern: value.bitPattern)
        let key = Int64(bits < 0 ? bits ^ Int32.max : bits)
        result[index] = value == 0 ? 0 : value.isNaN ? nanKey : key
      }
    case .float64:
      let values = x.doublesPointer
      for index in 0..<count {
        let value = values[index]
        let bits = Int64(bitPattern: value.bitPattern)
        let key = bits < 0 ? bits ^ Int64.max : bits
        result[index] = value == 0 ? 0 : value.isNaN ? nanKey : key
      }
    case .int64: result.update(from: x.int64s, count: count)
    case .uint8, .bool: for index in 0..<count { result[index] = Int64(x.bytes[index]) }
    }
  }

  /// An element on its way through a sort.
  struct Keyed {
    /// The order key with its sign bit flipped, so that it is ordered without a sign.
    var key: UInt64
    var position: Int64

    @inline(__always)
    init(_ key: Int64, _ position: Int, descending: Bool) {
      self.key = Backend.unsigned(descending ? ~key : key)
      self.position = Int64(position)
    }
  }

  @inline(__always)
  private static func unsigned(_ key: Int64) -> UInt64 { UInt64(bitPattern: key) ^ (1 << 63) }

  /// The positions of `count` keys in their order; equal keys keep theirs.
  ///
  /// - Parameter scratch: 2 `count` elements.
  /// - Complexity: O(count) from 512 elements on (radix sort), O(n log n) below.
  static func argSort(
    _ keys: UnsafePointer<Int64>, count: Int, descending: Bool,
    into positions: UnsafeMutablePointer<Int64>, scratch: UnsafeMutablePointer<Keyed>
  ) {
    for index in 0..<count {
      scratch[index] = Keyed(keys[index], index, descending: descending)
    }
    let sorted = sort(scratch, count: count, spare: scratch + count)
    for index in 0..<count { positions[index] = sorted[index].position }
  }

  /// Sorts elements that stand in order of position by key; the result is in one of the two buffers.
  private static func sort(
    _ elements: UnsafeMutablePointer<Keyed>, count: Int, spare: UnsafeMutablePointer<Keyed>
  ) -> UnsafeMutablePointer<Keyed> {
    guard count >= 512 else {
      var buffer = UnsafeMutableBufferPointer(start: elements, count: count)
      buffer.sort {
        $0.key == $1.key ? $0.position < $1.position : $0.key < $1.key
      }
      return elements
    }
    var differing: UInt64 = 0
    for index in 1..<count { differing |= elements[index].key ^ elements[0].key }
    var (source, target) = (elements, spare)
    // Bytes in which all keys agree need no pass.
    for shift in stride(from: UInt64(0), to: 64, by: 8) where (differing >> shift) & 255 != 0 {
      // Half-sorted elements are elements still; whoever stops the caller does not look at them.
      if Interruption.isRequested { break }
      withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { starts in
        starts.initialize(repeating: 0)
        for index in 0..<count { starts[Int((source[index].key >> shift) & 255)] += 1 }
        var next = 0
        for digit in 0..<256 { (starts[digit], next) = (next, next + starts[digit]) }
        for index in 0..<count {
          let digit = Int((source[index].key >> shift) & 255)
          target[starts[digit]] = source[index]
          starts[digit] += 1
        }
      }
      swap(&source, &target)
    }
    return source
  }

  /// The key that stands at `rank` in the order of `count` keys, and how many equal ones precede it.
  ///
  /// - Parameter scratch: `count` elements.
  /// - Complexity: O(count): each round keeps the keys that agree in eight more bits (radix select).
  private static func key(
    atRank rank: Int, _ keys: UnsafePointer<Int64>, count: Int, descending: Bool,
    scratch: UnsafeMutablePointer<UInt64>
  ) -> (key: UInt64, equalBefore: Int) {
    for index in 0..<count {
      scratch[index] = unsigned(descending ? ~keys[index] : keys[index])
    }
    var (count, rank) = (count, rank)
    while true {
      var differing: UInt64 = 0
      for index in 0..<count { differing |= scratch[index] ^ scratch[0] }
      if differing == 0 { return (scratch[0], rank) }
      let shift = UInt64(max(0, 56 - differing.leadingZeroBitCount))
      withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { sizes in
        sizes.initialize(repeating: 0)
        for index in 0..<count { sizes[Int((scratch[index] >> shift) & 255)] += 1 }
        var digit = 0
        while rank >= sizes[digit] {
          rank -= sizes[digit]
          digit += 1
        }
        var kept = 0
        for index in 0..<count where Int((scratch[index] >> shift) & 255) == digit {
          scratch[kept] = scratch[index]
          kept += 1
        }
        count = kept
      }
    }
  }

  /// The position that `argSort` would put at `rank`.
  ///
  /// - Parameter scratch: `count` elements.
  /// - Complexity: O(count)
  static func position(
    atRank rank: Int, _ keys: UnsafePointer<Int64>, count: Int,
    scratch: UnsafeMutablePointer<UInt64>
  ) -> Int64 {
    var (wanted, equalBefore) = key(
      atRank: rank, keys, count: count, descending: false, scratch: scratch)
    wanted ^= 1 << 63
    var position = 0
    while true {
      if UInt64(bitPattern: keys[position]) == wanted {
        if equalBefore == 0 { return Int64(position) }
        equalBefore -= 1
      }
      position += 1
    }
  }

  /// The first `limit` positions of `argSort`, or the same ones by position when not `sorted`.
  ///
  /// - Parameter scratch: `count` elements; spare: 2 `limit` elements.
  /// - Complexity: O(count + limit log limit)
  static func firstPositions(
    _ limit: Int, _ keys: UnsafePointer<Int64>, count: Int, descending: Bool, sorted: Bool,
    into positions: UnsafeMutablePointer<Int64>, scratch: UnsafeMutablePointer<UInt64>,
    spare: UnsafeMutablePointer<Keyed>
  ) {
    if limit == 0 { return }
    let (last, equalBefore) = key(
      atRank: limit - 1, keys, count: count, descending: descending, scratch: scratch)
    var (found, equals) = (0, 0)
    for index in 0..<count {
      let element = Keyed(keys[index], index, descending: descending)
      if element.key > last { continue }
      if element.key == last {
        if equals > equalBefore { continue }
        equals += 1
      }
      spare[found] = element
      found += 1
    }
    let chosen = sorted ? sort(spare, count: limit, spare: spare + limit) : spare
    for index in 0..<limit { positions[index] = chosen[index].position }
  }

  /// How many of `count` ascending keys are below `key` (at most `key` when `right`).
  ///
  /// - Complexity: O(log count)
  static func insertionPoint(
    of key: Int64, _ keys: UnsafePointer<Int64>, count: Int, right: Bool
  ) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if keys[middle] < key || (right && keys[middle] == key) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
