// Activations and their derivatives, and scaled sums: one pass, all contiguous.
#ifndef PN_REAL
#include "Dispatch.h"
#define PN_FILE "Activation.c"
#include "EachType.h"
#else

PN_CLONES void PN_NAME(axpy)(int64_t n, PN_REAL alpha, const PN_REAL *x, PN_REAL *y) {
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] += alpha * x[i];
}

PN_CLONES void PN_NAME(affine)(
  int64_t n, PN_REAL scale, PN_REAL shift, const PN_REAL *x, PN_REAL *y
) {
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = scale * x[i] + shift;
}

PN_CLONES void PN_NAME(leaky_relu)(int64_t n, PN_REAL slope, const PN_REAL *x, PN_REAL *y) {
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = x[i] > 0 ? x[i] : slope * x[i];
}

PN_CLONES void PN_NAME(leaky_relu_backward)(
  int64_t n, PN_REAL slope, const PN_REAL *x, const PN_REAL *g, PN_REAL *dx
) {
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) dx[i] = g[i] * (x[i] > 0 ? 1 : slope);
}

PN_CLONES void PN_NAME(tanh_backward)(
  int64_t n, const PN_REAL *y, const PN_REAL *g, PN_REAL *dx
) {
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) dx[i] = g[i] * (1 - y[i] * y[i]);
}

PN_CLONES void PN_NAME(sigmoid_backward)(
  int64_t n, const PN_REAL *y, const PN_REAL *g, PN_REAL *dx
) {
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) dx[i] = g[i] * (y[i] * (1 - y[i]));
}

#define ROWS(SUM, VALUE)                                                      \
  for (int64_t r = 0; r < rows; r++, x += columns) {                          \
    PN_INDEPENDENT for (int64_t c = 0; c < columns; c++) {                    \
      PN_REAL X = SUM;                                                        \
      x[c] = VALUE;                                                           \
    }                                                                         \
  }
#define EACH(VALUE)                                                           \
  if (bias == NULL) {                                                         \
    ROWS(x[c], VALUE)                                                         \
  } else {                                                                    \
    ROWS(x[c] + bias[c], VALUE)                                               \
  }                                                                           \
  break

// kind: 0 nothing, 1 leaky ReLU, 2 ReLU; the values are those of the kernels of these.
PN_CLONES void PN_NAME(bias_activation)(
  int64_t rows, int64_t columns, const PN_REAL *bias, int kind, PN_REAL slope, PN_REAL *x
) {
  switch (kind) {
    case 0: EACH(X);
    case 1: EACH(X > 0 ? X : slope * X);
    default: EACH(X <= 0 ? 0 : X);
  }
}
#undef EACH
#undef ROWS
#endif
