// Reductions of a whole buffer to one value, and the position of an extreme.
#ifndef PN_REAL
#include "Dispatch.h"
#define PN_FILE "Reduce.c"
#define PN_WITH_INT64
#include "EachType.h"
#else

#define BLOCK 2048
#if PN_IS_INTEGER
#define IS_NAN(x) 0
#else
#define IS_NAN(x) __builtin_isnan(x)
#endif

#define EACH(START, UPDATE)                                                   \
  {                                                                           \
    _Pragma("clang fp reassociate(on)") PN_WIDE s = START;                    \
    _Pragma("clang loop vectorize(enable) interleave_count(4)")               \
    for (int64_t i = 0; i < n; i++) s = UPDATE;                               \
    return s;                                                                 \
  }

// One contiguous block. Additions may be reordered inside it, into a vector's lanes.
PN_CLONES static PN_WIDE PN_OWN(block)(pn_reduce_op op, int64_t n, const PN_REAL *x) {
  switch (op) {
#if PN_IS_INTEGER
    case PN_SUM: EACH(0, (int64_t)((uint64_t)s + (uint64_t)x[i]))
    case PN_SUM_SQUARES: EACH(0, (int64_t)((uint64_t)s + (uint64_t)x[i] * (uint64_t)x[i]))
    case PN_PROD: EACH(1, (int64_t)((uint64_t)s * (uint64_t)x[i]))
    case PN_MIN: EACH(INT64_MAX, x[i] < s ? x[i] : s)
    case PN_MAX: EACH(INT64_MIN, x[i] > s ? x[i] : s)
#else
    case PN_SUM: EACH(0, s + (PN_WIDE)x[i])
    case PN_SUM_SQUARES: EACH(0, s + (PN_WIDE)x[i] * (PN_WIDE)x[i])
    case PN_PROD: EACH(1, s * (PN_WIDE)x[i])
    case PN_MIN: {
      PN_REAL s = (PN_REAL)__builtin_inf();
      for (int64_t i = 0; i < n; i++) s = __builtin_elementwise_minimum(s, x[i]);
      return s;
    }
    case PN_MAX: {
      PN_REAL s = -(PN_REAL)__builtin_inf();
      for (int64_t i = 0; i < n; i++) s = __builtin_elementwise_maximum(s, x[i]);
      return s;
    }
#endif
    default: __builtin_trap();
  }
}
#undef EACH

static PN_WIDE PN_OWN(combine)(pn_reduce_op op, PN_WIDE a, PN_WIDE b) {
  switch (op) {
#if PN_IS_INTEGER
    case PN_SUM:
    case PN_SUM_SQUARES: return (int64_t)((uint64_t)a + (uint64_t)b);
    case PN_PROD: return (int64_t)((uint64_t)a * (uint64_t)b);
#else
    case PN_SUM:
    case PN_SUM_SQUARES: return a + b;
    case PN_PROD: return a * b;
#endif
    case PN_MIN: return a < b || IS_NAN(a) ? a : b;
    case PN_MAX: return a > b || IS_NAN(a) ? a : b;
    default: __builtin_trap();
  }
}

// A block with stride sx, made contiguous first.
static __attribute__((noinline)) PN_WIDE PN_OWN(staged)(
  pn_reduce_op op, int64_t n, const PN_REAL *x, int64_t sx
) {
  PN_REAL copy[BLOCK];
  PN_STAGE(n, x, sx, copy);
  return PN_OWN(block)(op, n, copy);
}

// Halves are summed apart, so the error grows with the logarithm of the length.
PN_WIDE PN_NAME(reduce)(pn_reduce_op op, int64_t n, const PN_REAL *x, int64_t sx) {
  if (n <= BLOCK) return sx == 1 ? PN_OWN(block)(op, n, x) : PN_OWN(staged)(op, n, x, sx);
  int64_t half = (n / 2 + BLOCK - 1) / BLOCK * BLOCK;
  PN_WIDE low = PN_NAME(reduce)(op, half, x, sx);
  return PN_OWN(combine)(op, low, PN_NAME(reduce)(op, n - half, x + half * sx, sx));
}

// A block's extreme is found by vectors; only a block that improves on the best is searched.
int64_t PN_NAME(arg_reduce)(int kind, int64_t n, const PN_REAL *x, int64_t sx) {
  int64_t position = 0;
  PN_WIDE best = 0;
  for (int64_t start = 0; start < n; start += BLOCK) {
    int64_t count = n - start < BLOCK ? n - start : BLOCK, i = 0;
    const PN_REAL *piece = x + start * sx;
    PN_WIDE extreme = PN_NAME(reduce)(kind == 0 ? PN_MIN : PN_MAX, count, piece, sx);
    if (IS_NAN(extreme)) {
      while (!IS_NAN(piece[i * sx])) i++;
      return start + i;
    }
    if (start > 0 && !(kind == 0 ? extreme < best : extreme > best)) continue;
    while (piece[i * sx] != extreme) i++;
    best = extreme;
    position = start + i;
  }
  return position;
}
#undef BLOCK
#undef IS_NAN
#endif
