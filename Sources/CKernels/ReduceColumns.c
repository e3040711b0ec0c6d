// Reductions down the columns of a matrix, a strip of columns at a time.
#ifndef PN_REAL
#include "Dispatch.h"
#define PN_FILE "ReduceColumns.c"
#include "EachType.h"
#else

#define STRIP 128
#define RUN 32

#define EACH(UPDATE)                                                          \
  for (int64_t r = 0; r < rows; r++, x += row_stride) {                       \
    PN_INDEPENDENT for (int64_t c = 0; c < columns; c++) s[c] = UPDATE;       \
  }                                                                           \
  break

// s[c] = s[c] ∘ x[0, c] ∘ x[1, c] ...
PN_CLONES static void PN_OWN(rows)(
  pn_reduce_op op, int64_t rows, int64_t columns, const PN_REAL *x, int64_t row_stride, double *s
) {
  switch (op) {
    case PN_SUM:
      for (; rows >= 4; rows -= 4, x += 4 * row_stride) {
        const PN_REAL *x1 = x + row_stride, *x2 = x1 + row_stride, *x3 = x2 + row_stride;
        PN_INDEPENDENT for (int64_t c = 0; c < columns; c++) {
          s[c] += ((double)x[c] + (double)x1[c]) + ((double)x2[c] + (double)x3[c]);
        }
      }
      EACH(s[c] + (double)x[c]);
    case PN_SUM_SQUARES: EACH(s[c] + (double)x[c] * (double)x[c]);
    case PN_PROD: EACH(s[c] * (double)x[c]);
    case PN_MIN: EACH(x[c] < s[c] || x[c] != x[c] ? x[c] : s[c]);
    case PN_MAX: EACH(x[c] > s[c] || x[c] != x[c] ? x[c] : s[c]);
  }
}
#undef EACH

static double PN_OWN(neutral)(pn_reduce_op op) {
  switch (op) {
    case PN_PROD: return 1;
    case PN_MIN: return __builtin_inf();
    case PN_MAX: return -__builtin_inf();
    default: return 0;
  }
}

// Short runs of rows are summed in double; their sums are added with Kahan's compensation.
static void PN_OWN(strip)(
  pn_reduce_op op, int64_t rows, int64_t columns, const PN_REAL *x, int64_t row_stride, PN_REAL *y
) {
  double total[STRIP], lost[STRIP] = {0}, run[STRIP];
  for (int64_t c = 0; c < columns; c++) total[c] = PN_OWN(neutral)(op);
  if (op != PN_SUM && op != PN_SUM_SQUARES) {
    PN_OWN(rows)(op, rows, columns, x, row_stride, total);
  } else {
    for (int64_t r = 0; r < rows; r += RUN) {
      for (int64_t c = 0; c < columns; c++) run[c] = -lost[c];
      const int64_t length = rows - r < RUN ? rows - r : RUN;
      PN_OWN(rows)(op, length, columns, x + r * row_stride, row_stride, run);
      for (int64_t c = 0; c < columns; c++) {
        double sum = total[c] + run[c];
        double excess = (sum - total[c]) - run[c];
        lost[c] = __builtin_isfinite(sum) ? excess : 0;
        total[c] = sum;
      }
    }
  }
  for (int64_t c = 0; c < columns; c++) y[c] = (PN_REAL)total[c];
}

void PN_NAME(reduce_columns)(
  pn_reduce_op op, int64_t rows, int64_t columns, const PN_REAL *x, int64_t row_stride, PN_REAL *y
) {
  for (int64_t c = 0; c < columns; c += STRIP) {
    int64_t count = columns - c < STRIP ? columns - c : STRIP;
    PN_OWN(strip)(op, rows, count, x + c, row_stride, y + c);
  }
}
#undef STRIP
#undef RUN
#endif
