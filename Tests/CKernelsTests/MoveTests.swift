// Transposes, gathers and scatters; the state of a thread.

import CKernels
import Glibc
import Testing

private func checkTranspose<T: BitwiseCopyable & Equatable>(_ make: (Int) -> T) {
  for (rows, columns) in [(0, 3), (1, 1), (3, 5), (8, 8), (16, 24), (70, 33), (9, 100), (65, 64)] {
    let (ldx, ldy) = (columns + 3, rows + 2)
    let x = (0..<rows * ldx).map(make)
    var y = [T](repeating: make(99), count: columns * ldy + 1)
    pn_transpose(
      Int32(MemoryLayout<T>.size), Int64(rows), Int64(columns), x, Int64(ldx), &y, Int64(ldy))
    for c in 0..<columns {
      for r in 0..<ldy {
        let wanted = r < rows ? x[r * ldx + c] : make(99)
        #expect(y[c * ldy + r] == wanted)
      }
    }
    #expect(y.last == make(99))
  }
}

@Test func transpose() {
  checkTranspose { UInt8($0 % 251) }
  checkTranspose { Float($0) }
  checkTranspose { Double($0) }
}

@Test func gatherRows() {
  let index: [Int64] = [3, 0, 3, 2, 1]
  for bytes in [1, 4, 8, 12, 400] {
    let x = (0..<4 * bytes).map { UInt8($0 % 251) }
    var y = [UInt8](repeating: 77, count: 5 * bytes + 1)
    pn_gather_rows(5, Int64(bytes), x, index, &y)
    let wanted = index.flatMap { x[Int($0) * bytes..<(Int($0) + 1) * bytes] }
    #expect(y == wanted + [77])
  }
}

@Test func threadsHaveTheirOwnState() {
  let own = pn_current_thread()!
  let before = own.pointee.grad_disabled
  own.pointee.grad_disabled = 5
  defer { own.pointee.grad_disabled = before }
  #expect(pn_current_thread() == own)
  var thread = pthread_t()
  // The other thread sees fresh words, and what it writes stays with it.
  let created = pthread_create(
    &thread, nil,
    { _ in
      guard let state = pn_current_thread() else { return nil }
      let seen = state.pointee.grad_disabled
      state.pointee.grad_disabled = 9
      return UnsafeMutableRawPointer(bitPattern: Int(seen) + 1)
    }, nil)
  #expect(created == 0)
  var result: UnsafeMutableRawPointer?
  pthread_join(thread, &result)
  #expect(result == UnsafeMutableRawPointer(bitPattern: 1))
  #expect(own.pointee.grad_disabled == 5)
}
