// Sub-steps of Langevin integrators on positions t, momenta p and thermostats x. w, the root of a
// diagonal preconditioner, and d, a diagonal covariance, may be null for 1 and 0.
#ifndef PN_REAL
#include "Elementary.h"
#define PN_FILE "Langevin.c"
#include "EachType.h"
#else

#define W(i) (w ? w[i] : 1)
#define LOOP PN_INDEPENDENT for (int64_t i = 0; i < n; i++)
#define SERIES_LOOP PN_SERIES_LOOP for (int64_t i = 0; i < n; i++)

PN_CLONES void PN_NAME(langevin_drift)(
  int64_t n, double step, const PN_REAL *w, const PN_REAL *p, PN_REAL *t
) {
  const PN_REAL a = (PN_REAL)step;
  if (w) LOOP t[i] += a * (w[i] * p[i]);
  else LOOP t[i] += a * p[i];
}

PN_CLONES void PN_NAME(langevin_kick)(
  int64_t n, const pn_kick *h, const PN_REAL *g, const PN_REAL *t, const PN_REAL *w,
  const PN_REAL *d, const PN_REAL *x, PN_REAL *p
) {
  const PN_REAL keep = (PN_REAL)h->keep, push = (PN_REAL)h->push, decay = (PN_REAL)h->decay;
  const PN_REAL damp = (PN_REAL)h->damp, thermostat = (PN_REAL)h->thermostat;
  if (!w && !d && !x) {
    // The form of SGD's velocity, so that both round alike.
    LOOP {
      PN_REAL slope = g[i] + decay * t[i];
      p[i] = keep * p[i] + push * slope;
    }
    return;
  }
  LOOP {
    PN_REAL slope = W(i) * (g[i] + decay * t[i]);
    PN_REAL kept = keep - (d ? damp * (d[i] * (W(i) * W(i))) : 0) - (x ? thermostat * x[i] : 0);
    p[i] = kept * p[i] + push * slope;
  }
}

PN_CLONES void PN_NAME(langevin_relax)(
  int64_t n, double keep, double variance, double less, const PN_REAL *w, const PN_REAL *d,
  const PN_REAL *r, PN_REAL *p
) {
  const PN_REAL c = (PN_REAL)keep, s2 = (PN_REAL)variance, b = (PN_REAL)less;
  if (!r) LOOP p[i] *= c;
  else if (!d) {
    const PN_REAL s = (PN_REAL)__builtin_sqrt(variance);
    LOOP p[i] = c * p[i] + s * r[i];
  } else LOOP {
    PN_REAL left = s2 - b * (d[i] * (W(i) * W(i)));
    p[i] = c * p[i] + __builtin_elementwise_sqrt(left < 0 ? 0 : left) * r[i];
  }
}

PN_CLONES void PN_NAME(langevin_damp)(
  int64_t n, double rate, const PN_REAL *w, const PN_REAL *d, PN_REAL *p
) {
  const PN_REAL a = (PN_REAL)rate;
  SERIES_LOOP p[i] *= (PN_REAL)PN_OWN(exp)((double)(-a * (d[i] * (W(i) * W(i)))));
}

PN_CLONES void PN_NAME(langevin_heat)(
  int64_t n, double step, double temperature, const PN_REAL *p, PN_REAL *x
) {
  const PN_REAL a = (PN_REAL)step, goal = (PN_REAL)temperature;
  LOOP x[i] += a * (p[i] * p[i] - goal);
}

PN_CLONES void PN_NAME(langevin_thermostat)(
  int64_t n, double step, double power, const PN_REAL *x, const PN_REAL *r, PN_REAL *p
) {
  if (!r) {
    SERIES_LOOP p[i] = (PN_REAL)(PN_OWN(exp)(-step * (double)x[i]) * (double)p[i]);
    return;
  }
  SERIES_LOOP {
    double rate = (double)x[i], twice = 2 * rate, size = twice < 0 ? -twice : twice;
    // ∫ e^{−2ξs} ds over the step, which is the step itself at ξ = 0.
    double length = -PN_OWN(expm1)(-twice * step) / (size * step < 1e-8 ? 1 : twice);
    length = size * step < 1e-8 ? step : length;
    double kept = PN_OWN(exp)(-step * rate);
    p[i] = (PN_REAL)(kept * (double)p[i] + __builtin_elementwise_sqrt(power * length) * (double)r[i]);
  }
}

