/// `schedule:plot{...}`: a schedule as a curve.

internal import PenumbraBlur
internal import PenumbraData
internal import PenumbraFigures
internal import PenumbraTensor

enum SchedulePlot {
  private static let path = Parameter<String>("path", .string, ".png, .svg or .pdf")
  private static let to = Parameter<Double>("to", .number, "the last step")
  private static let from = Parameter<Double>(
    "from", .number, default: 0, shown: "0", "the first step")
  private static let points = Parameter<Int>(
    "points",
    .count.refined("integer from 2 to 10000") { value in
      guard (2...10_000).contains(value) else {
        throw BadValue(expected: "an integer from 2 to 10000")
      }
      return value
    }, default: 500, "how many steps are drawn")
  private static let log = Parameter<Bool>(
    "log", .boolean, default: false, "a logarithmic axis for the number")
  private static let title = Parameter<String?>.optional("title", .string)
  private static let label = Parameter<String?>.optional(
    "label", .string, "of the axis of the number")

  static let options = [
    path.doc, to.doc, from.doc, points.doc, log.doc, title.doc, label.doc,
  ]

  static func draw(_ schedule: Schedule, _ options: Options) throws {
    let (first, last, count) = (try options[from], try options[to], try options[points])
    guard first.isFinite, last.isFinite, last > first else {
      throw TensorError(
        .value, "plot", argument: "to", expected: "a finite step after \(first)", got: "\(last)")
    }
    let steps = (0..<count).map { first + (last - first) * (Double($0) / Double(count - 1)) }
    var panel = Panel([try .line(steps, steps.map { try schedule.value(at: $0) })])
    panel.xLabel = "step"
    panel.yLabel = try options[label]
    panel.logY = try options[log]
    panel.legend = .none
    let name = "\(schedule)"
    panel.title = try options[title] ?? (name.count <= 60 ? name : nil)
    try Figure([panel]).write(to: options[path])
  }
}
