/// A run in progress: its folder, and everything that is written there.

internal import Glibc
public import PenumbraData
internal import PenumbraTensor

/// Writes one run. While it lives no other process can work on the same run.
///
/// metrics.jsonl, histograms.jsonl and texts.jsonl are the truth; metrics.csv and TensorBoard's event
/// files are derived from them and from the pictures.
public final class RunWriter {
  public let folder: RunFolder
  public private(set) var record: RunRecord
  public var onNaN: NaNPolicy
  /// Shows a warning to the user.
  public var warn: (String) -> Void = { _ in }
  /// The last step that was logged; 0 before the first.
  public private(set) var step = 0
  /// Whether the run goes on from an earlier process.
  public let isResumed: Bool
  /// Whether the checkpoint to go on from, if there is one, has been taken.
  public private(set) var isReady: Bool

  private let lock: RunLock
  private let logs: Set<RunLog>
  private let metrics: AppendedFile
  private let histograms: AppendedFile
  private let texts: AppendedFile
  private let sources: SourceCopies
  private let store: CheckpointStore
  private var table: CSVFile?
  private var events: EventFile?
  private var warned: Set<String> = []
  private var isFinished = false

  // MARK: - Starting

  /// Creates the folder of a new run inside `parent`, which is made if needed.
  ///
  /// - Throws: `TensorError` (file) when nothing can be written there.
  public static func create(
    _ start: RunStart, in parent: String, logs: Set<RunLog> = Set(RunLog.allCases),
    onNaN: NaNPolicy = .warn
  ) throws -> RunWriter {
    let time = TimeStamp.now
    try Directory.make(parent, operation: "run")
    var name = RunName(start.name, at: time)
    while try !Directory.makeNew("\(parent)/\(name.folder)", operation: "run") {
      name = RunName(start.name, at: time)
    }
    let writer = try RunWriter(
      RunFolder("\(parent)/\(name.folder)"), start.record(name, at: time), logs, onNaN,
      isResumed: false)
    let script = start.script.split(separator: "/").last.map(String.init) ?? "script.lua"
    try writer.sources.add(start.script, as: script)
    return writer
  }

  /// Goes on with a run.
  ///
  /// - Throws: `TensorError` (file) for a folder that holds no run, or whose run is in progress.
  public static func resume(
    _ folder: RunFolder, command: [String], settings: [String]? = nil,
    logs: Set<RunLog> = Set(RunLog.allCases), onNaN: NaNPolicy = .warn
  ) throws -> RunWriter {
    guard var record = folder.record() else {
      throw FileError.make("run", folder.path, "this is no run folder")
    }
    guard !folder.isBusy else {
      throw FileError.make("run", folder.path, "another process works on this run")
    }
    record.sessions.append(RunRecord.Session(started: TimeStamp.now, command: command))
    if let settings { record.settings = settings }
    (record.state, record.exitCode, record.error, record.ended) = (.running, nil, nil, nil)
    return try RunWriter(folder, record, logs, onNaN, isResumed: true)
  }

  private init(
    _ folder: RunFolder, _ record: RunRecord, _ logs: Set<RunLog>, _ onNaN: NaNPolicy,
    isResumed: Bool
  ) throws {
    lock = try RunLock(folder.lockPath)
    (self.folder, self.record, self.logs, self.onNaN) = (folder, record, logs, onNaN)
    self.isResumed = isResumed
    metrics = try AppendedFile(folder.metricsPath, operation: "run")
    histograms = try AppendedFile(folder.histogramsPath, operation: "run")
    texts = try AppendedFile(folder.textsPath, operation: "run")
    sources = try SourceCopies(folder.sourcePath)
    store = CheckpointStore(folder.checkpointsPath)
    isReady = true
    try writeRecord()
    if isResumed {
      for file in [metrics, histograms, texts] { try file.dropTornLine() }
      isReady = store.checkpoints.isEmpty
      // Nothing to go on from: the run starts from its first step.
      if isReady { for file in [metrics, histograms, texts] { try file.truncate(to: 0) } }
    }
    if isReady { try openDerivedLogs(resumedAt: nil) }
  }

