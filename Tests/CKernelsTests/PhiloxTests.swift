// Philox against the vectors published with Random123, and the distributions made from it.

import CKernels
import Glibc
import Testing

private func block(_ key: UInt64, _ low: UInt64, _ high: UInt64) -> [UInt32] {
  var words: [UInt32] = [0, 0, 0, 0]
  pn_philox_u32(pn_philox(key: key, counter_low: low, counter_high: high), 4, &words)
  return words
}

@Test func philoxKnownAnswers() {
  #expect(block(0, 0, 0) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
  #expect(
    block(.max, .max, .max) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
  #expect(
    block(0x299f_31d0_a409_3822, 0x85a3_08d3_243f_6a88, 0x0370_7344_1319_8a2e)
      == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
}

@Test func philoxBlocksCountUpWithCarry() {
  let state = pn_philox(key: 42, counter_low: .max - 5, counter_high: 9)
  for n in [0, 1, 2, 3, 4, 5, 16, 17, 63, 64, 101] {
    var words = [UInt32](repeating: 77, count: n + 1)
    pn_philox_u32(state, Int64(n), &words)
    #expect(words[n] == 77)
    for i in 0..<n {
      let (low, overflow) = state.counter_low.addingReportingOverflow(UInt64(i / 4))
      #expect(words[i] == block(42, low, overflow ? 10 : 9)[i % 4])
    }
    var longs = [UInt64](repeating: 77, count: n + 1)
    pn_philox_u64(state, Int64(n), &longs)
    #expect(longs[n] == 77)
    for i in 0..<n / 2 {
      #expect(longs[i] == UInt64(words[2 * i]) | UInt64(words[2 * i + 1]) << 32)
    }
  }
}

private func checkParts<T: KernelReal>(_: T.Type, perBlock: Int) {
  let state = pn_philox(key: 7, counter_low: .max - 20, counter_high: 0)
  let n = 3001
  for kind in 0..<2 {
    func fill(_ state: pn_philox, _ count: Int, _ y: UnsafeMutablePointer<T>) {
      if kind == 0 {
        T.uniform(state, Int64(count), y)
      } else {
        T.normal(state, Int64(count), 1, 2, y)
      }
    }
    var whole = [T](repeating: 77, count: n + 1)
    fill(state, n, &whole)
    #expect(whole[n] == 77)
    // The same from parts that start at blocks, at unaligned addresses, in any lengths.
    for blocks in [1, 3, 50, 200] {
      var parts = [T](repeating: 77, count: n + 1)
      parts.withUnsafeMutableBufferPointer { buffer in
        var start = 0
        while start < n {
          var here = state
          here.counter_low &+= UInt64(start / perBlock)
          here.counter_high = here.counter_low < state.counter_low ? 1 : 0
          fill(here, min(blocks * perBlock, n - start), buffer.baseAddress! + start)
          start += blocks * perBlock
        }
      }
      #expect(parts == whole)
    }
  }
}

@Test func randomPartsEqualTheWhole() {
  checkParts(Float.self, perBlock: 4)
  checkParts(Double.self, perBlock: 2)
}

@Test func uniformsAreTheTopBits() {
  let state = pn_philox(key: 3, counter_low: 0, counter_high: 0)
  var words = [UInt32](repeating: 0, count: 2000)
  pn_philox_u32(state, 2000, &words)
  var floats = [Float](repeating: 0, count: 2000)
  pn_philox_uniform_f32(state, 2000, &floats)
  #expect(floats == words.map { Float($0 >> 8) / 16_777_216 })
  var longs = [UInt64](repeating: 0, count: 2000)
  pn_philox_u64(state, 2000, &longs)
  var doubles = [Double](repeating: 0, count: 2000)
  pn_philox_uniform_f64(state, 2000, &doubles)
  #expect(doubles == longs.map { Double($0 >> 11) / 9_007_199_254_740_992 })
}

@Test func normalsAreBoxMuller() {
  let state = pn_philox(key: 5, counter_low: 0, counter_high: 0)
  var words = [UInt32](repeating: 0, count: 4000)
  pn_philox_u32(state, 4000, &words)
  var floats = [Float](repeating: 0, count: 4000)
  pn_philox_normal_f32(state, 4000, 0, 1, &floats)
  var worst = 0.0
  for k in 0..<2000 {
    let radius = (-2 * log((Double(words[2 * k]) + 1) * 0x1p-32)).squareRoot()
    let angle = 2 * Double.pi * Double(words[2 * k + 1]) * 0x1p-32
    worst = max(worst, abs(Double(floats[2 * k]) - radius * cos(angle)))
    worst = max(worst, abs(Double(floats[2 * k + 1]) - radius * sin(angle)))
  }
  #expect(worst < 4e-6)
}

private func checkDistribution<T: KernelReal>(_: T.Type) {
  let n = 1_000_000
  var x = [T](repeating: 0, count: n)
  T.normal(pn_philox(key: 11, counter_low: 0, counter_high: 0), Int64(n), 3, 2, &x)
  let z = x.map { (Double($0) - 3) / 2 }
  let moments = (1...4).map { k in z.reduce(0) { $0 + pow($1, Double(k)) } / Double(n) }
  // Five standard errors of each moment: √(1, 2, 15, 96) / √n.
  for (moment, (value, deviation)) in zip(moments, [(0.0, 1.0), (1, 2), (0, 15), (3, 96)]) {
    #expect(abs(moment - value) < 5 * deviation.squareRoot() / Double(n).squareRoot())
  }
  // Pairs are uncorrelated, neighbours too.
  let products = (0..<n - 1).reduce(0) { $0 + z[$1] * z[$1 + 1] } / Double(n)
  #expect(abs(products) < 5 / Double(n).squareRoot())
  // Kolmogorov and Smirnov: the critical distance at p = 1e-6 is 2.69 / √n.
  var distance = 0.0
  for (i, value) in z.sorted().enumerated() {
    let cumulative = 0.5 * erfc(-value / 2.0.squareRoot())
    distance = max(distance, abs(cumulative - (Double(i) + 0.5) / Double(n)))
  }
  #expect(distance < 2.69 / Double(n).squareRoot())
  // The tails: P(|z| > 4) = 6.334e-5.
  let far = Double(z.count { abs($0) > 4 })
  #expect(abs(far - 63.34) < 5 * 63.34.squareRoot())
}

@Test func normalDistribution() {
  checkDistribution(Float.self)
  checkDistribution(Double.self)
}
