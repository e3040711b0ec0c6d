/// `pn.blur`: filters made of filters.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum FilterCombinators {
  static let entries = [
    Entry(
      "compose",
      "The filters one after the other; its `sigma` and `step`, when set, are those of all parts",
      Parameter<[FilterObject]>("filters", .list(of: .filter)), returns: "Filter",
      example: "local A = pn.blur.compose{pn.blur.gaussian{sigma = 1}, pn.blur.noise{sigma = 0.1}}\n"
        + "print(A, A(pn.zeros(1, 1, 4, 4)))"
    ) { _, parts in
      Instance(
        FilterObject(ComposedFilter(parts.map(\.filter)), parts: parts), FilterClass.definition)
    }
  ]
}
