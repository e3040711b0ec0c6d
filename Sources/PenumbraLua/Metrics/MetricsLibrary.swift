/// `pn.metrics`: how well samples match a mixture, other samples, or what was asked for.

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
          + "(share within `sigmas` σ of a mode), reverse_kl, js, sigma_ratio, counts; in 1-D also "
          + "wasserstein, chi_square and its degrees of freedom",
        Parameter<Tensor>("samples", .tensor, "[n, dimension]"),
        Parameter<MixtureObject>("mixture", .object("Mixture", MixtureClass.definition)),
        Parameter<Options>.options("mode_coverage", [sigmas.doc, share.doc, covered.doc]),
        returns: "table",
        example: "local ring = pn.data.mixture(\"ring\")\n"
          + "local report = pn.metrics.mode_coverage(ring:sample(2500), ring)\n"
          + "print(report.covered, report.hq, report.reverse_kl)"
      ) { _, samples, object, options in
        let report = try ModeCoverage(
          samples, of: object.mixture,
          ModeCoverage.Options(
            sigmas: options[sigmas], share: options[share], coveredFraction: options[covered]))
        var fields: [(key: String, value: LuaValue)] = [
          (key: "modes", value: .integer(Int64(report.modeCount))),
          (key: "captured", value: .integer(Int64(report.captured))),
          (key: "substantial", value: .integer(Int64(report.substantial))),
          (key: "covered", value: .integer(Int64(report.covered))),
          (key: "fully_covered", value: .boolean(report.isFullyCovered)),
          (key: "hq", value: .number(report.highQuality)),
          (key: "reverse_kl", value: .number(report.reverseKL)),
          (key: "js", value: .number(report.jensenShannon)),
          (key: "sigma_ratio", value: .number(report.sigmaRatio)),
          (key: "counts", value: .array(report.counts.map(\.luaValue))),
        ]
        if let distance = report.wasserstein {
          fields.append((key: "wasserstein", value: .number(distance)))
        }
        if let test = report.chiSquare {
          fields.append((key: "chi_square", value: .number(test.statistic)))
          fields.append(
            (key: "degrees_of_freedom", value: .integer(Int64(test.degreesOfFreedom))))
        }
        return LuaValue.table(fields)
      }
    ] + DistanceMetrics.entries + FeatureMetrics.entries + ChainMetrics.entries)

  private static let sigmas = Parameter<Double>(
    "sigmas", .positive, default: 3, "radius of high quality")
  private static let share = Parameter<Double>(
    "share", .positive, default: 0.2, "of a mode's expected samples make it substantial")
  private static let covered = Parameter<Double>(
    "covered", .positive, default: 0.008, "of all samples make it covered")
}
