// Elementwise tests, whose results are bytes of 0 or 1.
#ifndef PN_REAL
#include "Dispatch.h"
#define PN_FILE "Compare.c"
#define PN_WITH_INT64
#include "EachType.h"

PN_CLONES void pn_logical(
  int kind, int64_t n, const uint8_t *a, int64_t sa, const uint8_t *b, int64_t sb, uint8_t *y
) {
  if (kind == 0) {
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = a[i * sa] & b[i * sb];
  } else if (kind == 1) {
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = a[i * sa] | b[i * sb];
  } else {
    PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = a[i * sa] ^ b[i * sb];
  }
}
#else

#define LOOP(OPERATOR, LEFT, RIGHT)                                           \
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (LEFT) OPERATOR (RIGHT)
#define EACH(OPERATOR)                                                        \
  if (sa == 1 && sb == 1) {                                                   \
    LOOP(OPERATOR, a[i], b[i]);                                               \
  } else if (sa == 1 && sb == 0) {                                            \
    const PN_REAL right = b[0];                                               \
    LOOP(OPERATOR, a[i], right);                                              \
  } else {                                                                    \
    LOOP(OPERATOR, a[i * sa], b[i * sb]);                                     \
  }                                                                           \
  break

PN_CLONES void PN_NAME(compare)(
  pn_compare_op op, int64_t n, const PN_REAL *a, int64_t sa, const PN_REAL *b, int64_t sb,
  uint8_t *y
) {
  if (n == 0) return;
  switch (op) {
    case PN_EQ: EACH(==);
    case PN_NE: EACH(!=);
    case PN_LT: EACH(<);
    case PN_LE: EACH(<=);
    case PN_GT: EACH(>);
    case PN_GE: EACH(>=);
  }
}
#undef EACH
#undef LOOP

#if !PN_IS_INTEGER
PN_CLONES void PN_NAME(classify)(
  int kind, int64_t n, const PN_REAL *x, int64_t sx, uint8_t *y
) {
  const PN_REAL infinity = (PN_REAL)__builtin_inf();
#define LOOP(EXPRESSION)                                                      \
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {                            \
    PN_REAL X = __builtin_elementwise_abs(x[i * sx]);                         \
    y[i] = (EXPRESSION);                                                      \
  }
  if (kind == 0) {
    LOOP(X != X)
  } else if (kind == 1) {
    LOOP(X < infinity)
  } else {
    LOOP(X == infinity)
  }
#undef LOOP
}
#endif
#endif
