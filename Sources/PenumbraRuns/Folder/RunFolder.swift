/// The folder of a run: what is where.

internal import Glibc
internal import PenumbraData
internal import PenumbraTensor

/// One run folder, read.
public struct RunFolder: Sendable {
  public let path: String

  public init(_ path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The folder's own name.
  public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  public var recordPath: String { "\(path)/run.json" }
  public var configPath: String { "\(path)/config.json" }
  public var metricsPath: String { "\(path)/metrics.jsonl" }
  public var tablePath: String { "\(path)/metrics.csv" }
  public var histogramsPath: String { "\(path)/histograms.jsonl" }
  public var textsPath: String { "\(path)/texts.jsonl" }
  public var sourcePath: String { "\(path)/source" }
  public var checkpointsPath: String { "\(path)/checkpoints" }
  var lockPath: String { "\(path)/lock" }

  // MARK: - Reading

  /// What run.json says; a run whose process has ended without saying so is `killed`. nil where the
  /// folder holds no run.
  public func record() -> RunRecord? {
    guard var record = SmallFile.json(recordPath).flatMap(RunRecord.init) else { return nil }
    if record.state == .running, !isBusy { record.state = .killed }
    return record
  }

  /// The script's options, by dotted name, as JSON texts: `model.width` → `64`.
  public func config() -> [(name: String, value: String)] {
    guard let json = SmallFile.json(configPath) else { return [] }
    var result: [(name: String, value: String)] = []
    RunFolder.flatten(json, "", &result)
    return result
  }

  private static func flatten(
    _ json: JSON, _ prefix: String, _ result: inout [(name: String, value: String)]
  ) {
    guard case .object(let members) = json else {
      return result.append((prefix, json.text))
    }
    for member in members {
      flatten(member.value, prefix.isEmpty ? member.key : "\(prefix).\(member.key)", &result)
    }
  }

  public func metrics() throws -> MetricTable { try MetricTable(reading: metricsPath) }

  /// Whether a process works on the run now.
  public var isBusy: Bool { RunLock.isTaken(lockPath) }

  /// The names of what is in a part of the folder, such as "source"; sorted.
  public func files(in part: String) -> [String] { Directory.names("\(path)/\(part)") }

  /// The CRC-32C of a copy in `source`; nil where it cannot be read.
  public func sourceChecksum(_ name: String) -> UInt32? {
    SmallFile.bytes("\(sourcePath)/\(name)", limit: 1 << 24).map(CRC32C.checksum)
  }

  /// Removes the folder with everything in it. Links in it are removed, not followed.
  ///
  /// - Throws: `TensorError` (file) for a folder that holds no run, whose run is in progress, or that
  ///   cannot be removed.
  public func remove() throws {
    guard record() != nil else { throw FileError.make("runs", path, "this is no run folder") }
    guard !isBusy else { throw FileError.make("runs", path, "the run is in progress") }
    try Directory.remove(path)
  }
}
