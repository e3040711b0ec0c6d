// Binary cross-entropy with logits and its derivative.
#ifndef PN_REAL
#include "Elementary.h"
#define PN_FILE "CrossEntropy.c"
#include "EachType.h"
#else

// y = log(1 + exp x) − x t, which is −t log σ(x) − (1 − t) log σ(−x)
PN_CLONES void PN_NAME(bce)(int64_t n, const PN_REAL *x, const PN_REAL *t, int64_t st, PN_REAL *y) {
  if (st == 0) {
    const double target = n > 0 ? (double)t[0] : 0;
    PN_SERIES_LOOP for (int64_t i = 0; i < n; i++) {
      double X = (double)x[i];
      y[i] = (PN_REAL)(PN_OWN(softplus)(X) - X * target);
    }
  } else {
    PN_SERIES_LOOP for (int64_t i = 0; i < n; i++) {
      double X = (double)x[i];
      y[i] = (PN_REAL)(PN_OWN(softplus)(X) - X * (double)t[i * st]);
    }
  }
}

// dx = g (σ(x) − t)
PN_CLONES void PN_NAME(bce_backward)(
  int64_t n, const PN_REAL *x, const PN_REAL *t, int64_t st, const PN_REAL *g, int64_t sg,
  PN_REAL *dx
) {
  if (st == 0 && sg == 0) {
    const double target = n > 0 ? (double)t[0] : 0, scale = n > 0 ? (double)g[0] : 0;
    PN_SERIES_LOOP for (int64_t i = 0; i < n; i++) {
      dx[i] = (PN_REAL)(scale * (PN_OWN(sigmoid)((double)x[i]) - target));
    }
  } else {
    PN_SERIES_LOOP for (int64_t i = 0; i < n; i++) {
      double slope = PN_OWN(sigmoid)((double)x[i]) - (double)t[i * st];
      dx[i] = (PN_REAL)((double)g[i * sg] * slope);
    }
  }
}
#endif
