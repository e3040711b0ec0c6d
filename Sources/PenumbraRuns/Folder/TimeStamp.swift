/// Wall-clock time and how it is written.

internal import Glibc

/// A moment in UTC.
public enum TimeStamp {
  /// Seconds since 1970, to the microsecond.
  public static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec / 1000) * 1e-6
  }

  /// "2026-11-23T23:34:12Z"
  public static func iso(_ seconds: Double) -> String {
    let t = fields(seconds)
    return
      "\(t.year)-\(two(t.month))-\(two(t.day))T\(two(t.hour)):\(two(t.minute)):\(two(t.second))Z"
  }

  /// "20261123-233412", for names that sort by time.
  static func compact(_ seconds: Double) -> String {
    let t = fields(seconds)
    return "\(t.year)\(two(t.month))\(two(t.day))-\(two(t.hour))\(two(t.minute))\(two(t.second))"
  }

  private static func fields(
    _ seconds: Double
  ) -> (year: Int32, month: Int32, day: Int32, hour: Int32, minute: Int32, second: Int32) {
    var time = time_t(seconds.isFinite ? min(max(seconds, 0), 2e11) : 0)
    var parts = tm()
    gmtime_r(&time, &parts)
    return (
      parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
      parts.tm_sec
    )
  }

  private static func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
