/// The one seam between operations and the device that computes them.
///
/// Operations check shapes, allocate results and record derivatives; they reach memory only through
/// these functions. Today every storage is on the CPU and every function calls CKernels, oneDNN or
/// OpenBLAS; a second device is a second body behind the same signatures. No other folder imports
/// those libraries' kernels.

internal import CKernels
internal import COneDNN
internal import COpenBLAS

enum Backend {
  /// Threads for large loops and matrix products. OpenBLAS's own are used for factorisations only.
  static func setThreadCount(_ count: Int) { omp_set_num_threads(Int32(count)) }

  /// Lets the next calls to LAPACK use all threads; matrix products take that back.
  static func shareFactorisations() { openblas_set_num_threads(Int32(Threads.count)) }
}

extension DType {
  var kernelType: pn_dtype { pn_dtype(rawValue: rawValue) }
}

extension Tensor {
  @inline(__always)
  var floats: UnsafeMutablePointer<Float> { address.assumingMemoryBound(to: Float.self) }
  @inline(__always)
  var doublesPointer: UnsafeMutablePointer<Double> { address.assumingMemoryBound(to: Double.self) }
  @inline(__always)
  var int64s: UnsafeMutablePointer<Int64> { address.assumingMemoryBound(to: Int64.self) }
  @inline(__always)
  var bytes: UnsafeMutablePointer<UInt8> { address.assumingMemoryBound(to: UInt8.self) }
}
