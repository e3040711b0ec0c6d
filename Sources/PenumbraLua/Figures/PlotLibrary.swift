/// `pn.plot`: figures as data, drawn by gnuplot.

internal import LuaEmbedding
internal import PenumbraFigures
internal import PenumbraTensor

enum PlotLibrary {
  static let library = Library(
    "pn.plot",
    "Figures: tables of panels and series, drawn by gnuplot as PNG, SVG or PDF, or in the terminal.",
    [
      Entry(
        "save",
        "Draws a figure: {panels = {{title, x_label, series = {{kind, x, y, label, ...}, "
          + "...}}, ...}, columns, title}",
        Parameter<String>("path", .string, ".png, .svg or .pdf"),
        figure, returns: "nothing",
        example: "local path = os.tmpname() .. \".svg\"\nlocal x = pn.linspace(0, 6, 50)\n"
          + "pn.plot.save(path, {panels = {{title = \"sine\", "
          + "series = {{kind = \"line\", x = x, y = x:sin()}}}}})\nos.remove(path)"
      ) { call, path, figure in
        try figure.write(to: path)
        return NoResult()
      }, ShowFunction.entry,
    ])

  private static let figure: Parameter<Figure> = {
    var doc = ParameterDoc(name: "figure", type: "table", standard: nil, summary: "")
    doc.options =
      FigureDecoder.figureOptions
      + FigureDecoder.panelOptions.map { $0.within("panels[i]") }
      + FigureDecoder.seriesOptions.map { $0.within("panels[i].series[j]") }
    return Parameter(
      doc: doc,
      type: ParameterType("table") { frame, index in
        guard frame.type(at: index) == .table else { return nil }
        return try FigureDecoder(frame: frame, operation: "plot.save").figure(index)
      })
  }()
}

extension ParameterDoc {
  /// The same option, as a part of something.
  fileprivate func within(_ owner: String) -> ParameterDoc {
    ParameterDoc(name: "\(owner).\(name)", type: type, standard: standard, summary: summary)
  }
}
