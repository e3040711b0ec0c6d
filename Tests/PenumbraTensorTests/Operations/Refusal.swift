/// What every test of bad input asks: an error that says what and why, and no trap.

import PenumbraTensor
import Testing

/// Expects a `TensorError` with an operation and a reason from `body`.
func refuses<Result>(
  _ what: String, _ body: () throws -> Result, _ location: SourceLocation = #_sourceLocation
) {
  do {
    let result = try body()
    Issue.record("\(what) gave \(result)", sourceLocation: location)
  } catch let error as TensorError {
    #expect(!error.operation.isEmpty && !error.reason.isEmpty, sourceLocation: location)
  } catch {
    Issue.record("\(what) threw \(error)", sourceLocation: location)
  }
}
