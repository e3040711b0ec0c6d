/// `pn.metrics`: how well samples match a mixture.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraMetrics
internal import PenumbraTensor

enum MetricsLibrary {
  static let library = Library(
    "pn.metrics", "Distances between samples and what they should be; always on unblurred samples.",
    [
      Entry(
        "mode_coverage",
        "Samples against a mixture: modes (captured, substantial, covered), hq "
          + "(share within 3σ of a mode), reverse_kl, sigma_ratio, counts; in 1-D also wasserstein",
        Parameter<Tensor>("samples", .tensor, "[n, dimension]"),
        Parameter<MixtureObject>("mixture", .object("Mixture", MixtureClass.definition)),
        returns: "table",
        example: "local ring = pn.data.mixture(\"ring\")\n"
          + "local report = pn.metrics.mode_coverage(ring:sample(2500), ring)\n"
          + "print(report.covered, report.hq, report.reverse_kl)"
      ) { _, samples, object in
        let report = try ModeCoverage(samples, of: object.mixture)
        var fields: [(key: String, value: LuaValue)] = [
          (key: "modes", value: .integer(Int64(report.modeCount))),
          (key: "captured", value: .integer(Int64(report.captured))),
          (key: "substantial", value: .integer(Int64(report.substantial))),
          (key: "covered", value: .integer(Int64(report.covered))),
          (key: "fully_covered", value: .boolean(report.isFullyCovered)),
          (key: "hq", value: .number(report.highQuality)),
          (key: "reverse_kl", value: .number(report.reverseKL)),
          (key: "sigma_ratio", value: .number(report.sigmaRatio)),
          (key: "counts", value: .array(report.counts.map(\.luaValue))),
        ]
        if let distance = report.wasserstein {
          fields.append((key: "wasserstein", value: .number(distance)))
        }
        return LuaValue.table(fields)
      }
    ] + ChainMetrics.entries)
}
