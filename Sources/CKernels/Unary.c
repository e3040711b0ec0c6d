// Elementwise functions of one operand: those of a few instructions; the others are in UnaryMath.c.
#ifndef PN_REAL
#include "Dispatch.h"
#include "UnaryMath.h"
#define PN_FILE "Unary.c"
#define PN_WITH_INT64
#include "EachType.h"
#else

#define EACH(EXPRESSION)                                                      \
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {                            \
    PN_REAL X = x[i];                                                         \
    y[i] = (EXPRESSION);                                                      \
  }                                                                           \
  break

#if PN_IS_INTEGER
// Wraps around: the arithmetic is done on unsigned numbers.
PN_CLONES static void PN_OWN(unary)(
  pn_unary_op op, int64_t n, const PN_REAL *x, PN_REAL *y
) {
  switch (op) {
    case PN_NEG: EACH((PN_REAL)(0 - (uint64_t)X));
    case PN_ABS: EACH(X < 0 ? (PN_REAL)(0 - (uint64_t)X) : X);
    case PN_SIGN: EACH((X > 0) - (X < 0));
    case PN_SQUARE: EACH((PN_REAL)((uint64_t)X * (uint64_t)X));
    default: __builtin_trap();
  }
}
#else
PN_CLONES static void PN_OWN(simple)(
  pn_unary_op op, int64_t n, const PN_REAL *x, PN_REAL *y
) {
  switch (op) {
    case PN_NEG: EACH(-X);
    case PN_ABS: EACH(__builtin_elementwise_abs(X));
    case PN_SIGN: EACH(X > 0 ? 1 : X < 0 ? -1 : X);
    case PN_SQUARE: EACH(X * X);
    case PN_SQRT: EACH(__builtin_elementwise_sqrt(X));
    case PN_RSQRT: EACH(1 / __builtin_elementwise_sqrt(X));
    case PN_RECIPROCAL: EACH(1 / X);
    case PN_RELU: EACH(X <= 0 ? 0 : X);
    case PN_HEAVISIDE: EACH(X > 0 ? 1 : 0);
    case PN_FLOOR: EACH(__builtin_elementwise_floor(X));
    case PN_CEIL: EACH(__builtin_elementwise_ceil(X));
    case PN_ROUND: EACH(__builtin_elementwise_roundeven(X));
    case PN_TRUNC: EACH(__builtin_elementwise_trunc(X));
    default: __builtin_trap();
  }
}

static void PN_OWN(unary)(pn_unary_op op, int64_t n, const PN_REAL *x, PN_REAL *y) {
  if (op >= PN_EXP && op <= PN_SOFTPLUS) PN_NAME(unary_math)(op, n, x, y);
  else PN_OWN(simple)(op, n, x, y);
}
#endif
#undef EACH

void PN_NAME(unary)(pn_unary_op op, int64_t n, const PN_REAL *x, int64_t sx, PN_REAL *y) {
  if (sx == 1) {
    PN_OWN(unary)(op, n, x, y);
  } else if (sx == 0) {
    if (n == 0) return;
    PN_OWN(unary)(op, 1, x, y);
    for (int64_t i = 1; i < n; i++) y[i] = y[0];
  } else {
    // A cached piece of x at a time is made contiguous in y and replaced there.
    for (int64_t i = 0; i < n; i += 1024) {
      int64_t count = n - i < 1024 ? n - i : 1024;
      PN_STAGE(count, x + i * sx, sx, y + i);
      PN_OWN(unary)(op, count, y + i, y + i);
    }
  }
}
#endif
