/// Reductions over contiguous memory.

internal import CKernels

typealias ReduceOp = pn_reduce_op

extension Backend {
  /// y[r] = reduce over c of x[r, c]; x: contiguous [rows, columns], y: contiguous, its dtype.
  static func reduceRows(_ op: ReduceOp, _ x: Tensor, rows: Int, columns: Int, into y: Tensor) {
    if op == PN_SUM, columns < 32, x.dtype.isFloating {
      return sumShortRows(x, rows: rows, columns: columns, into: y)
    }
    let n = Int64(columns)
    for row in 0..<rows {
      let start = row * columns
      switch x.dtype {
      case .float32: y.floats[row] = Float(pn_reduce_f32(op, n, x.floats + start, 1))
      case .float64: y.doublesPointer[row] = pn_reduce_f64(op, n, x.doublesPointer + start, 1)
      default: y.int64s[row] = pn_reduce_i64(op, n, x.int64s + start, 1)
      }
    }
  }

  /// Sums of rows so short that a kernel's call would take longer than its work.
  private static func sumShortRows(_ x: Tensor, rows: Int, columns: Int, into y: Tensor) {
    switch x.dtype {
    case .float32:
      let (source, target) = (x.floats, y.floats)
      for row in 0..<rows {
        var total = 0.0
        for place in (row * columns)..<((row + 1) * columns) { total += Double(source[place]) }
        target[row] = Float(total)
      }
    default:
      let (source, target) = (x.doublesPointer, y.doublesPointer)
      for row in 0..<rows {
        var total = 0.0
        for place in (row * columns)..<((row + 1) * columns) { total += source[place] }
        target[row] = total
      }
    }
  }

  /// y[b, c] = reduce over r of x[b, r, c]; contiguous floats.
  static func reduceColumns(
    _ op: ReduceOp, _ x: Tensor, blocks: Int, rows: Int, columns: Int, into y: Tensor
  ) {
    let (r, step) = (Int64(rows), Int64(columns))
    for block in 0..<blocks {
      inParts(of: columns, grain: max(1, partGrain / max(rows, 1))) { part in
        let c = Int64(part.count)
        let source = block * rows * columns + part.lowerBound
        let target = block * columns + part.lowerBound
        switch x.dtype {
        case .float32:
          pn_reduce_columns_f32(op, r, c, x.floats + source, step, y.floats + target)
        default:
          pn_reduce_columns_f64(
            op, r, c, x.doublesPointer + source, step, y.doublesPointer + target)
        }
      }
    }
  }

  /// y[r] = position of the first minimum (0) or maximum (1) of row r; columns ≥ 1.
  static func argReduceRows(_ kind: Int32, _ x: Tensor, rows: Int, columns: Int, into y: Tensor) {
    let n = Int64(columns)
    for row in 0..<rows {
      let start = row * columns
      switch x.dtype {
      case .float32: y.int64s[row] = pn_arg_reduce_f32(kind, n, x.floats + start, 1)
      case .float64: y.int64s[row] = pn_arg_reduce_f64(kind, n, x.doublesPointer + start, 1)
      default: y.int64s[row] = pn_arg_reduce_i64(kind, n, x.int64s + start, 1)
      }
    }
  }

  /// Softmax or its logarithm of each row; contiguous floats.
  static func softmaxRows(log: Bool, _ x: Tensor, rows: Int, columns: Int, into y: Tensor) {
    let (kind, r, c) = (Int32(log ? 1 : 0), Int64(rows), Int64(columns))
    switch x.dtype {
    case .float32: pn_softmax_f32(kind, r, c, x.floats, y.floats)
    default: pn_softmax_f64(kind, r, c, x.doublesPointer, y.doublesPointer)
    }
  }
}
