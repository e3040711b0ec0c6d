// Separable filters on images, and their exact adjoints.
//
// Forward, each axis is extended by its border and correlated with the taps. The adjoint of reflect
// and replicate correlates with the taps reversed, extended by zeros so that the border's elements
// receive what they passed on, and folds these back onto the elements they were copies of. Circular
// and zero borders are their own adjoints but for the reversal. The two axes commute.
#ifndef PN_REAL
#include "Dispatch.h"
#define PN_FILE "Separable.c"

enum { REFLECT, REPLICATE, CIRCULAR, ZERO };
enum { CHUNK = 16 };  // rows are padded to a multiple of this

static int64_t padded(int64_t n) { return (n + CHUNK - 1) / CHUNK * CHUNK; }

// The element of n that stands at position i, which may lie outside.
static int64_t border_index(int border, int64_t i, int64_t n) {
  if (i >= 0 && i < n) return i;
  if (border == REPLICATE) return i < 0 ? 0 : n - 1;
  int64_t period = border == CIRCULAR ? n : n == 1 ? 1 : 2 * (n - 1);
  i = (i % period + period) % period;
  return i < n ? i : period - i;
}

int64_t pn_separable_scratch(int64_t height, int64_t width, int64_t radius_y, int64_t radius_x) {
  int64_t row = padded(width), long_row = padded(width + 2 * radius_x);
  int64_t images = 2 * (height + 2 * radius_y) * row, rows = 2 * long_row + 2 * radius_x;
  int64_t taps = 2 * (radius_y + radius_x + 1), indices = 2 * radius_x;
  return images + rows + taps + indices;
}

#include "EachType.h"
#else

// One axis: its length, the taps in the order of correlation, and how it is extended.
typedef struct {
  int64_t n, radius;
  const PN_REAL *taps;
  int border, fold;
} PN_OWN(axis);

typedef PN_VECTOR(PN_REAL) PN_OWN(vector);
#define LANES ((int)(64 / sizeof(PN_REAL)))

// y[j] = Σ_k taps[k] x[k * step + j] for `wide` vectors of j, up to six, which stay in registers.
PN_INLINE void PN_OWN(strip)(
  const int wide, int64_t count, const PN_REAL *taps, const PN_REAL *x, int64_t step, PN_REAL *y
) {
  PN_OWN(vector) sum[6] = {0};
  for (int64_t k = 0; k < count; k++, x += step) {
    for (int v = 0; v < wide; v++) {
      PN_OWN(vector) value;
      __builtin_memcpy(&value, x + v * LANES, sizeof value);
      sum[v] += taps[k] * value;
    }
  }
  __builtin_memcpy(y, sum, (size_t)wide * sizeof sum[0]);
}

// The same for n outputs, a multiple of CHUNK.
PN_CLONES static void PN_OWN(correlate)(
  int64_t n, int64_t count, const PN_REAL *taps, const PN_REAL *x, int64_t step, PN_REAL *y
) {
  int64_t j = 0;
  for (; j + 4 * LANES <= n; j += 4 * LANES) PN_OWN(strip)(4, count, taps, x + j, step, y + j);
  for (; j + 2 * LANES <= n; j += 2 * LANES) PN_OWN(strip)(2, count, taps, x + j, step, y + j);
  for (; j < n; j += LANES) PN_OWN(strip)(1, count, taps, x + j, step, y + j);
}
#undef LANES

// Down the columns: x [n, width] → y [n, row]; returns where in y the first row lies. `copy` has
// space for n + 2 radius rows.
static PN_REAL *PN_OWN(columns)(
  PN_OWN(axis) axis, int64_t width, int64_t row, const PN_REAL *x, PN_REAL *copy, PN_REAL *y
) {
  const int64_t n = axis.n, radius = axis.radius, count = 2 * radius + 1;
  const int extended = axis.border != ZERO && !axis.fold;
  const int64_t above = extended ? radius : 0;
  for (int64_t i = -above; i < n + above; i++) {
    PN_REAL *to = copy + (i + above) * row;
    __builtin_memcpy(
      to, x + border_index(axis.border, i, n) * width, (size_t)width * sizeof(PN_REAL));
    for (int64_t j = width; j < row; j++) to[j] = 0;
  }
  if (extended) {
    for (int64_t i = 0; i < n; i++) {
      PN_OWN(correlate)(row, count, axis.taps, copy + i * row, row, y + i * row);
    }
    return y;
  }

  // Rows of zeros would lie above and below: taps that fall there are left out.
  const int64_t zeros = axis.fold ? 2 * radius : radius;
  for (int64_t i = 0; i < n + 2 * (zeros - radius); i++) {
    int64_t first = i < zeros ? zeros - i : 0, end = n + zeros - i < count ? n + zeros - i : count;
    PN_OWN(correlate)(
      row, end > first ? end - first : 0, axis.taps + first, copy + (i + first - zeros) * row, row,
      y + i * row);
  }
  if (!axis.fold) return y;

  PN_REAL *inner = y + radius * row;
  for (int64_t k = 0; k < 2 * radius; k++) {
    int64_t i = k < radius ? k - radius : n + k - radius;
    const PN_REAL *from = inner + i * row;
    PN_REAL *to = inner + border_index(axis.border, i, n) * row;
    for (int64_t j = 0; j < width; j++) to[j] += from[j];
  }
  return inner;
}

