// Second moments of the per-example gradients of a weight: Σ_i (Σ_u left_u[i] ⊗ right_u[i])².
#ifndef PN_REAL
#include "Dispatch.h"
#define PN_FILE "OuterSquares.c"
#include "EachType.h"
#else

// A tile of the result stays in registers: `high` rows of one vector. Four rows are as many as leave
// room for the operands of two uses where a vector takes two registers. The operands are packed in
// the order in which the tile reads them: for each example and use (a term) `high` values of the left
// side in `band` and a vector of the right side in `panel`; absent rows and columns are zero.
#define HIGHEST 4
#define BAND 64
#define TERMS 128
#define LANES ((int)(64 / sizeof(PN_REAL)))
typedef PN_VECTOR(PN_REAL) PN_OWN(vector);

// out[r, c] = Σ_i (Σ_u band[i, u, r] panel[i, u, c])². One use alone comes squared already:
// Σ_i band[i, r] panel[i, c].
PN_INLINE void PN_OWN(tile_of)(
  const int high, const int64_t uses, int64_t n, const PN_REAL *band, const PN_REAL *panel,
  PN_REAL *out
) {
  PN_OWN(vector) sum[HIGHEST] = {0};
  for (int64_t i = 0; i < n; i++, band += uses * high, panel += uses * LANES) {
    PN_OWN(vector) first, second = {0};
    __builtin_memcpy(&first, panel, sizeof first);
    if (uses > 1) __builtin_memcpy(&second, panel + LANES, sizeof second);
    for (int r = 0; r < high; r++) {
      if (uses == 1) {
        sum[r] += band[r] * first;
        continue;
      }
      PN_OWN(vector) product = band[r] * first;
      product += band[high + r] * second;
      for (int64_t u = 2; u < uses; u++) {
        PN_OWN(vector) term;
        __builtin_memcpy(&term, panel + u * LANES, sizeof term);
        product += band[u * high + r] * term;
      }
      sum[r] += product * product;
    }
  }
  __builtin_memcpy(out, sum, (size_t)high * sizeof sum[0]);
}

PN_CLONES static void PN_OWN(tile)(
  int high, int64_t uses, int64_t n, const PN_REAL *band, const PN_REAL *panel, PN_REAL *out
) {
#define SHAPE(HIGH)                                                      \
  case HIGH:                                                             \
    if (uses == 1) PN_OWN(tile_of)(HIGH, 1, n, band, panel, out);        \
    else if (uses == 2) PN_OWN(tile_of)(HIGH, 2, n, band, panel, out);   \
    else PN_OWN(tile_of)(HIGH, uses, n, band, panel, out);               \
    break
  switch (high) {
    SHAPE(4);
    SHAPE(2);
    SHAPE(1);
    default: __builtin_trap();
  }
#undef SHAPE
}

// One side of the product: x[use]: [n, length].
typedef struct {
  int64_t length;
  const PN_REAL *const *x;
} PN_OWN(side);

// Packs `width` values from number `start` on for each term of `n` examples from `first` on.
PN_INLINE void PN_OWN(pack_of)(
  const int64_t width, const PN_OWN(side) *side, int64_t start, int64_t uses, int64_t first,
  int64_t n, PN_REAL *y
) {
  const int64_t present = side->length - start < width ? side->length - start : width;
  for (int64_t i = first; i < first + n; i++) {
    for (int64_t u = 0; u < uses; u++, y += width) {
      const PN_REAL *x = side->x[u] + i * side->length + start;
      if (present == width) {
        for (int64_t k = 0; k < width; k++) y[k] = uses == 1 ? x[k] * x[k] : x[k];
      } else {
        for (int64_t k = 0; k < width; k++) {
          PN_REAL value = k < present ? x[k] : 0;
          y[k] = uses == 1 ? value * value : value;
        }
      }
    }
  }
}

PN_CLONES static void PN_OWN(pack)(
  int64_t width, const PN_OWN(side) *side, int64_t start, int64_t uses, int64_t first, int64_t n,
  PN_REAL *y
) {
#define WIDTH(W) case W: PN_OWN(pack_of)(W, side, start, uses, first, n, y); break
  switch (width) {
    WIDTH(1);
    WIDTH(2);
    WIDTH(4);
    WIDTH(LANES);
    default: __builtin_trap();
  }
#undef WIDTH
}

