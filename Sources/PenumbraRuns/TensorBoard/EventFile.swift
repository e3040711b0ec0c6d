/// TensorBoard event files: TFRecords of events, appended.

internal import PenumbraTensor

/// One event file of one session, in the framing of TFRecord.
///
/// A record is the length as uint64, the masked CRC-32C of these eight bytes, the data, and its masked
/// CRC-32C; all little-endian. Each event goes to the file with one `write`, so a process that is
/// killed leaves whole records and at most one torn one at the end, which TensorBoard waits for.
public final class EventFile {
  private let file: AppendedFile
  /// What each tag shows. TensorBoard shows a tag as one kind only, and drops what else has its name.
  private var kinds: [String: Kind] = [:]

  private enum Kind: String {
    case scalar, histogram, image, text
  }

  /// Creates the file.
  ///
  /// - Parameter step: the first step of a session that goes on from a checkpoint; what earlier files
  ///   say of it and later steps is void.
  public init(_ path: String, time: Double, resumedAt step: Int? = nil) throws {
    file = try AppendedFile(path, operation: "tensorboard")
    try append(EventMessage.version(time: time))
    if let step { try append(EventMessage.sessionStart(time: time, step: step)) }
  }

  /// Keeps names for scalars that are yet to come.
  public func reserve(scalars names: [String]) {
    for name in names { _ = tag(name, .scalar) }
  }

  /// The name, or "name/kind" where something of another kind has that name already.
  private func tag(_ name: String, _ kind: Kind) -> String {
    let known = kinds[name]
    guard let known, known != kind else {
      kinds[name] = kind
      return name
    }
    return "\(name)/\(kind.rawValue)"
  }

  /// One value for each name.
  public func add(scalars: [(name: String, value: Double)], step: Int, time: Double) throws {
    guard !scalars.isEmpty else { return }
    try append(
      EventMessage.scalars(
        scalars.map { (tag($0.name, .scalar), $0.value) }, time: time, step: step))
  }

  public func add(_ name: String, _ counts: HistogramCounts, step: Int, time: Double) throws {
    try append(EventMessage.histogram(tag(name, .histogram), counts, time: time, step: step))
  }

  public func add(_ name: String, _ picture: EncodedImage, step: Int, time: Double) throws {
    try append(EventMessage.image(tag(name, .image), picture, time: time, step: step))
  }

  /// Markdown.
  public func add(_ name: String, text: String, step: Int, time: Double) throws {
    try append(EventMessage.text(tag(name, .text), text, time: time, step: step))
  }

  private func append(_ event: [UInt8]) throws { try file.append(EventFile.record(event)) }

  /// The data in its frame.
  package static func record(_ data: [UInt8]) -> [UInt8] {
    var record: [UInt8] = []
    record.reserveCapacity(data.count + 16)
    withUnsafeBytes(of: UInt64(data.count).littleEndian) { record += $0 }
    withUnsafeBytes(of: CRC32C.masked(record).littleEndian) { record += $0 }
    record += data
    withUnsafeBytes(of: CRC32C.masked(data).littleEndian) { record += $0 }
    return record
  }
}
