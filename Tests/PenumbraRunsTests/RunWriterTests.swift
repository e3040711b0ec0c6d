/// Run folders: what is in them, going on after a kill, rotation, hostile contents.

import Glibc
import PenumbraData
import PenumbraRuns
import PenumbraTensor
import TestSupport
import Testing

/// A folder for runs that goes away with everything in it.
final class RunsFolder {
  let folder = TemporaryFolder()
  var path: String { folder.path }

  deinit { for name in folder.names { try? Directory.remove("\(path)/\(name)") } }

  func start(_ name: String = "test") -> RunStart {
    var start = RunStart(name: name, script: folder.put("script.lua", Array("-- a\n".utf8)))
    start.seed = 7
    start.settings = ["lr=1"]
    start.command = ["penumbra", "run", "script.lua"]
    return start
  }

  func create(_ name: String = "test", onNaN: NaNPolicy = .warn) throws -> RunWriter {
    try RunWriter.create(start(name), in: path, onNaN: onNaN)
  }
}

extension RunWriter {
  func save(_ step: Int, score: Double? = nil, _ rotation: CheckpointRotation = .init()) throws {
    try addCheckpoint(step: step, score: score, rotation: rotation, ending: ".bin") { path in
      try AtomicFile.write([UInt8(step & 0xFF)], to: path, operation: "test")
    }
  }
}

@Suite struct RunWriterTests {
  @Test func foldersHoldTheRecord() throws {
    let runs = RunsFolder()
    let writer = try runs.create("a name/with ünusual")
    #expect(writer.folder.name.contains("-a-name-with--nusual-"))
    #expect(writer.folder.isBusy)
    #expect(writer.folder.record()?.state == .running)
    try writer.setConfig(.object([.init("model", .object([.init("width", .integer(64))]))]))
    try writer.log([("loss", 0.5)], step: 3)
    try writer.finish(.finished, exitCode: 0)
    let record = try #require(writer.folder.record())
    #expect(record.state == .finished && record.exitCode == 0 && record.seed == 7)
    #expect(record.settings == ["lr=1"] && record.sessions.count == 1)
    #expect(writer.folder.config().map(\.name) == ["model.width"])
    #expect(writer.folder.config().map(\.value) == ["64"])
    #expect(writer.folder.files(in: "source") == ["script.lua"])
    #expect(try writer.folder.metrics().rows.map(\.step) == [3])
  }

  @Test func aRunThatDiedIsKilled() throws {
    let runs = RunsFolder()
    let folder = try runs.create().folder
    #expect(folder.record()?.state == .killed)
    #expect(!folder.isBusy)
  }

  @Test func twoProcessesCannotShareARun() throws {
    let runs = RunsFolder()
    let writer = try runs.create()
    #expect(throws: TensorError.self) { try RunWriter.resume(writer.folder, command: []) }
    #expect(throws: TensorError.self) { try writer.folder.remove() }
  }

  @Test func goingOnCutsWhatCameAfterTheCheckpoint() throws {
    let runs = RunsFolder()
    var writer: RunWriter? = try runs.create()
    let folder = try #require(writer?.folder)
    for step in 1...10 {
      if step == 5 { try writer?.save(5) }
      try writer?.log([("loss", Double(step))], step: step)
      try writer?.histogram("w", HistogramCounts([1, 2]), step: step)
    }
    writer = nil
    let torn = try AppendedFile(folder.metricsPath, operation: "test")
    try torn.append(Array("{\"step\":11,\"lo".utf8))

    let again = try RunWriter.resume(folder, command: ["again"])
    #expect(throws: TensorError.self) { try again.log([("loss", 1)], step: 6) }
    let (checkpoint, path) = try #require(again.checkpoints.first)
    #expect(checkpoint.step == 5 && folder.record()?.sessions.count == 2)
    #expect(SmallFile.bytes(path, limit: 10) == [5])
    try again.goOn(from: checkpoint)
    // The row of step 5 came after the checkpoint of step 5, and stays.
    #expect(try folder.metrics().rows.map(\.step) == [1, 2, 3, 4, 5])
    #expect(again.step == 5)
    for step in 6...7 { try again.log([("loss", Double(step))], step: step) }
    try again.finish(.finished, exitCode: 0)
    #expect(try folder.metrics().series("loss").map(\.value) == [1, 2, 3, 4, 5, 6, 7])
    let table = try #require(SmallFile.text(folder.tablePath, limit: 10_000))
    #expect(table.split(separator: "\n").count == 8)
    #expect(folder.record()?.sessions.last?.resumedFrom == 5)
    #expect(folder.files(in: ".").count { $0.contains("tfevents") } == 2)
  }

  @Test func goingOnWithoutACheckpointStartsAnew() throws {
    let runs = RunsFolder()
    var writer: RunWriter? = try runs.create()
    let folder = try #require(writer?.folder)
    try writer?.log([("loss", 1)], step: 1)
    writer = nil
    let again = try RunWriter.resume(folder, command: [])
    #expect(again.checkpoints.isEmpty)
    try again.log([("loss", 2)], step: 1)
    #expect(try folder.metrics().rows.map { $0["loss"] } == [2])
  }

