// Elementwise arithmetic of two operands, either of which may be one value for all.
#ifndef PN_REAL
#include "Elementary.h"
#define PN_FILE "Binary.c"
#include "EachType.h"

static int64_t floor_div(int64_t a, int64_t b) {
  if (b == -1) return (int64_t)(0 - (uint64_t)a);  // the quotient of the smallest integer wraps
  return a / b - (a % b != 0 && (a % b ^ b) < 0);
}

static int64_t floor_mod(int64_t a, int64_t b) {
  if (b == -1) return 0;
  int64_t m = a % b;
  return m != 0 && (m ^ b) < 0 ? m + b : m;
}

// Truncated to an integer where the exponent is negative: 1/a is 0 unless a is 1 or −1.
static int64_t integer_power(int64_t a, int64_t b) {
  if (b < 0) return a == 1 ? 1 : a == -1 ? (b % 2 ? -1 : 1) : 0;
  uint64_t result = 1;
  for (uint64_t base = (uint64_t)a; b > 0; b >>= 1, base *= base) {
    if (b & 1) result *= base;
  }
  return (int64_t)result;
}

#define EACH(EXPRESSION)                                                      \
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {                            \
    int64_t A = a[i * sa], B = b[i * sb];                                     \
    y[i] = (int64_t)(EXPRESSION);                                             \
  }                                                                           \
  break
#define EACH_DIVISION(EXPRESSION)                                             \
  for (int64_t i = 0; i < n; i++) {                                           \
    int64_t A = a[i * sa], B = b[i * sb];                                     \
    zero |= B == 0;                                                           \
    y[i] = B == 0 ? 0 : (EXPRESSION);                                         \
  }                                                                           \
  break

PN_CLONES int pn_binary_i64(
  pn_binary_op op, int64_t n, const int64_t *a, int64_t sa, const int64_t *b, int64_t sb, int64_t *y
) {
  int zero = 0;
  switch (op) {
    case PN_ADD: EACH((uint64_t)A + (uint64_t)B);
    case PN_SUB: EACH((uint64_t)A - (uint64_t)B);
    case PN_MUL: EACH((uint64_t)A * (uint64_t)B);
    case PN_MINIMUM: EACH(A < B ? A : B);
    case PN_MAXIMUM: EACH(A > B ? A : B);
    case PN_DIV:
    case PN_FLOOR_DIV: EACH_DIVISION(floor_div(A, B));
    case PN_MOD: EACH_DIVISION(floor_mod(A, B));
    case PN_POW:
      for (int64_t i = 0; i < n; i++) y[i] = integer_power(a[i * sa], b[i * sb]);
      break;
    default: __builtin_trap();
  }
  return zero;
}
#undef EACH
#undef EACH_DIVISION
#else

// Lua's %: the remainder has the divisor's sign.
static PN_REAL PN_OWN(modulo)(PN_REAL a, PN_REAL b) {
  PN_REAL m = (PN_REAL)fmod(a, b);
  return m != 0 && (m < 0) != (b < 0) ? m + b : m;
}

#define LOOP_KIND PN_INDEPENDENT
#define LOOP(EXPRESSION, LEFT, RIGHT)                                         \
  LOOP_KIND for (int64_t i = 0; i < n; i++) {                                 \
    PN_REAL A = LEFT, B = RIGHT;                                              \
    y[i] = (EXPRESSION);                                                      \
  }
#define EACH(EXPRESSION)                                                      \
  if (sb == 0) {                                                              \
    const PN_REAL right = b[0];                                               \
    LOOP(EXPRESSION, a[i], right)                                             \
  } else if (sa == 0) {                                                       \
    const PN_REAL left = a[0];                                                \
    LOOP(EXPRESSION, left, b[i])                                              \
  } else {                                                                    \
    LOOP(EXPRESSION, a[i], b[i])                                              \
  }                                                                           \
  break

// Strides are 0 or 1, and at most one is 0.
PN_CLONES static void PN_OWN(binary)(
  pn_binary_op op, int64_t n, const PN_REAL *a, int64_t sa, const PN_REAL *b, int64_t sb,
  PN_REAL *y
) {
  switch (op) {
    case PN_ADD: EACH(A + B);
    case PN_SUB: EACH(A - B);
    case PN_MUL: EACH(A * B);
    case PN_DIV: EACH(A / B);
    case PN_MINIMUM: EACH(A < B || A != A ? A : B);
    case PN_MAXIMUM: EACH(A > B || A != A ? A : B);
    case PN_FLOOR_DIV: EACH(__builtin_elementwise_floor(A / B));
#undef LOOP_KIND
#define LOOP_KIND PN_SERIES_LOOP
    case PN_POW: EACH((PN_REAL)PN_OWN(pow)(A, B));
    case PN_MOD:
      for (int64_t i = 0; i < n; i++) y[i] = PN_OWN(modulo)(a[i * sa], b[i * sb]);
      break;
    case PN_ATAN2:
      for (int64_t i = 0; i < n; i++) y[i] = (PN_REAL)atan2(a[i * sa], b[i * sb]);
      break;
  }
}
#undef EACH
#undef LOOP
#undef LOOP_KIND

void PN_NAME(binary)(
  pn_binary_op op, int64_t n, const PN_REAL *a, int64_t sa, const PN_REAL *b, int64_t sb,
  PN_REAL *y
) {
  if (n == 0) return;
  if (sa == 0 && sb == 0) {
    PN_OWN(binary)(op, 1, a, 1, b, 1, y);
    for (int64_t i = 1; i < n; i++) y[i] = y[0];
  } else if ((sa == 0 || sa == 1) && (sb == 0 || sb == 1)) {
    PN_OWN(binary)(op, n, a, sa, b, sb, y);
  } else {
    PN_REAL left[512], right[512];
    for (int64_t i = 0; i < n; i += 512) {
      int64_t count = n - i < 512 ? n - i : 512;
      PN_STAGE(count, a + i * sa, sa, left);
      PN_STAGE(count, b + i * sb, sb, right);
      PN_OWN(binary)(op, count, left, 1, right, 1, y + i);
    }
  }
}

void PN_NAME(binary_rows)(
  pn_binary_op op, int64_t rows, int64_t n, const PN_REAL *a, int64_t ra, int64_t sa,
  const PN_REAL *b, int64_t rb, int64_t sb, PN_REAL *y
) {
  for (int64_t row = 0; row < rows; row++) {
    PN_NAME(binary)(op, n, a + row * ra, sa, b + row * rb, sb, y + row * n);
  }
}
#endif
