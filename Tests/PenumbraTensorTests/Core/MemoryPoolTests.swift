/// The allocator: its bound, its cache, its figures; in processes of their own.

import Glibc
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

  @Test func theCacheIsBoundedAndCountsAgainstTheLimit() async {
    await #expect(processExitsWith: .success) {
      MemoryPool.limit = 20_000_000
      MemoryPool.cacheLimit = 8_000_000
      for count in [300_000, 500_000, 700_000, 900_000, 1_100_000] {
        _ = try Tensor.ones([count])
        let figures = MemoryPool.statistics
        #expect(figures.cached <= 8_000_000)
      }
      #expect(MemoryPool.statistics.cached > 0)
      // Live and cached together stay within the limit: the cache makes room.
      let large = try Tensor.ones([4_000_000])
      #expect(MemoryPool.statistics.live + MemoryPool.statistics.cached <= 20_000_000)
      withExtendedLifetime(large) {}
      MemoryPool.cacheLimit = 0
      #expect(MemoryPool.statistics.cached == 0)
    }
  }

  @Test func thePeakIsMeasuredAnewAndFlatInLoops() async {
    await #expect(processExitsWith: .success) {
      let x = try Tensor.ones([100_000])
      _ = try x.add(1).add(x.mul(2))
      #expect(MemoryPool.statistics.peak > 2 * x.storageByteCount)
      MemoryPool.resetPeak()
      #expect(MemoryPool.statistics.peak == MemoryPool.statistics.live)
      for _ in 0..<10 { _ = try x.add(1).mul(2) }
      let peak = MemoryPool.statistics.peak
      for _ in 0..<200 { _ = try x.add(1).mul(2) }
      #expect(MemoryPool.statistics.peak == peak)
    }
  }

  @Test func aReclaimerIsAskedBeforeTheError() async {
    await #expect(processExitsWith: .success) {
      MemoryPool.limit = 10_000_000
      var hoard: Tensor? = try Tensor.ones([2_000_000])
      var calls = 0
      Reclaimer.current = Reclaimer {
        calls += 1
        hoard = nil
      }
      #expect(try Tensor.ones([2_000_000]).sum().item() == 2_000_000)
      #expect(calls == 1)
      #expect(hoard == nil)
      let error = #expect(throws: TensorError.self) { try Tensor.zeros([2_000_000_000]) }
      #expect(error?.description == "full: 8.0 GB wanted, 10.0 MB left of the limit of 10.0 MB")
      #expect(calls == 2)
      Reclaimer.current = nil
    }
  }

  @Test func theStandardLimitLeavesTheSystemRoom() {
    #expect(MemoryPool.limit > 0)
    #expect(
      MemoryPool.limit <= sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) * 4 / 5)
  }
}
