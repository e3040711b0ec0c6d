// Parameter updates of the optimisers, each one pass over memory.
#ifndef PN_REAL
#include <math.h>

#include "Dispatch.h"
#define PN_FILE "Optimizer.c"
#include "EachType.h"
#else

PN_CLONES void PN_NAME(adam)(
  int64_t n, const pn_adam *h, const PN_REAL *g, PN_REAL *m, PN_REAL *v, PN_REAL *p
) {
  const PN_REAL beta1 = (PN_REAL)h->beta1, rest1 = (PN_REAL)(1 - h->beta1);
  const PN_REAL beta2 = (PN_REAL)h->beta2, rest2 = (PN_REAL)(1 - h->beta2);
  const PN_REAL step = (PN_REAL)(h->lr / h->c1), root = (PN_REAL)(1 / sqrt(h->c2));
  const PN_REAL eps = (PN_REAL)h->eps, decay = (PN_REAL)h->decay;
  const PN_REAL shrink = (PN_REAL)h->shrink;
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {
    PN_REAL slope = g[i] + decay * p[i];
    PN_REAL mean = beta1 * m[i] + rest1 * slope;
    PN_REAL square = beta2 * v[i] + rest2 * (slope * slope);
    m[i] = mean;
    v[i] = square;
    p[i] = shrink * p[i] - step * mean / (__builtin_elementwise_sqrt(square) * root + eps);
  }
}

PN_CLONES void PN_NAME(sgd)(
  int64_t n, const pn_sgd *h, const PN_REAL *g, PN_REAL *m, PN_REAL *p
) {
  const PN_REAL lr = (PN_REAL)h->lr, decay = (PN_REAL)h->decay;
  if (h->momentum == 0) {
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) p[i] -= lr * (g[i] + decay * p[i]);
    return;
  }
  const PN_REAL momentum = (PN_REAL)h->momentum, take = (PN_REAL)(1 - h->dampening);
  const int first = h->first, nesterov = h->nesterov;
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {
    PN_REAL slope = g[i] + decay * p[i];
    PN_REAL velocity = first ? slope : momentum * m[i] + take * slope;
    m[i] = velocity;
    p[i] -= lr * (nesterov ? slope + momentum * velocity : velocity);
  }
}

PN_CLONES void PN_NAME(langevin)(
  int64_t n, double drift, double scale, const PN_REAL *g, const PN_REAL *d, const PN_REAL *r,
  PN_REAL *p
) {
  const PN_REAL a = (PN_REAL)drift, b = (PN_REAL)scale;
  if (d) {
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {
      PN_REAL width = __builtin_elementwise_sqrt(d[i] < 0 ? 0 : d[i]);
      p[i] += b * (width * r[i]) - a * g[i];
    }
  } else {
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) p[i] += b * r[i] - a * g[i];
  }
}

PN_CLONES void PN_NAME(running_mean)(
  int64_t n, double weight, const PN_REAL *b, PN_REAL *a
) {
  const PN_REAL take = (PN_REAL)weight, keep = (PN_REAL)(1 - weight);
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) a[i] = keep * a[i] + take * b[i];
}
#endif