  private func openDerivedLogs(resumedAt step: Int?) throws {
    if logs.contains(.csv) { table = try CSVFile(folder.tablePath, from: folder.metricsPath) }
    guard logs.contains(.tensorboard) else { return }
    let time = TimeStamp.now
    // Sorted by name they are in the order of the sessions.
    let second = String(Int(time))
    let host = RunName.slug(record.host.isEmpty ? "host" : record.host)
    let padded = String(repeating: "0", count: max(0, 10 - second.count)) + second
    let name = "events.out.tfevents.\(padded).\(host).\(record.sessions.count).v2"
    events = try EventFile(
      "\(folder.path)/\(name)", time: time,
      resumedAt: record.sessions.count > 1 ? step.map { min($0, Int.max - 1) + 1 } ?? 0 : nil)
    events?.reserve(scalars: MetricTable(MetricTable.tail(of: folder.metricsPath)).names)
  }

  private func writeRecord() throws {
    try AtomicFile.write(
      text: record.json.text + "\n", to: folder.recordPath, operation: "run")
  }

  // MARK: - What the run is

  /// Records the script's options.
  public func setConfig(_ config: JSON) throws {
    try AtomicFile.write(text: config.text + "\n", to: folder.configPath, operation: "run")
  }

  /// Copies a module that the script loaded.
  public func addModule(_ name: String, at path: String) throws {
    try sources.add(module: name, at: path)
  }

  /// The path of a file of the script's own; the folders around it are made.
  ///
  /// - Parameter name: relative, without "..".
  public func path(_ name: String) throws -> String {
    let path = "\(folder.path)/\(name)"
    if let slash = path.lastIndex(of: "/") {
      try Directory.make(String(path[..<slash]), operation: "path")
    }
    return path
  }

  // MARK: - Logging

  private func check(_ operation: String) throws {
    guard !isReady else { return }
    throw TensorError(
      .value, operation,
      "the run goes on from a checkpoint, which the script has not taken yet: call "
        + "pn.run:restore(state) before the first step")
  }

  /// Writes the metrics of a step.
  ///
  /// - Parameter step: by default the one after the last.
  /// - Returns: the step.
  /// - Throws: `TensorError` (value) for a step below 0, a name that is empty, reserved, longer than
  ///   256 bytes or not printable, and by the policy for a value that is not finite; (file) when
  ///   writing fails.
  @discardableResult
  public func log(_ values: [(name: String, value: Double)], step: Int? = nil) throws -> Int {
    try check("log")
    let step = try RunWriter.checked(step ?? (self.step < Int.max ? self.step + 1 : self.step))
    for (name, _) in values { try RunWriter.check(name, "log") }
    let bad = values.filter { !$0.value.isFinite }
    let kept = onNaN == .skip ? values.filter(\.value.isFinite) : values
    let row = MetricRow(step: step, time: TimeStamp.now, values: kept)
    try metrics.append(line: row.line)
    try table?.append(row)
    try events?.add(scalars: kept, step: step, time: row.time)
    self.step = step
    for (name, value) in bad {
      let text = "\(name) is \(value.isNaN ? "nan" : "\(value)") at step \(step)"
      switch onNaN {
      case .stop: throw TensorError(.value, "log", text)
      case .warn: if warned.insert(name).inserted { warn(text) }
      case .skip: break
      }
    }
    return step
  }

  /// Writes a histogram.
  public func histogram(_ name: String, _ counts: HistogramCounts, step: Int? = nil) throws {
    try check("histogram")
    try RunWriter.check(name, "histogram")
    let (step, time) = (try RunWriter.checked(step ?? self.step), TimeStamp.now)
    let fields: [JSON.Member] = [
      .init("step", .integer(Int64(step))), .init("time", .number(time)),
      .init("name", .string(name)), .init("edges", .array(counts.edges.map(JSON.number))),
      .init("counts", .array(counts.counts.map { .integer(Int64($0)) })),
      .init("not_finite", .integer(Int64(counts.notFinite))),
    ]
    try histograms.append(line: JSON.object(fields).text)
    try events?.add(name, counts, step: step, time: time)
  }

  /// Writes a text, in which Markdown is shown.
  public func text(_ name: String, _ text: String, step: Int? = nil) throws {
    try check("text")
    try RunWriter.check(name, "text")
    let (step, time) = (try RunWriter.checked(step ?? self.step), TimeStamp.now)
    let fields: [JSON.Member] = [
      .init("step", .integer(Int64(step))), .init("time", .number(time)),
      .init("name", .string(name)), .init("text", .string(text)),
    ]
    try texts.append(line: JSON.object(fields).text)
    try events?.add(name, text: text, step: step, time: time)
  }

