/// Figures as Lua tables: a figure has panels, a panel has series.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraFigures
internal import PenumbraTensor

/// Reads nested option tables into the figure model.
struct FigureDecoder {
  let frame: LuaFrame
  let operation: String

  // MARK: Figure

  private static let title = Parameter<String?>.optional("title", .string)
  private static let columns = Parameter<Int?>.optional("columns", .count, "panels a row")
  private static let width = Parameter<Int>("panel_width", .count, default: 400, "pixels")
  private static let height = Parameter<Int>("panel_height", .count, default: 360, "pixels")
  private static let rowTitles = Parameter<[String]>(
    "row_titles", .list(of: .string), default: [], shown: "{}", "names of the rows of panels")
  private static let panels = Parameter<LuaReference>("panels", .table, "a table of panels")
  static let figureOptions = [
    panels.doc, title.doc, columns.doc, width.doc, height.doc, rowTitles.doc,
  ]
  private static let figureList = OptionList(figureOptions)

  func figure(_ index: Int) throws -> Figure {
    try FigureDecoder.figureList.check(frame, index, operation)
    let options = Options(frame: frame, index: index, operation: operation)
    _ = try options[FigureDecoder.panels]
    let panels = try elements("panels", of: index) { try panel($0) }
    var figure = Figure(panels, columns: try options[FigureDecoder.columns])
    figure.title = try options[FigureDecoder.title]
    figure.panelWidth = min(try options[FigureDecoder.width], 4000)
    figure.panelHeight = min(try options[FigureDecoder.height], 4000)
    figure.rowTitles = try options[FigureDecoder.rowTitles]
    return figure
  }

  // MARK: Panel

  private static let xLabel = Parameter<String?>.optional("x_label", .string)
  private static let yLabel = Parameter<String?>.optional("y_label", .string)
  private static let y2Label = Parameter<String?>.optional("y2_label", .string)
  private static let xRange = Parameter<[Double]?>.optional("x_range", .list(of: .number))
  private static let yRange = Parameter<[Double]?>.optional("y_range", .list(of: .number))
  private static let y2Range = Parameter<[Double]?>.optional("y2_range", .list(of: .number))
  private static let logX = Parameter<Bool>("log_x", .boolean, default: false)
  private static let logY = Parameter<Bool>("log_y", .boolean, default: false)
  private static let equal = Parameter<Bool>("equal_aspect", .boolean, default: false)
  private static let note = Parameter<String?>.optional("note", .string, "a line inside the panel")
  private static let palette = Parameter<String>(
    "palette", .choice(Palette.allCases.map(\.rawValue)), default: "viridis",
    shown: "\"viridis\"", "of heat maps; grey is white to black")
  private static let colourBar = Parameter<Bool>(
    "color_bar", .boolean, default: true, "a scale of the palette at the right of a heat map")
  private static let colourRange = Parameter<[Double]?>.optional(
    "color_range", .list(of: .number), "{low, high}: the values at the palette's ends")
  private static let legend = Parameter<String>(
    "legend", .choice(legends.map(\.name)), default: "top_right", shown: "\"top_right\"")
  private static let legends: [(name: String, value: Panel.Legend)] = [
    ("top_right", .topRight), ("top_left", .topLeft), ("bottom_right", .bottomRight),
    ("bottom_left", .bottomLeft), ("below", .below), ("none", .none),
  ]
  private static let series = Parameter<LuaReference>("series", .table, "a table of series")
  static let panelOptions = [
    series.doc, title.doc, xLabel.doc, yLabel.doc, y2Label.doc, xRange.doc, yRange.doc, y2Range.doc,
    logX.doc, logY.doc, equal.doc, note.doc, legend.doc, palette.doc, colourBar.doc,
    colourRange.doc,
  ]
  private static let panelList = OptionList(panelOptions)