// Σ t (g + decay t), in blocks of the element type.
PN_CLONES double PN_NAME(langevin_virial)(
  int64_t n, double decay, const PN_REAL *g, const PN_REAL *t
) {
  const PN_REAL c = (PN_REAL)decay;
  double total = 0;
  for (int64_t start = 0, end; start < n; start = end) {
    _Pragma("clang fp reassociate(on)") PN_REAL sum = 0;
    end = n - start < 1024 ? n : start + 1024;
    _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")
    for (int64_t i = start; i < end; i++) sum += t[i] * (g[i] + c * t[i]);
    total += (double)sum;
  }
  return total;
}

PN_CLONES void PN_NAME(adaptive_root)(
  int64_t n, double alpha, double correction, double eps, double decay, const PN_REAL *g,
  const PN_REAL *t, PN_REAL *v, PN_REAL *w
) {
  const PN_REAL keep = (PN_REAL)alpha, take = (PN_REAL)(1 - alpha), e = (PN_REAL)eps;
  const PN_REAL root = (PN_REAL)(1 / __builtin_sqrt(correction)), c = (PN_REAL)decay;
  LOOP {
    PN_REAL slope = g[i] + c * t[i];
    PN_REAL square = keep * v[i] + take * (slope * slope);
    v[i] = square;
    w[i] = 1 / __builtin_elementwise_sqrt(__builtin_elementwise_sqrt(square) * root + e);
  }
}

PN_CLONES void PN_NAME(adaptive_scale)(
  int64_t n, double eps, double decay, const PN_REAL *g, const PN_REAL *t, PN_REAL *tau,
  PN_REAL *mean, PN_REAL *v, PN_REAL *w
) {
  const PN_REAL e = (PN_REAL)eps, c = (PN_REAL)decay;
  LOOP {
    PN_REAL slope = g[i] + c * t[i], take = tau[i] > 1 ? 1 / tau[i] : 1;
    PN_REAL share = v[i] > 0 ? mean[i] * mean[i] / v[i] : 0;
    tau[i] += 1 - (share > 1 ? 1 : share) * tau[i];
    mean[i] += take * (slope - mean[i]);
    // Not below 0, however the last digit is rounded.
    PN_REAL square = v[i] + take * (slope * slope - v[i]);
    v[i] = square < 0 ? 0 : square;
    w[i] = 1 / __builtin_elementwise_sqrt(__builtin_elementwise_sqrt(v[i]) + e);
  }
}

PN_CLONES void PN_NAME(adaptive_drift)(
  int64_t n, const pn_adam *h, double bias, const PN_REAL *g, PN_REAL *m, PN_REAL *v, PN_REAL *t
) {
  const PN_REAL beta1 = (PN_REAL)h->beta1, rest1 = (PN_REAL)(1 - h->beta1);
  const PN_REAL beta2 = (PN_REAL)h->beta2, rest2 = (PN_REAL)(1 - h->beta2);
  const PN_REAL lr = (PN_REAL)h->lr, eps = (PN_REAL)h->eps, decay = (PN_REAL)h->decay;
  const PN_REAL a = (PN_REAL)bias;
  LOOP {
    PN_REAL slope = g[i] + decay * t[i];
    PN_REAL mean = beta1 * m[i] + rest1 * slope;
    PN_REAL square = beta2 * v[i] + rest2 * (slope * slope);
    m[i] = mean;
    v[i] = square;
    t[i] -= lr * (slope + a * mean / __builtin_elementwise_sqrt(square + eps));
  }
}
#undef W
#undef LOOP
#undef SERIES_LOOP
#endif
