// The pictures of a run, inside the page.

internal import PenumbraRuns

/// Embeds some pictures of each name: the first, the last, and others at even distances between.
struct ReportPictures {
  /// Bytes that may still be embedded; shared by all runs of a page.
  final class Budget {
    var bytes = 24 << 20
  }

  let run: ReportedRun
  let part: String
  let perName: Int
  let budget: Budget

  private static let seriesLimit = 40
  private static let fileLimit = 4 << 20

  var markup: Markup {
    let all = run.folder.pictures(in: part)
    var strips: [Markup] = all.prefix(ReportPictures.seriesLimit).map(strip)
    if all.count > ReportPictures.seriesLimit {
      strips.append(
        "<p class=\"note\">\(all.count - ReportPictures.seriesLimit) more names are not shown.</p>")
    }
    return strips.joined()
  }

  private func strip(_ series: PictureSeries) -> Markup {
    var thinned = Thinned<(step: Int, path: String)>(limit: perName)
    for picture in series.pictures { thinned.append(picture) }
    // The last one first: it is missed most where there is no room for all.
    var frames: [Markup] = []
    for place in thinned.chosen.reversed() {
      let limit = min(budget.bytes, ReportPictures.fileLimit)
      guard let picture = run.folder.picture(at: place.path, limit: limit) else { continue }
      budget.bytes -= picture.png.count
      frames.append(frame(picture, series.name, place.step))
    }
    let left = series.pictures.count - frames.count
    let note: Markup =
      left > 0
      ? """
      <p class="note">\(frames.count) of \(series.pictures.count) pictures; all are in \
      <code>\(part)/\(series.name)/</code>.</p>
      """ : ""
    return """
      <div class="card pictures"><h3>\(series.name)</h3><div class="strip">\(Array(frames.reversed()))\
      </div>\(note)</div>
      """
  }

  private func frame(_ picture: EncodedImage, _ name: String, _ step: Int) -> Markup {
    // Small pictures are shown larger, by whole numbers, with their pixels as they are.
    let factor = max(1, min(8, 224 / max(1, picture.width)))
    let kind: Markup = factor > 1 ? " class=\"pixels\"" : ""
    let width = min(picture.width * factor, part == "figures" ? 720 : 420)
    return """
      <figure><img\(kind) width="\(width)" alt="\(name) at step \(step)" \
      src="data:image/png;base64,\(Markup.base64(picture.png))"><figcaption>step \(step)\
      </figcaption></figure>
      """
  }
}

extension Markup {
  static func base64(_ bytes: [UInt8]) -> Markup { Markup(stringLiteral: Base64.text(bytes)) }
}
