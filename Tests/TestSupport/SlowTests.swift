/// Tests that take minutes run only on demand.

internal import Glibc

/// Whether PENUMBRA_SLOW_TESTS is set: larger sizes and more random calls.
public let runsSlowTests = getenv("PENUMBRA_SLOW_TESTS") != nil
