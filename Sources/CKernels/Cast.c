// Conversion between element types.
#include <string.h>

#include "Dispatch.h"

// Towards zero, saturating, NaN → 0.
#define SATURATE(X, TYPE, LOW, LOWEST, HIGH, HIGHEST) \
  ((X) != (X) ? 0 : (X) >= (HIGH) ? (HIGHEST) : (X) <= (LOW) ? (LOWEST) : (TYPE)(X))
#define FROM_FLOAT_i64(X) SATURATE(X, int64_t, -0x1p63f, INT64_MIN, 0x1p63f, INT64_MAX)
#define FROM_FLOAT_u8(X) SATURATE(X, uint8_t, 0, 0, 255, 255)
#define FROM_INTEGER_i64(X) ((int64_t)(X))
#define FROM_INTEGER_u8(X) ((uint8_t)(X))
#define FROM_FLOAT_f32(X) ((float)(X))
#define FROM_FLOAT_f64(X) ((double)(X))
#define FROM_FLOAT_bool(X) ((X) != 0)
#define FROM_INTEGER_f32 FROM_FLOAT_f32
#define FROM_INTEGER_f64 FROM_FLOAT_f64
#define FROM_INTEGER_bool FROM_FLOAT_bool

#define CAST(KIND, SOURCE, S, TARGET, T)                                              \
  PN_CLONES static void cast_##S##_##T(                                               \
    int64_t n, const void *from, int64_t sx, void *to, int64_t sy                     \
  ) {                                                                                 \
    const SOURCE *x = from;                                                           \
    TARGET *y = to;                                                                   \
    if (sy == 1 && sx == 1) {                                                         \
      for (int64_t i = 0; i < n; i++) y[i] = FROM_##KIND##_##T(x[i]);                 \
    } else if (sy == 1 && sx == 0) {                                                  \
      const TARGET value = n > 0 ? FROM_##KIND##_##T(x[0]) : 0;                       \
      for (int64_t i = 0; i < n; i++) y[i] = value;                                   \
    } else {                                                                          \
      for (int64_t i = 0; i < n; i++) y[i * sy] = FROM_##KIND##_##T(x[i * sx]);       \
    }                                                                                 \
  }
#define CASTS(KIND, SOURCE, S)       \
  CAST(KIND, SOURCE, S, float, f32)  \
  CAST(KIND, SOURCE, S, double, f64) \
  CAST(KIND, SOURCE, S, int64_t, i64)\
  CAST(KIND, SOURCE, S, uint8_t, u8) \
  CAST(KIND, SOURCE, S, uint8_t, bool)
CASTS(FLOAT, float, f32)
CASTS(FLOAT, double, f64)
CASTS(INTEGER, int64_t, i64)
CASTS(INTEGER, uint8_t, u8)

typedef void cast_function(int64_t, const void *, int64_t, void *, int64_t);
#define ROW(S) {cast_##S##_f32, cast_##S##_f64, cast_##S##_i64, cast_##S##_u8, cast_##S##_bool}

void pn_cast(
  int64_t n, pn_dtype tx, const void *x, int64_t sx, pn_dtype ty, void *y, int64_t sy
) {
  // A bool is a byte of 0 or 1, so it converts as an unsigned byte does.
  static cast_function *const table[5][5] = {ROW(f32), ROW(f64), ROW(i64), ROW(u8), ROW(u8)};
  static const size_t sizes[5] = {4, 8, 8, 1, 1};
  if (tx == ty && sx == 1 && sy == 1) memmove(y, x, (size_t)n * sizes[tx]);
  else table[tx][ty](n, x, sx, y, sy);
}

void pn_fill(int64_t n, pn_dtype ty, void *y, int64_t sy, double value) {
  pn_cast(n, PN_FLOAT64, &value, 0, ty, y, sy);
}
