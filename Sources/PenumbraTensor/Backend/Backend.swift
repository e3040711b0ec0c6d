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
  /// Threads for large loops and matrix products.
  static func setThreadCount(_ count: Int) { omp_set_num_threads(Int32(count)) }
  /// What the calling thread's products use.
  static var threadCount: Int { Int(omp_get_max_threads()) }

  /// Keeps OpenBLAS to the thread that calls it; to be read before each call.
  ///
  /// Its number of threads is one for the whole process, and some of its results, the eigenvectors of a
  /// small matrix even, have other bits with another number: what one thread of ours sets would
  /// change what the next computes. Products are shared out to our own threads instead.
  static let serialBLAS: Void = openblas_set_num_threads(1)
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
