// Second moments of the per-example gradients of a bias: Σ_i (Σ_u left_u[i])².
#ifndef PN_REAL
#include "Dispatch.h"
#define PN_FILE "SumSquares.c"
#include "EachType.h"
#else

PN_CLONES void PN_NAME(sum_squares)(
  int64_t uses, int64_t n, int64_t columns, const PN_REAL *const *left, PN_REAL *s2
) {
  if (uses == 1) {
    for (int64_t i = 0; i < n; i++) {
      const PN_REAL *x = left[0] + i * columns;
      PN_INDEPENDENT for (int64_t c = 0; c < columns; c++) s2[c] += x[c] * x[c];
    }
  } else if (uses == 2) {
    for (int64_t i = 0; i < n; i++) {
      const PN_REAL *x = left[0] + i * columns, *z = left[1] + i * columns;
      PN_INDEPENDENT for (int64_t c = 0; c < columns; c++) {
        PN_REAL s = x[c] + z[c];
        s2[c] += s * s;
      }
    }
  } else {
    for (int64_t i = 0; i < n; i++) {
      for (int64_t c = 0; c < columns; c++) {
        PN_REAL s = 0;
        for (int64_t u = 0; u < uses; u++) s += left[u][i * columns + c];
        s2[c] += s * s;
      }
    }
  }
}
#endif
