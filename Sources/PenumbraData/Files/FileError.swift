/// Errors of files, which all name the path.

internal import Glibc
public import PenumbraTensor

/// Makes the `TensorError`s of this layer.
public enum FileError {
  /// `operation: 'path': reason`.
  public static func make(_ operation: String, _ path: String, _ reason: String) -> TensorError {
    TensorError(.file, operation, argument: quoted(path), reason)
  }

  /// What the system said, for instance "No such file or directory".
  public static func system(_ operation: String, _ path: String, _ code: Int32) -> TensorError {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &buffer, buffer.count) == 0 else {
      return make(operation, path, "system error \(code)")
    }
    let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return make(operation, path, String(decoding: text, as: UTF8.self))
  }

  /// A path as it stands in an error.
  static func quoted(_ path: String) -> String { "'\(path)'" }
}
