// Normalisation by mean and variance, and its derivative. Sums are kept in double, the variance is
// that of the centred values, and a mean that the element type rounds is corrected by what it lost.
#ifndef PN_REAL
#include <math.h>

#include "Dispatch.h"
#define PN_FILE "Normalization.c"
#include "EachType.h"
#else

PN_INLINE double PN_OWN(norm_sum)(int64_t n, const PN_REAL *x) {
#pragma clang fp reassociate(on)
  double sum = 0;
#pragma clang loop vectorize(enable) interleave_count(4)
  for (int64_t i = 0; i < n; i++) sum += (double)x[i];
  return sum;
}

PN_INLINE double PN_OWN(norm_squares)(int64_t n, const PN_REAL *x, double mean) {
#pragma clang fp reassociate(on)
  double sum = 0;
#pragma clang loop vectorize(enable) interleave_count(4)
  for (int64_t i = 0; i < n; i++) sum += ((double)x[i] - mean) * ((double)x[i] - mean);
  return sum;
}

// Runs of `length` elements share a weight; `runs` of them are normalised together.
PN_CLONES void PN_NAME(group_norm)(
  pn_norm_groups s, int centred, double eps, const PN_REAL *x, const PN_REAL *w, const PN_REAL *b,
  PN_REAL *y, double *mean, double *variance
) {
  const double count = (double)(s.runs * s.length);
  for (int64_t k = 0; k < s.groups; k++, x += s.group_stride, y += s.group_stride) {
    double m = 0, v = 0;
    if (centred) {
      for (int64_t j = 0; j < s.runs; j++) m += PN_OWN(norm_sum)(s.length, x + j * s.run_stride);
      m /= count;
    }
    for (int64_t j = 0; j < s.runs; j++) {
      v += PN_OWN(norm_squares)(s.length, x + j * s.run_stride, m);
    }
    v /= count;
    mean[k] = m, variance[k] = v;
    const double r = 1 / sqrt(v + eps);
    const PN_REAL centre = (PN_REAL)m;
    for (int64_t j = 0; j < s.runs; j++) {
      const int64_t at = k % s.period * s.weight_group + j * s.weight_run;
      const double slope = r * (double)w[at];
      const PN_REAL factor = (PN_REAL)slope;
      const PN_REAL shift = (PN_REAL)((double)b[at] - (m - (double)centre) * slope);
      const PN_REAL *from = x + j * s.run_stride;
      PN_REAL *to = y + j * s.run_stride;
      PN_INDEPENDENT for (int64_t i = 0; i < s.length; i++) {
        to[i] = (from[i] - centre) * factor + shift;
      }
    }
  }
}

// With z = (x − m) r: dw += Σ g z, db += Σ g, dx = r (g w − mean(g w) − z mean(g w z)).
PN_CLONES void PN_NAME(group_norm_backward)(
  pn_norm_groups s, int centred, double eps, const PN_REAL *x, const PN_REAL *g, const PN_REAL *w,
  const double *mean, const double *variance, PN_REAL *dx, double *dw, double *db
) {
#pragma clang fp reassociate(on)
  const double count = (double)(s.runs * s.length);
  for (int64_t k = 0; k < s.groups; k++) {
    const double m = mean[k], r = 1 / sqrt(variance[k] + eps);
    double total = 0, along = 0;
    for (int64_t j = 0; j < s.runs; j++) {
      const int64_t at = k % s.period * s.weight_group + j * s.weight_run;
      const PN_REAL *from = x + j * s.run_stride, *slope = g + j * s.run_stride;
      double sum = 0, dot = 0;
#pragma clang loop vectorize(enable) interleave_count(4)
      for (int64_t i = 0; i < s.length; i++) {
        sum += (double)slope[i];
        dot += (double)slope[i] * ((double)from[i] - m);
      }
      dw[at] += dot * r, db[at] += sum;
      total += sum * (double)w[at], along += dot * r * (double)w[at];
    }
    const double middle = centred ? total / count : 0, pull = r * r * along / count;
    const PN_REAL centre = (PN_REAL)m, p = (PN_REAL)pull;
    const PN_REAL shift = (PN_REAL)(r * middle - (m - (double)centre) * pull);
    for (int64_t j = 0; j < s.runs; j++) {
      const int64_t at = k % s.period * s.weight_group + j * s.weight_run;
      const PN_REAL factor = (PN_REAL)(r * (double)w[at]);
      const PN_REAL *from = x + j * s.run_stride, *slope = g + j * s.run_stride;
      PN_REAL *to = dx + j * s.run_stride;
      PN_INDEPENDENT for (int64_t i = 0; i < s.length; i++) {
        to[i] = slope[i] * factor - (from[i] - centre) * p - shift;
      }
    }
    x += s.group_stride, g += s.group_stride, dx += s.group_stride;
  }
}

// The same for rows in which every element has a weight of its own.
PN_CLONES void PN_NAME(row_norm)(
  int64_t rows, int64_t n, int centred, double eps, const PN_REAL *x, const PN_REAL *w,
  const PN_REAL *b, PN_REAL *y, double *mean, double *variance
) {
  for (int64_t k = 0; k < rows; k++, x += n, y += n) {
    const double m = centred ? PN_OWN(norm_sum)(n, x) / (double)n : 0;
    const double v = PN_OWN(norm_squares)(n, x, m) / (double)n, r = 1 / sqrt(v + eps);
    mean[k] = m, variance[k] = v;
    const PN_REAL centre = (PN_REAL)m, lost = (PN_REAL)(m - (double)centre), factor = (PN_REAL)r;
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {
      y[i] = (x[i] - centre - lost) * factor * w[i] + b[i];
    }
  }
}

PN_CLONES void PN_NAME(row_norm_backward)(
  int64_t rows, int64_t n, int centred, double eps, const PN_REAL *x, const PN_REAL *g, const PN_REAL *w,
  const double *mean, const double *variance, PN_REAL *dx, double *dw, double *db
) {
#pragma clang fp reassociate(on)
  for (int64_t k = 0; k < rows; k++, x += n, g += n, dx += n) {
    const double m = mean[k], r = 1 / sqrt(variance[k] + eps);
    double total = 0, along = 0;
#pragma clang loop vectorize(assume_safety) interleave_count(2)
    for (int64_t i = 0; i < n; i++) {
      const double slope = (double)g[i], part = slope * (((double)x[i] - m) * r);
      dw[i] += part, db[i] += slope;
      total += slope * (double)w[i], along += part * (double)w[i];
    }
    const double pull = r * r * along / (double)n;
    const PN_REAL centre = (PN_REAL)m, factor = (PN_REAL)r, p = (PN_REAL)pull;
    const double middle = centred ? r * total / (double)n : 0;
    const PN_REAL shift = (PN_REAL)(middle - (m - (double)centre) * pull);
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {
      dx[i] = g[i] * w[i] * factor - (x[i] - centre) * p - shift;
    }
  }
}
#endif
