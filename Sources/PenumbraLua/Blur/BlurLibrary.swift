/// `pn.blur`: the filters A_λ.

enum BlurLibrary {
  static let library = Library(
    "pn.blur", "Coarse-graining: filters that data and samples pass before the discriminator.",
    SignalFilters.entries + DensityFilters.entries + FilterCombinators.entries)
}
