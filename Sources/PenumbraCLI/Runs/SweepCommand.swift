// `penumbra sweep`: one script with many settings, a process for each.

internal import Glibc
internal import PenumbraLua
internal import PenumbraRuns
internal import PenumbraTensor
internal import Synchronization

/// Runs the trials that are not done yet. The run folders are the only memory: a trial whose run is
/// finished is skipped, one whose run was stopped, killed or failed goes on from its last checkpoint, or
/// starts anew without one.
struct SweepCommand {
  let invocation: SweepInvocation

  init(_ words: [Word]) throws(UsageError) {
    invocation = try SweepInvocation(Array(words.dropFirst(2)))
  }

  /// Signals that came; each is passed on to the runs.
  private static let signals = Atomic<Int32>(0)

  private struct Job {
    let process: pid_t
    let trial: Trial
    let started: Double
  }

  /// Returns the exit code.
  func run() throws(UsageError) -> Int32 {
    guard !invocation.showsHelp, let script = invocation.script else {
      Console.write(RunUsage.sweep + "\n")
      return ExitCode.success
    }
    let trials = try SweepPlan.trials(
      invocation.axes, invocation.random, draws: invocation.draws ?? 1,
      seed: UInt64(invocation.drawSeed))
    let path = Machine.absolute(script.text)
    guard access(path, R_OK) == 0 else {
      Console.writeError("penumbra: cannot open \(script.text)\n")
      return ExitCode.scriptError
    }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let plain = file.hasSuffix(".lua") ? String(file.dropLast(4)) : file
    let name = RunName.slug(invocation.name ?? plain)
    // Names that lead to nothing, or wrong options, show before many processes fail on them.
    return perform(trials, script: path, name: name)
  }

  private func perform(_ trials: [Trial], script: String, name: String) -> Int32 {
    SweepCommand.listen()
    var waiting: [(trial: Trial, run: RunFolder?)] = []
    for trial in trials {
      let found = SweepCommand.folder(of: trial, invocation, name)
      switch found?.record.state {
      case .finished: continue
      case .running: Console.write("\(trial.text): in progress elsewhere\n")
      default: waiting.append((trial, found?.folder))
      }
    }
    Console.write(
      "\(trials.count) trials, \(trials.count - waiting.count) done or in progress\n")
    Console.flush()
    var jobs: [Job] = []
    var (ended, failed, seen) = (trials.count - waiting.count, 0, Int32(0))
    while !jobs.isEmpty || (seen == 0 && !waiting.isEmpty) {
      while seen == 0, jobs.count < invocation.jobs, !waiting.isEmpty {
        let (trial, run) = waiting.removeFirst()
        if let process = start(trial, resuming: run, script, name) {
          jobs.append(Job(process: process, trial: trial, started: TimeStamp.now))
        } else {
          failed += 1
        }
      }
      let count = SweepCommand.signals.load(ordering: .acquiring)
      if count > seen {
        seen = count
        for job in jobs { kill(job.process, seen > 1 ? SIGKILL : SIGINT) }
      }
      var status: Int32 = 0
      for (place, job) in jobs.enumerated().reversed()
      where waitpid(job.process, &status, WNOHANG) == job.process {
        jobs.remove(at: place)
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
        ended += 1
        if code != 0 { failed += 1 }
        report(job, code, "\(ended)/\(trials.count)", name)
      }
      if !jobs.isEmpty { usleep(20_000) }
    }
    let runs = trials.compactMap { SweepCommand.folder(of: $0, invocation, name)?.folder }
    if let table = try? RunsReport.comparison(runs, metrics: nil) { Console.write(table) }
    return seen > 0
      ? ExitCode.interrupted : failed > 0 ? ExitCode.scriptError : ExitCode.success
  }

  // MARK: - Trials and their runs

  /// The newest run of a trial, a finished one before others.
  private static func folder(
    of trial: Trial, _ invocation: SweepInvocation, _ name: String
  ) -> (folder: RunFolder, record: RunRecord)? {
    let wanted = Set(invocation.settings + trial.settings)
    let seed = trial.seed ?? passedSeed(invocation)
    let runs = RunCatalogue(invocation.out).runs().filter { run in
      run.record.name == name && Set(run.record.settings) == wanted && run.record.seed == seed
        && run.record.arguments == invocation.arguments.map(\.text)
    }
    return runs.last { $0.record.state == .finished } ?? runs.last
  }

  private static func passedSeed(_ invocation: SweepInvocation) -> Int? {
    let places = zip(invocation.passed, invocation.passed.dropFirst())
    return places.first { $0.0 == "--seed" }.flatMap { Int($0.1) }
  }

  /// Starts a process with a process group of its own: the terminal's Ctrl-C comes to us alone.
  private func start(
    _ trial: Trial, resuming run: RunFolder?, _ script: String, _ name: String
  ) -> pid_t? {
    var words = ["penumbra", "run"]
    if let run {
      words += ["--resume", run.path]
    } else {
      words += [script, "--name", name]
      for setting in invocation.settings + trial.settings { words += ["--set", setting] }
    }
    words += ["--out", invocation.out] + invocation.passed
    if let seed = trial.seed { words += ["--seed", "\(seed)"] }
    if !invocation.passed.contains("--threads") {
      words += ["--threads", "\(max(1, Threads.available / invocation.jobs))"]
    }
    if run == nil, !invocation.arguments.isEmpty {
      words += ["--"] + invocation.arguments.map(\.text)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGINT)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF))
    let pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    let code = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, pointers, environ)
    guard code == 0 else {
      Console.writeError("penumbra: \(trial.text): \(String(cString: strerror(code)))\n")
      return nil
    }
    return process
  }

  private func report(_ job: Job, _ code: Int32, _ place: String, _ name: String) {
    let found = SweepCommand.folder(of: job.trial, invocation, name)
    var text = "[\(place)] \(job.trial.text): "
    text += found?.record.state.rawValue ?? "failed (exit code \(code))"
    let rows = found.map { MetricTable.tail(of: $0.folder.metricsPath) } ?? []
    let table = MetricTable(rows)
    for name in table.names.prefix(4) {
      text += table.last(name).map { "  \(name) \(Shown.number($0))" } ?? ""
    }
    text += "  \(Shown.duration(TimeStamp.now - job.started))"
    if let error = found?.record.error, code != 0 { text += "\n  \(error)" }
    Console.write(
      text.split(separator: "\n").map { TextTable.plain(String($0)) }.joined(separator: "\n")
        + "\n")
    Console.flush()
  }

  private static func listen() {
    for signal in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in
        SweepCommand.signals.wrappingAdd(1, ordering: .acquiringAndReleasing)
      }
      action.sa_flags = SA_RESTART
      sigaction(signal, &action, nil)
    }
    _ = signals.load(ordering: .relaxed)
  }
}
