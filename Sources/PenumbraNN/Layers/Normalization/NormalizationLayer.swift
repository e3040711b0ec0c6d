/// What normalisation layers have in common.

/// A layer that scales by "weight", about 1, and shifts by "bias", about 0, what it normalised:
/// initialisers treat those parameters by that.
public protocol NormalizationLayer: Module {}