// Along one row: x [n] → y [n]. `margin` says which elements stand left and right of the row.
PN_INLINE void PN_OWN(row)(
  const PN_OWN(axis) *axis, const int32_t *margin, const PN_REAL *x, int64_t room,
  PN_REAL *extended, PN_REAL *buffer, PN_REAL *y
) {
  const int64_t n = axis->n, radius = axis->radius, count = 2 * radius + 1;
  PN_REAL *inner = extended + (axis->fold ? 2 * radius : radius);
  __builtin_memcpy(inner, x, (size_t)n * sizeof(PN_REAL));
  if (axis->fold) {
    PN_OWN(correlate)(padded(n + 2 * radius), count, axis->taps, extended, 1, buffer);
    PN_REAL *middle = buffer + radius;
    for (int64_t j = 0; j < radius; j++) {
      middle[margin[j]] += buffer[j];
      middle[margin[radius + j]] += middle[n + j];
    }
    __builtin_memcpy(y, middle, (size_t)n * sizeof(PN_REAL));
    return;
  }
  if (axis->border != ZERO) {
    for (int64_t j = 0; j < radius; j++) {
      extended[j] = inner[margin[j]];
      inner[n + j] = inner[margin[radius + j]];
    }
  }
  // Whole vectors may be written where more of the image follows: it is written afterwards.
  PN_REAL *to = padded(n) <= room ? y : buffer;
  PN_OWN(correlate)(padded(n), count, axis->taps, extended, 1, to);
  if (to != y) __builtin_memcpy(y, buffer, (size_t)n * sizeof(PN_REAL));
}

void PN_NAME(separable)(
  int64_t images, int64_t height, int64_t width, int border, int transpose, int64_t radius_y,
  const PN_REAL *taps_y, int64_t radius_x, const PN_REAL *taps_x, const PN_REAL *x, PN_REAL *y,
  PN_REAL *scratch
) {
  if (height == 0 || width == 0) return;
  const int64_t row = padded(width), long_row = padded(width + 2 * radius_x);
  PN_REAL *copy = scratch, *middle = copy + (height + 2 * radius_y) * row;
  PN_REAL *extended = middle + (height + 2 * radius_y) * row;
  PN_REAL *buffer = extended + long_row + 2 * radius_x;
  PN_REAL *order_y = buffer + long_row, *order_x = order_y + 2 * radius_y + 1;
  typedef int32_t __attribute__((may_alias)) index;
  index *margin = (index *)(order_x + 2 * radius_x + 1);

  for (int64_t k = 0; k <= 2 * radius_y; k++) {
    order_y[k] = taps_y[transpose ? 2 * radius_y - k : k];
  }
  for (int64_t k = 0; k <= 2 * radius_x; k++) {
    order_x[k] = taps_x[transpose ? 2 * radius_x - k : k];
  }
  for (int64_t j = 0; j < radius_x; j++) {
    margin[j] = (int32_t)border_index(border, j - radius_x, width);
    margin[radius_x + j] = (int32_t)border_index(border, width + j, width);
  }
  for (int64_t j = 0; j < long_row + 2 * radius_x; j++) extended[j] = 0;

  const int fold = transpose && (border == REFLECT || border == REPLICATE);
  const PN_OWN(axis) down = {height, radius_y, order_y, border, fold};
  const PN_OWN(axis) along = {width, radius_x, order_x, border, fold};
  for (int64_t image = 0; image < images; image++, x += height * width, y += height * width) {
    const PN_REAL *rows = PN_OWN(columns)(down, width, row, x, copy, middle);
    for (int64_t i = 0; i < height; i++) {
      PN_OWN(row)(
        &along, (const int32_t *)margin, rows + i * row, (height - i) * width, extended, buffer,
        y + i * width);
    }
  }
}
#endif
