// Softmax and its logarithm along the rows of a matrix.
#ifndef PN_REAL
#include "Elementary.h"
#define PN_FILE "Softmax.c"
#include "EachType.h"
#else

// y = exp(x − max) / Σ exp(x − max), or x − max − log Σ exp(x − max)
PN_CLONES static void PN_OWN(softmax_row)(
  int logarithm, int64_t n, const PN_REAL *x, PN_REAL *y
) {
#pragma clang fp reassociate(on)
  double highest = PN_NAME(reduce)(PN_MAX, n, x, 1), sum = 0;
  if (logarithm) {
    for (int64_t i = 0; i < n; i++) sum += PN_OWN(exp)((double)x[i] - highest);
    highest += log(sum);
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (PN_REAL)((double)x[i] - highest);
  } else {
    PN_SERIES_LOOP for (int64_t i = 0; i < n; i++) {
      y[i] = (PN_REAL)PN_OWN(exp)((double)x[i] - highest);
    }
    for (int64_t i = 0; i < n; i++) sum += (double)y[i];
    const double scale = 1 / sum;
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (PN_REAL)((double)y[i] * scale);
  }
}

void PN_NAME(softmax)(
  int logarithm, int64_t rows, int64_t columns, const PN_REAL *x, PN_REAL *y
) {
  for (int64_t r = 0; r < rows; r++) {
    PN_OWN(softmax_row)(logarithm, columns, x + r * columns, y + r * columns);
  }
}
#endif
