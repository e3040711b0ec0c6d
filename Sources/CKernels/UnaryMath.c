// Elementwise functions of one operand that need the series of Elementary.h or the C library.
#ifndef PN_REAL
#include "UnaryMath.h"

#include "Elementary.h"
#define PN_FILE "UnaryMath.c"
#include "EachType.h"
#else

#define EACH(EXPRESSION)                                                      \
  PN_SERIES_LOOP for (int64_t i = 0; i < n; i++) {                            \
    double X = (double)x[i];                                                  \
    y[i] = (PN_REAL)(EXPRESSION);                                             \
  }                                                                           \
  break

#if PN_IS_DOUBLE
static void PN_OWN(sine)(int64_t n, const PN_REAL *x, uint64_t quadrant, PN_REAL *y) {
  for (int64_t i = 0; i < n; i++) y[i] = quadrant ? cos(x[i]) : sin(x[i]);
}
#else
// Far from zero the C library takes over, element by element.
PN_CLONES static void PN_OWN(sine)(
  int64_t n, const PN_REAL *x, uint64_t quadrant, PN_REAL *y
) {
  int far = 0;
  for (int64_t i = 0; i < n; i++) far |= !(__builtin_elementwise_abs(x[i]) < sine_limit);
  if (!far) {
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (PN_REAL)sine(x[i], quadrant);
    return;
  }
  for (int64_t i = 0; i < n; i++) {
    double X = (double)x[i];
    if (fabs(X) < sine_limit) y[i] = (PN_REAL)sine(X, quadrant);
    else y[i] = (PN_REAL)(quadrant ? cos(X) : sin(X));
  }
}
#endif

PN_CLONES void PN_NAME(unary_math)(pn_unary_op op, int64_t n, const PN_REAL *x, PN_REAL *y) {
  switch (op) {
    case PN_EXP: EACH(PN_OWN(exp)(X));
    case PN_EXPM1: EACH(PN_OWN(expm1)(X));
    case PN_LOG: EACH(PN_OWN(log)(X));
    case PN_LOG1P: EACH(PN_OWN(log1p)(X));
    case PN_SIN: PN_OWN(sine)(n, x, 0, y); break;
    case PN_COS: PN_OWN(sine)(n, x, 1, y); break;
    case PN_TANH: EACH(PN_OWN(tanh)(X));
    case PN_ERF:
      for (int64_t i = 0; i < n; i++) y[i] = (PN_REAL)erf((double)x[i]);
      break;
    case PN_SIGMOID: EACH(PN_OWN(sigmoid)(X));
    case PN_SOFTPLUS: EACH(PN_OWN(softplus)(X));
    default: __builtin_trap();
  }
}
#undef EACH
#endif
