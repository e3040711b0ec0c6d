/// The allocator: its bound, its cache, its figures; in processes of their own.

import PenumbraTensor
import Testing

@Suite struct MemoryPoolTests {
  @Test func aRequestBeyondTheLimitIsAnErrorAndLeavesThePoolUsable() async {
    await #expect(processExitsWith: .success) {
      MemoryPool.limit = 10_000_000
      let kept = try Tensor.ones([1_000_000])
      let before = MemoryPool.statistics.live
      for _ in 0..<3 {
        let error = #expect(throws: TensorError.self) { try Tensor.ones([2_000_000]) }
        #expect(error?.kind == .memory)
        #expect(error?.operation == "full")
      }
      #expect(MemoryPool.statistics.live == before)
      let next = try kept.add(1)
      #expect(try next.sum().item() == 2_000_000)
      MemoryPool.limit = 0
      #expect(throws: TensorError.self) { try Tensor.ones([1]) }
      MemoryPool.limit = 100_000_000
      #expect(try Tensor.ones([2_000_000]).sum().item() == 2_000_000)
    }
  }

  @Test func memoryIsReused() async {
    await #expect(processExitsWith: .success) {
      let x = try Tensor.ones([1000])
      _ = try x.add(1)
      let before = MemoryPool.statistics
      for _ in 0..<1000 { _ = try x.add(1).mul(2) }
      let after = MemoryPool.statistics
      #expect(after.live == before.live)
      #expect(after.requests == before.requests + 2000)
      #expect(after.hits >= before.hits + 1998)
      #expect(after.peak <= before.live + 3 * 4096)
      #expect(Int(MemoryPool.liveBytes.pointee) == after.live)
      MemoryPool.emptyCache()
      #expect(MemoryPool.statistics.cached == 0)
      #expect(MemoryPool.statistics.live == before.live)
      withExtendedLifetime(x) {}
    }
  }

  @Test func everySizeIsAlignedAndLargeEnough() async {
    await #expect(processExitsWith: .success) {
      var held: [Tensor] = []
      var sum = 0
      for count in [0, 1, 63, 64, 65, 1023, 1024, 1025, 1280, 1281, 4097, 65536, 65537, 1_000_003] {
        let x = try Tensor.ones([count], dtype: .uint8)
        try x.withMutableBytes { bytes in
          #expect(Int(bitPattern: bytes.baseAddress) % 64 == 0)
          for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: count) }
        }
        held.append(x)
        sum += count
      }
      for x in held {
        #expect(try x.eq(Double(x.elementCount % 256)).all())
      }
      #expect(MemoryPool.statistics.live >= sum)
      held = []
      #expect(MemoryPool.statistics.live == 0)
    }
  }
}
