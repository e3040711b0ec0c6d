/// What happens when a metric is not a finite number.

/// The choice of `--on-nan`.
public enum NaNPolicy: String, Sendable, CaseIterable {
  /// The row is written, then the script gets an error that names step and metric.
  case stop
  /// The row is written; the first time for each metric a warning is shown.
  case warn
  /// The value is left out of the row.
  case skip
}

/// What a run writes besides metrics.jsonl, which it always writes.
public enum RunLog: String, Sendable, CaseIterable {
  case jsonl, csv, tensorboard
}
