/// A profile's course as a script's lines see it, for traces.

extension Profile {
  /// A stretch of time in which operations of one line followed each other.
  public struct LineSlice: Sendable {
    public let line: String
    /// Nanoseconds since the profiler was made: the first operation's begin.
    public let start: Int
    /// Nanoseconds, to the last operation's end.
    public internal(set) var duration: Int
    /// The place of the first operation among the profile's events.
    public let firstEvent: Int
  }

  /// The slices of lines, in the order in which they began: neighbours of one line inside the same
  /// operation are one slice, and an operation of the line that the operation around it has, too, needs
  /// none. Derivatives are in the slice of the line that ran the backward pass.
  ///
  /// - Complexity: O(events).
  public var lineSlices: [LineSlice] {
    var slices: [LineSlice] = []
    /// For each depth: the line of the event there, and the slice that may go on, if any.
    var path: [(line: Int32, slice: Int?)] = []
    for (index, event) in events.enumerated() {
      let depth = Int(event.depth)
      let previous = depth < path.count ? path[depth] : nil
      path.removeSubrange(min(depth, path.count)...)
      let outerLine = path.last?.line ?? 0
      var slice: Int?
      if event.line != 0, event.line != outerLine, !event.isDerivative {
        if let open = previous?.slice, previous?.line == event.line {
          slice = open
          slices[open].duration = event.start + event.duration - slices[open].start
        } else {
          slice = slices.count
          slices.append(
            LineSlice(
              line: lines.names[Int(event.line)], start: event.start, duration: event.duration,
              firstEvent: index))
        }
      }
      path.append((event.line, slice))
    }
    return slices
  }
}
