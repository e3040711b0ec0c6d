/// Profiles as trace files, which chrome://tracing and ui.perfetto.dev show.

public import PenumbraTensor

/// Chrome's trace event format, as a JSON object: one complete event ("ph": "X") for each use of an
/// operation, and one around those of a script's line. The categories are "line", "forward",
/// "backward" and "outside"; times are microseconds since the profile began.
///
/// Source: Trace Event Format, the Chromium project.
public enum ChromeTrace {
  /// Writes a profile's events, whole or not at all.
  ///
  /// Outer events stand before inner ones that begin at the same time, as viewers want it.
  ///
  /// - Throws: `TensorError` (file) when writing fails, (interrupted) when the thread is asked to stop.
  /// - Complexity: O(events) time; the text is never in memory as a whole.
  public static func write(_ profile: Profile, to path: String, operation: String) throws {
    try AtomicFile.write(to: path, operation: operation) { file in
      var text = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
      text += metadata("process_name", "penumbra") + ",\n" + metadata("thread_name", "Lua")
      let slices = profile.lineSlices
      var nextSlice = 0
      for (index, event) in profile.events.enumerated() {
        if nextSlice < slices.count, slices[nextSlice].firstEvent == index {
          let slice = slices[nextSlice]
          text += ",\n" + complete(slice.line, "line", slice.start, slice.duration, [])
          nextSlice += 1
        }
        text += ",\n" + self.text(event, profile)
        guard text.utf8.count > 1 << 16 else { continue }
        try Interruption.check(operation)
        try file.append(Array(text.utf8))
        text = ""
      }
      text += "\n],\"droppedEvents\":\(profile.droppedEvents)}\n"
      try file.append(Array(text.utf8))
    }
  }

  private static let place = [JSON.Member("pid", .integer(1)), JSON.Member("tid", .integer(1))]

  private static func metadata(_ kind: String, _ name: String) -> String {
    let members = [JSON.Member("name", .string(kind)), JSON.Member("ph", .string("M"))]
    let arguments = JSON.Member("args", .object([JSON.Member("name", .string(name))]))
    return JSON.object(members + place + [arguments]).text
  }

  private static func text(_ event: Profile.Event, _ profile: Profile) -> String {
    var arguments: [JSON.Member] = []
    if let line = profile.line(of: event) { arguments.append(.init("line", .string(line))) }
    if event.bytes > 0 { arguments.append(.init("bytes", .integer(Int64(event.bytes)))) }
    if event.flops > 0 { arguments.append(.init("flops", .number(event.flops))) }
    return complete(
      profile.operation(of: event), profile.phase(of: event).rawValue, event.start,
      event.duration, arguments)
  }

  private static func complete(
    _ name: String, _ category: String, _ start: Int, _ duration: Int, _ arguments: [JSON.Member]
  ) -> String {
    let members = [
      JSON.Member("name", .string(name)), JSON.Member("cat", .string(category)),
      JSON.Member("ph", .string("X")), JSON.Member("ts", .number(Double(start) / 1e3)),
      JSON.Member("dur", .number(Double(duration) / 1e3)),
    ]
    return JSON.object(members + place + [JSON.Member("args", .object(arguments))]).text
  }
}