  private func panel(_ index: Int) throws -> Panel {
    guard frame.type(at: index) == .table else {
      throw TensorError(
        .value, operation, argument: "panels", expected: "tables", got: frame.describe(at: index))
    }
    try FigureDecoder.panelList.check(frame, index, operation)
    let options = Options(frame: frame, index: index, operation: operation)
    var panel = Panel()
    panel.title = try options[FigureDecoder.title]
    panel.xLabel = try options[FigureDecoder.xLabel]
    panel.yLabel = try options[FigureDecoder.yLabel]
    panel.y2Label = try options[FigureDecoder.y2Label]
    panel.xRange = try range(options[FigureDecoder.xRange], "x_range")
    panel.yRange = try range(options[FigureDecoder.yRange], "y_range")
    panel.y2Range = try range(options[FigureDecoder.y2Range], "y2_range")
    panel.logX = try options[FigureDecoder.logX]
    panel.logY = try options[FigureDecoder.logY]
    panel.equalAspect = try options[FigureDecoder.equal]
    panel.note = try options[FigureDecoder.note]
    panel.palette = Palette(rawValue: try options[FigureDecoder.palette]) ?? .viridis
    panel.colourBar = try options[FigureDecoder.colourBar]
    panel.colourRange = try range(options[FigureDecoder.colourRange], "color_range")
    let legend = try options[FigureDecoder.legend]
    panel.legend = FigureDecoder.legends.first { $0.name == legend }?.value ?? .topRight
    _ = try options[FigureDecoder.series]
    panel.series = try elements("series", of: index) { try series($0) }
    return panel
  }

  private func range(_ bounds: [Double]?, _ name: String) throws -> Interval? {
    guard let bounds else { return nil }
    guard bounds.count == 2, bounds[0] < bounds[1] else {
      throw TensorError(
        .value, operation, argument: name, expected: "{low, high}", got: "\(bounds)")
    }
    return Interval(bounds[0], bounds[1])
  }

  // MARK: Series

  private static let kinds = [
    "line", "points", "steps", "histogram", "filled", "vectors", "heat_map", "contour",
  ]
  private static let kind = Parameter<String>("kind", .choice(kinds))
  private static let x = Parameter<[Double]?>.optional("x", .numbers)
  private static let y = Parameter<[Double]?>.optional("y", .numbers)
  private static let lower = Parameter<[Double]?>.optional("lower", .numbers, "of a filled band")
  private static let dx = Parameter<[Double]?>.optional("dx", .numbers, "of vectors")
  private static let dy = Parameter<[Double]?>.optional("dy", .numbers, "of vectors")
  private static let bins = Parameter<Int>("bins", .count, default: 50, "of a histogram")
  private static let binRange = Parameter<[Double]?>.optional("range", .list(of: .number))
  private static let z = Parameter<Tensor?>.optional(
    "z", .tensor, "[rows, columns] of a heat map or contour; row 1 at the low end of y")
  private static let xExtent = Parameter<[Double]?>.optional(
    "x_extent", .list(of: .number), "{low, high} that z's columns fill")
  private static let yExtent = Parameter<[Double]?>.optional(
    "y_extent", .list(of: .number), "{low, high} that z's rows fill")
  private static let levels = Parameter<[Double]?>.optional(
    "levels", .list(of: .number), "of a contour")
  private static let label = Parameter<String?>.optional("label", .string, "in the legend")
  private static let colour = Parameter<String?>.optional(
    "color", .string, "blue, orange, green, purple, sky, yellow, red, black, grey or #RRGGBB")
  private static let lineWidth = Parameter<Double?>.optional("width", .positive)
  private static let pointSize = Parameter<Double?>.optional("point_size", .positive)
  private static let opacity = Parameter<Double?>.optional("opacity", .probability)
  private static let dash = Parameter<String>(
    "dash", .choice(["solid", "dashed", "dotted"]), default: "solid", shown: "\"solid\"")
  private static let second = Parameter<Bool>(
    "second_axis", .boolean, default: false, "measured on the right")
  static let seriesOptions = [
    kind.doc, x.doc, y.doc, lower.doc, dx.doc, dy.doc, bins.doc, binRange.doc, z.doc, xExtent.doc,
    yExtent.doc, levels.doc, label.doc, colour.doc,
    lineWidth.doc, pointSize.doc, opacity.doc, dash.doc, second.doc,
  ]
  private static let seriesList = OptionList(seriesOptions)

