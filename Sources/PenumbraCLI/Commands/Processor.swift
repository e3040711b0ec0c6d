// The processor, as the kernel describes it.

internal import Glibc

enum Processor {
  /// "Intel(R) Xeon(R) ...", or the machine's architecture.
  static var model: String { field("model name") ?? architecture }

  /// The level of x86-64 whose kernels run here (kernels exist for v4, v3 and the baseline).
  static var instructionSet: String {
    guard let flags = field("flags") else { return architecture }
    let known = Set(flags.split(separator: " ").map(String.init))
    if known.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]) {
      return "x86-64-v4 (AVX-512)"
    }
    if known.isSuperset(of: ["avx2", "fma", "bmi1", "bmi2", "f16c", "movbe"]) {
      return "x86-64-v3 (AVX2)"
    }
    return "x86-64"
  }

  /// The first line `name : value` of /proc/cpuinfo.
  private static func field(_ name: String) -> String? {
    guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, file) > 0, let line {
      let text = String(cString: line)
      guard text.hasPrefix(name), let colon = text.firstIndex(of: ":") else { continue }
      let value = text[text.index(after: colon)...].drop { $0 == " " }
      return String(value.prefix { $0 != "\n" })
    }
    return nil
  }

  private static var architecture: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown" }
    return withUnsafeBytes(of: name.machine) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