  /// Writes a picture of a step into a folder of the run such as "images".
  ///
  /// - Parameter write: writes a PNG file to the path that it gets.
  /// - Returns: the path.
  @discardableResult
  public func picture(
    _ name: String, in part: String, operation: String, step: Int? = nil,
    _ write: (String) throws -> Void
  ) throws -> String {
    try check(operation)
    try RunWriter.check(name, operation)
    let (step, time) = (try RunWriter.checked(step ?? self.step), TimeStamp.now)
    let place = "\(folder.path)/\(part)/\(RunName.slug(name))"
    try Directory.make(place, operation: operation)
    let path = place + "/" + CheckpointIndex.name(step, attempt: 0, ending: ".png")
    try write(path)
    if let events, let bytes = SmallFile.bytes(path, limit: 1 << 28),
      let picture = EncodedImage(png: bytes)
    {
      try events.add(name, picture, step: step, time: time)
    }
    return path
  }

  private static func checked(_ step: Int) throws -> Int {
    guard step >= 0 else {
      throw TensorError(
        .value, "log", argument: "step", expected: "an integer of at least 0", got: "\(step)")
    }
    return step
  }

  /// - Throws: `TensorError` (value) for what cannot name a metric.
  public static func check(_ name: String, _ operation: String) throws {
    let isPrintable = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    guard !name.isEmpty, name.utf8.count <= 256, isPrintable, !MetricRow.reserved.contains(name)
    else {
      throw TensorError(
        .value, operation, argument: "name",
        expected: "1 to 256 printable bytes other than 'step' and 'time'",
        got: "'\(name.prefix(64))'")
    }
  }

  // MARK: - Checkpoints

  /// Adds a checkpoint and lets go of those that the rotation does not keep; the newest that is whole
  /// always stays.
  ///
  /// - Parameters:
  ///   - ending: of the file's name, with its dot.
  ///   - write: writes the file of the path that it gets whole or not at all.
  public func addCheckpoint(
    step: Int, score: Double? = nil, rotation: CheckpointRotation = CheckpointRotation(),
    ending: String, _ write: (String) throws -> Void
  ) throws {
    try check("checkpoint")
    let step = try RunWriter.checked(step)
    // What stands before the checkpoint must not be lost where it is kept.
    for file in [metrics, histograms, texts] { try file.sync() }
    try store.add(
      step: step, score: score, lastLogged: max(self.step, step),
      sizes: [metrics.size, histograms.size, texts.size], ending: ending, rotation: rotation, write)
  }

  /// The checkpoints to go on from, the newest first: empty for a new run.
  public var checkpoints: [(checkpoint: SavedCheckpoint, path: String)] {
    store.checkpoints.map { ($0, store.path(of: $0)) }
  }

  /// Says from which checkpoint the run goes on; what was logged after it is cut off.
  public func goOn(from checkpoint: SavedCheckpoint) throws {
    guard !isReady else { return }
    for (position, file) in [metrics, histograms, texts].enumerated() {
      let start = position < checkpoint.sizes.count ? checkpoint.sizes[position] : 0
      try cut(file, from: min(max(start, 0), file.size), after: checkpoint.lastLogged)
    }
    step = MetricTable.tail(of: folder.metricsPath).last?.step ?? 0
    isReady = true
    record.sessions[record.sessions.count - 1].resumedFrom = checkpoint.step
    try writeRecord()
    try openDerivedLogs(resumedAt: max(step, checkpoint.step))
  }

  /// Takes away the lines behind a position from the first on whose step is later.
  private func cut(_ file: AppendedFile, from start: Int, after step: Int) throws {
    var end = start
    try LineReader.forEachLine(of: file.path, from: start, operation: "run") { line, next in
      if let row = MetricRow(line: line), row.step > step { return false }
      end = next
      return true
    }
    try file.truncate(to: end)
  }

  // MARK: - Ending

  /// Records how the run ended. Does nothing a second time.
  public func finish(_ state: RunRecord.State, exitCode: Int, error: String? = nil) throws {
    guard !isFinished else { return }
    isFinished = true
    (record.state, record.exitCode, record.error) = (state, exitCode, error)
    record.ended = TimeStamp.now
    try table?.finish()
    for file in [metrics, histograms, texts] { try file.sync() }
    try writeRecord()
  }
}