  private func series(_ index: Int) throws -> Series {
    guard frame.type(at: index) == .table else {
      throw TensorError(
        .value, operation, argument: "series", expected: "tables", got: frame.describe(at: index))
    }
    try FigureDecoder.seriesList.check(frame, index, operation)
    let options = Options(frame: frame, index: index, operation: operation)
    var series = try shape(options)
    series.label = try options[FigureDecoder.label]
    if let name = try options[FigureDecoder.colour] { series.colour = try Colour(name) }
    series.width = try options[FigureDecoder.lineWidth]
    series.pointSize = try options[FigureDecoder.pointSize]
    series.opacity = try options[FigureDecoder.opacity]
    series.dash =
      switch try options[FigureDecoder.dash] {
      case "dashed": .dashed
      case "dotted": .dotted
      default: .solid
      }
    series.onSecondAxis = try options[FigureDecoder.second]
    return series
  }

  private func shape(_ options: Options) throws -> Series {
    func need(_ parameter: Parameter<[Double]?>) throws -> [Double] {
      guard let values = try options[parameter] else {
        throw TensorError(
          .value, operation, argument: parameter.doc.name, "missing in this kind of series")
      }
      return values
    }
    switch try options[FigureDecoder.kind] {
    case "points": return try .points(need(FigureDecoder.x), need(FigureDecoder.y))
    case "steps": return try .steps(need(FigureDecoder.x), need(FigureDecoder.y))
    case "filled":
      let x = try need(FigureDecoder.x)
      return try .filled(
        x, options[FigureDecoder.lower] ?? x.map { _ in 0 }, need(FigureDecoder.y))
    case "vectors":
      return try .vectors(
        need(FigureDecoder.x), need(FigureDecoder.y), need(FigureDecoder.dx),
        need(FigureDecoder.dy))
    case "heat_map": return .heatMap(try field(options))
    case "contour":
      return .contour(try field(options), levels: try options[FigureDecoder.levels] ?? [0])
    case "histogram":
      return try .histogram(
        need(FigureDecoder.x), bins: options[FigureDecoder.bins],
        range: range(options[FigureDecoder.binRange], "range"), density: true)
    default: return try .line(need(FigureDecoder.x), need(FigureDecoder.y))
    }
  }

  private func field(_ options: Options) throws -> Field {
    guard let z = try options[FigureDecoder.z], z.rank == 2 else {
      throw TensorError(.shape, operation, argument: "z", "expected a Tensor [rows, columns]")
    }
    return try Field(
      z.doubles(), rows: z.shape[0], columns: z.shape[1],
      x: range(options[FigureDecoder.xExtent], "x_extent"),
      y: range(options[FigureDecoder.yExtent], "y_extent"))
  }

  private func elements<Element>(
    _ name: String, of index: Int, _ body: (Int) throws -> Element
  ) throws -> [Element] {
    try frame.withField(name, ofTableAt: index) { table in
      var result: [Element] = []
      try frame.forEachElement(ofTableAt: table) { _, slot in result.append(try body(slot)) }
      return result
    }
  }
}

extension ParameterType where Value == [Double] {
  /// A tensor's elements or a table of numbers.
  static let numbers = ParameterType("Tensor or table of numbers") { frame, index in
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) {
      return try tensor.doubles()
    }
    return try ParameterType<[Double]>.list(of: .number).decode(frame, index)
  }
}