  // MARK: - Checkpoints

  @Test func rotationKeepsTheNewestAndTheBest() throws {
    let runs = RunsFolder()
    let writer = try runs.create()
    let rotation = CheckpointRotation(last: 2, best: 2)
    for (step, score) in [5, 1, 4, .nan, 2, 9, 8].enumerated() {
      try writer.save(step + 1, score: score, rotation)
    }
    #expect(writer.checkpoints.map(\.checkpoint.step) == [7, 6, 5, 2])
    let files = writer.folder.files(in: "checkpoints").filter { $0.hasPrefix("step-") }
    #expect(files.count == 4)
    try writer.save(8, score: 100, CheckpointRotation(last: 1, best: 1, prefersGreater: true))
    #expect(writer.checkpoints.map(\.checkpoint.step) == [8])
  }

  @Test func aCheckpointThatFailsLeavesTheOldOne() throws {
    struct Full: Error {}
    let runs = RunsFolder()
    let writer = try runs.create()
    try writer.save(1)
    #expect(throws: Full.self) {
      try writer.addCheckpoint(step: 2, ending: ".bin") { _ in throw Full() }
    }
    #expect(writer.checkpoints.map(\.checkpoint.step) == [1])
    #expect(access(writer.checkpoints[0].path, R_OK) == 0)
  }

  @Test func leftoversOfAKillGoAway() throws {
    let runs = RunsFolder()
    var writer: RunWriter? = try runs.create()
    let folder = try #require(writer?.folder)
    try writer?.save(1)
    writer = nil
    for name in ["step-000000002.bin", "step-000000003.bin.77-1.tmp", "mine.txt"] {
      try AtomicFile.write([0], to: "\(folder.checkpointsPath)/\(name)", operation: "test")
    }
    let again = try RunWriter.resume(folder, command: [])
    #expect(again.checkpoints.map(\.checkpoint.step) == [1])
    #expect(folder.files(in: "checkpoints") == ["index.json", "mine.txt", "step-000000001.bin"])
  }

  /// Without its index the files speak, and none is taken for a leftover.
  @Test(arguments: ["", "{", "[]", "{\"checkpoints\":7}"])
  func aDamagedIndexLosesNoCheckpoint(_ text: String) throws {
    let runs = RunsFolder()
    var writer: RunWriter? = try runs.create()
    let folder = try #require(writer?.folder)
    try writer?.save(1, CheckpointRotation(last: 2))
    try writer?.save(2, CheckpointRotation(last: 2))
    writer = nil
    try AtomicFile.write(
      text: text, to: "\(folder.checkpointsPath)/index.json", operation: "test")
    let again = try RunWriter.resume(folder, command: [])
    #expect(again.checkpoints.map(\.checkpoint.step) == [2, 1])
    try again.goOn(from: again.checkpoints[0].checkpoint)
    try again.save(3)
    #expect(again.checkpoints.map(\.checkpoint.step) == [3])
  }

  @Test func indexEntriesCannotLeaveTheFolder() throws {
    let runs = RunsFolder()
    var writer: RunWriter? = try runs.create()
    let folder = try #require(writer?.folder)
    try writer?.save(1)
    writer = nil
    let entries = ["step-1/../../../x", "/etc/passwd", "step-000000001.bin"].map {
      "{\"file\":\"\($0)\",\"step\":1}"
    }
    try AtomicFile.write(
      text: "{\"checkpoints\":[\(entries.joined(separator: ","))]}",
      to: "\(folder.checkpointsPath)/index.json", operation: "test")
    let again = try RunWriter.resume(folder, command: [])
    #expect(again.checkpoints.map(\.checkpoint.file) == ["step-000000001.bin"])
  }

  // MARK: - Values

  @Test func policiesForValuesThatAreNotFinite() throws {
    let runs = RunsFolder()
    let stop = try runs.create(onNaN: .stop)
    #expect(throws: TensorError.self) { try stop.log([("a", 1), ("loss", .nan)], step: 3) }
    #expect(try stop.folder.metrics().rows.count == 1)
    let skip = try runs.create(onNaN: .skip)
    try skip.log([("a", 1), ("loss", .infinity)], step: 3)
    #expect(try skip.folder.metrics().names == ["a"])
    let warn = try runs.create()
    var warnings: [String] = []
    warn.warn = { warnings.append($0) }
    for step in 1...3 { try warn.log([("loss", .nan)], step: step) }
    #expect(warnings == ["loss is nan at step 1"])
    #expect(try warn.folder.metrics().series("loss").count == 3)
  }

  @Test func namesAndStepsAreChecked() throws {
    let runs = RunsFolder()
    let writer = try runs.create()
    for name in ["", "step", "time", "a\nb", "\u{1B}[31m", String(repeating: "x", count: 300)] {
      #expect(throws: TensorError.self) { try writer.log([(name, 1)], step: 1) }
    }
    #expect(throws: TensorError.self) { try writer.log([("a", 1)], step: -1) }
    #expect(try writer.folder.metrics().rows.isEmpty)
    #expect(try writer.log([("a", 1)]) == 1)
    #expect(try writer.log([("a", 1)]) == 2)
  }

  // MARK: - Finding and removing

  @Test func runsAreFoundByWhatOneTypes() throws {
    let runs = RunsFolder()
    let folders = try ["blur", "noise", "noise"].map { try runs.create($0).folder }
    let catalogue = RunCatalogue(runs.path)
    #expect(catalogue.runs().count == 3)
    #expect(try catalogue.find("blur").path == folders[0].path)
    #expect(try catalogue.find(folders[1].name).path == folders[1].path)
    #expect(try catalogue.find(folders[2].path + "/").path == folders[2].path)
    let id = try #require(folders[1].record()?.id)
    #expect(try catalogue.find(id).path == folders[1].path)
    for word in ["noise", "nothing", "", "20"] {
      #expect(throws: TensorError.self) { try catalogue.find(word) }
    }
    try folders[0].remove()
    #expect(catalogue.runs().count == 2)
  }

  @Test func hostileFoldersAreNoRuns() throws {
    let runs = RunsFolder()
    for (position, text) in [
      "", "{}", "[]", "{\"format\":1}",
      "{\"format\":99,\"name\":\"a\",\"id\":\"b\",\"state\":\"failed\"}",
      "{\"format\":1,\"name\":7,\"id\":\"b\",\"state\":\"failed\"}",
      "{\"format\":1,\"name\":\"a\",\"id\":\"b\",\"state\":\"nonsense\"}",
      String(repeating: "[", count: 1_000_000),
    ].enumerated() {
      let path = "\(runs.path)/\(position)"
      #expect(mkdir(path, 0o777) == 0)
      try AtomicFile.write(text: text, to: "\(path)/run.json", operation: "test")
    }
    let strange = "\(runs.path)/strange"
    #expect(mkdir(strange, 0o777) == 0 && mkdir(strange + "/run.json", 0o777) == 0)
    #expect(mkfifo("\(runs.path)/fifo", 0o666) == 0)
    #expect(mkdir("\(runs.path)/pipe", 0o777) == 0)
    #expect(mkfifo("\(runs.path)/pipe/run.json", 0o666) == 0)
    #expect(RunCatalogue(runs.path).runs().isEmpty)
    #expect(throws: TensorError.self) { try RunFolder(strange).remove() }
    let least =
      "{\"format\":1,\"name\":\"a\",\"id\":\"b\",\"state\":\"failed\",\"sessions\":[7,{}],\"seed\":1e300}"
    try AtomicFile.write(text: least, to: "\(runs.path)/0/run.json", operation: "test")
    #expect(RunCatalogue(runs.path).runs().map(\.record.state) == [.failed])
    #expect(throws: TensorError.self) { try RunFolder("\(runs.path)/0").metrics() }
  }

  @Test func removingDoesNotFollowLinks() throws {
    let runs = RunsFolder()
    let folder = try runs.create().folder
    let kept = runs.folder.put("kept", [1])
    #expect(symlink(runs.path, folder.path + "/link") == 0)
    try folder.remove()
    #expect(access(kept, R_OK) == 0)
    #expect(access(folder.path, F_OK) != 0)
  }

  // MARK: - Git

  @Test func revisionsAreReadFromTheRepositorysFiles() throws {
    let folder = RunsFolder()
    let commit = String(repeating: "ab", count: 20)
    func put(_ name: String, _ text: String) throws {
      let path = "\(folder.path)/\(name)"
      try Directory.make(
        String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]), operation: "t")
      try AtomicFile.write(text: text, to: path, operation: "test")
    }
    try put("a/.git/HEAD", "ref: refs/heads/main\n")
    try put("a/.git/refs/heads/main", commit + "\n")
    try put("a/deep/er/x", "")
    #expect(
      GitRevision(around: "\(folder.path)/a/deep/er") == GitRevision(commit: commit, branch: "main")
    )
    try put("b/.git/HEAD", commit + "\n")
    #expect(GitRevision(around: "\(folder.path)/b")?.branch == nil)
    try put("c/.git/HEAD", "ref: refs/heads/old\n")
    try put("c/.git/packed-refs", "# pack\n\(commit) refs/heads/old\n")
    #expect(GitRevision(around: "\(folder.path)/c")?.branch == "old")
    try put("d/.git", "gitdir: \(folder.path)/a/.git/worktrees/d\n")
    try put("a/.git/worktrees/d/HEAD", "ref: refs/heads/main\n")
    try put("a/.git/worktrees/d/commondir", "../..\n")
    #expect(GitRevision(around: "\(folder.path)/d")?.commit == commit)
    try put("e/.git/HEAD", "ref: ../../../etc/passwd\n")
    #expect(GitRevision(around: "\(folder.path)/e") == nil)
  }
}
