/// `pn.plot.show`: figures and images in the terminal.

internal import LuaEmbedding
internal import PenumbraFigures
internal import PenumbraTensor

enum ShowFunction {
  /// What can be shown.
  private enum Subject {
    case figure(Figure)
    case images(Tensor)
  }

  static let entry = Entry(
    "show",
    "Prints a figure (as for save), or images [n, c, h, w], [n, h, w] or [h, w]: as a picture where the "
      + "terminal shows some (kitty, sixel), else drawn with characters, without colour in a pipe",
    Parameter<Subject>("what", subject, "a table of panels, or images"),
    Parameter<Options>.options("show", [width.doc] + FileFunctions.gridOptions),
    returns: "nothing",
    example: "local x = pn.linspace(0, 6, 50)\n"
      + "pn.plot.show{panels = {{title = \"sine\", series = {{kind = \"line\", x = x, y = x:sin()}}}}}\n"
      + "pn.plot.show(pn.rand(8, 8), {width = 40})"
  ) { call, subject, options in
    var device = TerminalDevice.current()
    if let width = try options[width] { device.columns = width }
    let text: String
    switch subject {
    case .figure(let figure): text = try device.rendering(of: figure)
    case .images(let images):
      let batch = images.rank == 2 ? try images.unsqueeze(0) : images
      text = try device.rendering(of: batch, FileFunctions.grid(options, batch, call.name))
    }
    // Lua's own print, which a host may have replaced.
    if case .reference(let print) = try call.frame.state.global("print") {
      _ = try print.call([.string(text.hasSuffix("\n") ? String(text.dropLast()) : text)])
    }
    return NoResult()
  }

  private static let width = Parameter<Int?>.optional(
    "width",
    .integer.refined("integer from 20 to 400") { value in
      guard (20...400).contains(value) else {
        throw BadValue(expected: "an integer from 20 to 400")
      }
      return value
    }, "characters of a line; the terminal's by default, 80 in a pipe")

  private static let subject = ParameterType<Subject>("table or Tensor") { frame, index in
    if let images = frame.object(at: index, of: TensorClass.definition) { return .images(images) }
    guard frame.type(at: index) == .table else { return nil }
    return .figure(try FigureDecoder(frame: frame, operation: "plot.show").figure(index))
  }
}