// Adds the part of `n` examples from `first` on. The result's element (r, c) lies at
// s2[r * row_stride + c * column_stride].
PN_CLONES static void PN_OWN(examples)(
  int high, int64_t uses, int64_t first, int64_t n, PN_OWN(side) left, PN_OWN(side) right,
  int64_t row_stride, int64_t column_stride, PN_REAL *s2
) {
  const int64_t width = LANES;
  _Alignas(64) PN_REAL band[BAND * TERMS], panel[LANES * TERMS], out[HIGHEST * LANES];
  for (int64_t top = 0; top < left.length; top += BAND) {
    const int64_t bottom = left.length - top < BAND ? left.length : top + BAND;
    for (int64_t row = top; row < bottom; row += high) {
      PN_OWN(pack)(high, &left, row, uses, first, n, band + (row - top) * n * uses);
    }
    for (int64_t column = 0; column < right.length; column += width) {
      const int64_t present = right.length - column < width ? right.length - column : width;
      PN_OWN(pack)(width, &right, column, uses, first, n, panel);
      for (int64_t row = top; row < bottom; row += high) {
        PN_OWN(tile)(high, uses, n, band + (row - top) * n * uses, panel, out);
        for (int64_t r = row; r < row + high && r < bottom; r++) {
          PN_REAL *y = s2 + r * row_stride + column * column_stride;
          const PN_REAL *x = out + (r - row) * width;
          if (column_stride == 1) {
            for (int64_t c = 0; c < present; c++) y[c] += x[c];
          } else {
            for (int64_t c = 0; c < present; c++) y[c * column_stride] += x[c];
          }
        }
      }
    }
  }
}

// More uses than a panel holds: element by element.
static void PN_OWN(many_uses)(
  int64_t uses, int64_t n, PN_OWN(side) left, PN_OWN(side) right, PN_REAL *s2
) {
  for (int64_t i = 0; i < n; i++) {
    for (int64_t r = 0; r < left.length; r++) {
      for (int64_t c = 0; c < right.length; c++) {
        PN_REAL s = 0;
        for (int64_t u = 0; u < uses; u++) {
          s += left.x[u][i * left.length + r] * right.x[u][i * right.length + c];
        }
        s2[r * right.length + c] += s * s;
      }
    }
  }
}

// A result of few rows (or columns): each row by itself, without packing.
#define CHUNK 256
PN_INLINE void PN_OWN(row_of)(
  const int64_t uses, int64_t n, PN_OWN(side) few, int64_t row, PN_OWN(side) many, int64_t start,
  int64_t count, PN_REAL *sum
) {
  for (int64_t i = 0; i < n; i++) {
    const PN_REAL *x = many.x[0] + i * many.length + start;
    const PN_REAL *z = many.x[uses > 1] + i * many.length + start;
    const PN_REAL a = few.x[0][i * few.length + row], b = few.x[uses > 1][i * few.length + row];
    PN_INDEPENDENT for (int64_t c = 0; c < count; c++) {
      PN_REAL s = uses == 1 ? a * x[c] : a * x[c] + b * z[c];
      sum[c] += s * s;
    }
  }
}

PN_CLONES static void PN_OWN(few_rows)(
  int64_t uses, int64_t n, PN_OWN(side) few, PN_OWN(side) many, int64_t row_stride,
  int64_t column_stride, PN_REAL *s2
) {
  for (int64_t row = 0; row < few.length; row++) {
    for (int64_t start = 0; start < many.length; start += CHUNK) {
      _Alignas(64) PN_REAL sum[CHUNK] = {0};
      const int64_t count = many.length - start < CHUNK ? many.length - start : CHUNK;
      if (uses == 1) PN_OWN(row_of)(1, n, few, row, many, start, count, sum);
      else PN_OWN(row_of)(2, n, few, row, many, start, count, sum);
      PN_REAL *y = s2 + row * row_stride + start * column_stride;
      for (int64_t c = 0; c < count; c++) y[c * column_stride] += sum[c];
    }
  }
}

void PN_NAME(outer_squares)(
  int64_t uses, int64_t n, int64_t rows, int64_t columns, const PN_REAL *const *left,
  const PN_REAL *const *right, PN_REAL *s2
) {
  const PN_OWN(side) l = {rows, left}, r = {columns, right};
  if (uses == 0) return;
  if (uses <= 2 && rows <= HIGHEST) return PN_OWN(few_rows)(uses, n, l, r, columns, 1, s2);
  if (uses <= 2 && columns <= HIGHEST) return PN_OWN(few_rows)(uses, n, r, l, 1, columns, s2);
  if (uses > TERMS) return PN_OWN(many_uses)(uses, n, l, r, s2);

  // The height and orientation that waste least on absent rows and columns.
  int64_t least = INT64_MAX, high = 0;
  int exchanged = 0;
  for (int k = 0; k < 6; k++) {
    int64_t h = HIGHEST >> (k / 2);
    int64_t down = k % 2 ? columns : rows, along = k % 2 ? rows : columns;
    int64_t vectors = (down + h - 1) / h * h * ((along + LANES - 1) / LANES);
    if (vectors < least) least = vectors, high = h, exchanged = k % 2;
  }

  const int64_t step = TERMS / uses;
  for (int64_t i = 0; i < n; i += step) {
    const int64_t count = n - i < step ? n - i : step;
    if (exchanged) PN_OWN(examples)((int)high, uses, i, count, r, l, 1, columns, s2);
    else PN_OWN(examples)((int)high, uses, i, count, l, r, columns, 1, s2);
  }
}

#undef HIGHEST
#undef BAND
#undef TERMS
#undef CHUNK
#undef LANES
#endif
