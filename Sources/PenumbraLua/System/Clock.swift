/// Time for measuring.

internal import Glibc
internal import PenumbraTensor

enum Clock {
  /// Seconds as a script may know them: the monotonic clock's, those of a clock that the host gave.
  ///
  /// - Throws: `TensorError` where the script has no clock.
  static func scriptSeconds(_ operation: String) throws -> Double {
    try Permissions.checkTime(operation)
    if case .given(let now) = Permissions.current.time { return now() }
    return seconds
  }

  /// Seconds of the monotonic clock.
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
