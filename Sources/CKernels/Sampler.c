// Updates of noisy optimisers: injected noise, drifts scaled by a covariance, running covariances.
#ifndef PN_REAL
#include "Dispatch.h"
#define PN_FILE "Sampler.c"
#include "EachType.h"
#else

// For each element `move` = MOVE, then USE; returns Σ move². Sums are kept in the element type within
// a block and in double across blocks.
#define BLOCK 1024
#define EACH_MOVE(MOVE, USE)                                                  \
  {                                                                           \
    double total = 0;                                                         \
    for (int64_t start = 0, end; start < n; start = end) {                    \
      _Pragma("clang fp reassociate(on)") PN_REAL sum = 0;                    \
      end = n - start < BLOCK ? n : start + BLOCK;                            \
      _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")      \
      for (int64_t i = start; i < end; i++) {                                 \
        PN_REAL move = MOVE;                                                  \
        USE;                                                                  \
        sum += move * move;                                                   \
      }                                                                       \
      total += (double)sum;                                                   \
    }                                                                         \
    return total;                                                             \
  }

PN_CLONES void PN_NAME(rmsprop)(
  int64_t n, const pn_rmsprop *h, const PN_REAL *g, PN_REAL *v, PN_REAL *a, PN_REAL *m, PN_REAL *p
) {
  const PN_REAL keep = (PN_REAL)h->alpha, take = (PN_REAL)(1 - h->alpha), eps = (PN_REAL)h->eps;
  const PN_REAL lr = (PN_REAL)h->lr, decay = (PN_REAL)h->decay, momentum = (PN_REAL)h->momentum;
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {
    PN_REAL slope = g[i] + decay * p[i];
    PN_REAL square = keep * v[i] + take * (slope * slope);
    v[i] = square;
    if (a) {
      PN_REAL mean = keep * a[i] + take * slope;
      a[i] = mean;
      square -= mean * mean;
    }
    PN_REAL move = slope / (__builtin_elementwise_sqrt(square) + eps);
    if (m) {
      move += momentum * m[i];
      m[i] = move;
    }
    p[i] -= lr * move;
  }
}

PN_CLONES double PN_NAME(noise)(
  int64_t n, double scale, const PN_REAL *d, const PN_REAL *r, PN_REAL *p
) {
  const PN_REAL b = (PN_REAL)scale;
  if (!d) EACH_MOVE(b * r[i], p[i] += move)
  EACH_MOVE(b * (__builtin_elementwise_sqrt(d[i] < 0 ? 0 : d[i]) * r[i]), p[i] += move)
}

PN_CLONES double PN_NAME(scaled_drift)(
  int64_t n, double lr, double decay, const PN_REAL *g, const PN_REAL *d, PN_REAL *p
) {
  const PN_REAL a = (PN_REAL)lr, c = (PN_REAL)decay;
  EACH_MOVE(a * (d[i] * (g[i] + c * p[i])), p[i] -= move)
}

PN_CLONES double PN_NAME(slope_squares)(
  int64_t n, double decay, const PN_REAL *g, const PN_REAL *p
) {
  const PN_REAL c = (PN_REAL)decay;
  EACH_MOVE(g[i] + c * p[i], )
}

PN_CLONES void PN_NAME(precondition)(
  int64_t n, double c2, double eps, const PN_REAL *v, const PN_REAL *d, PN_REAL *y
) {
  const PN_REAL root = (PN_REAL)(1 / __builtin_sqrt(c2)), e = (PN_REAL)eps;
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {
    y[i] = (d ? d[i] : 1) / (__builtin_elementwise_sqrt(v[i]) * root + e);
  }
}

PN_CLONES void PN_NAME(example_variance)(
  int64_t n, double examples, double weight, const PN_REAL *s2, const PN_REAL *mean, PN_REAL *a
) {
  const PN_REAL square = (PN_REAL)(examples * examples / (examples - 1));
  const PN_REAL centre = (PN_REAL)(examples / (examples - 1));
  const PN_REAL take = (PN_REAL)weight, keep = (PN_REAL)(1 - weight);
  const int fresh = weight == 1;
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {
    PN_REAL v = square * s2[i] - centre * (mean[i] * mean[i]);
    if (v < 0) v = 0;
    a[i] = fresh ? v : keep * a[i] + take * v;
  }
}
#undef BLOCK
#undef EACH_MOVE
#endif
