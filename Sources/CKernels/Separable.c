// Separable filters on images, filters along one axis, and their exact adjoints.
//
// Forward, each axis is extended by its border and correlated with the taps. The adjoint of reflect,
// replicate and symmetric correlates with the taps reversed, extended by zeros so that the border's
// elements receive what they passed on, and folds these back onto the elements they were copies of.
// Circular and zero borders are their own adjoints but for the reversal. The axes commute.
#ifndef PN_REAL
#include "Dispatch.h"
#define PN_FILE "Separable.c"

enum { REFLECT, REPLICATE, CIRCULAR, ZERO, SYMMETRIC };
enum { CHUNK = 16 };    // rows are padded to a multiple of this
enum { COLUMNS = 256 };  // so many are filtered at a time where an axis is not the last

static int64_t padded(int64_t n) { return (n + CHUNK - 1) / CHUNK * CHUNK; }

// The element of n that stands at position i, which may lie outside.
static int64_t border_index(int border, int64_t i, int64_t n) {
  if (i >= 0 && i < n) return i;
  if (border == REPLICATE) return i < 0 ? 0 : n - 1;
  int64_t once = border == SYMMETRIC;  // the reflected copy starts with the edge itself
  int64_t period = border == CIRCULAR ? n : n == 1 ? 1 : 2 * (n - 1 + once);
  i = (i % period + period) % period;
  return i < n ? i : period - once - i;
}

static int folds(int border, int transpose) {
  return transpose && (border == REFLECT || border == REPLICATE || border == SYMMETRIC);
}

int64_t pn_separable_scratch(int64_t height, int64_t width, int64_t radius_y, int64_t radius_x) {
  int64_t row = padded(width), long_row = padded(width + 2 * radius_x);
  int64_t images = 2 * (height + 2 * radius_y) * row, rows = 2 * long_row + 2 * radius_x;
  int64_t taps = 2 * (radius_y + radius_x + 1), indices = 2 * radius_x;
  return images + rows + taps + indices;
}

int64_t pn_line_filter_scratch(int64_t n, int64_t inner, int64_t radius) {
  int64_t lanes = (2 * radius + 1) * CHUNK + CHUNK;
  if (inner == 1) return 2 * padded(n + 2 * radius) + 6 * radius + 1 + lanes;
  int64_t width = inner < COLUMNS ? inner : COLUMNS;
  return 2 * (n + 2 * radius) * padded(width) + lanes;
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

// Copies x [n, width], its rows `stride` apart, and `above` rows beyond each end to rows of `row`.
static void PN_OWN(extend)(
  const PN_OWN(axis) *axis, int64_t above, int64_t width, int64_t row, const PN_REAL *x,
  int64_t stride, PN_REAL *copy
) {
  if (row == 1) {
    // A row: one element after the other.
    __builtin_memcpy(copy + above, x, (size_t)axis->n * sizeof(PN_REAL));
    for (int64_t j = 0; j < above; j++) {
      copy[j] = x[border_index(axis->border, j - above, axis->n)];
      copy[above + axis->n + j] = x[border_index(axis->border, axis->n + j, axis->n)];
    }
    return;
  }
  for (int64_t i = -above; i < axis->n + above; i++) {
    PN_REAL *to = copy + (i + above) * row;
    const int64_t from = border_index(axis->border, i, axis->n);
    __builtin_memcpy(to, x + from * stride, (size_t)width * sizeof(PN_REAL));
    for (int64_t j = width; j < row; j++) to[j] = 0;
  }
}

// Down the columns: x [n, width], its rows `stride` apart → y [n, row]; returns where in y the first
// row lies. `copy` has space for n + 2 radius rows.
static PN_REAL *PN_OWN(columns)(
  PN_OWN(axis) axis, int64_t width, int64_t row, const PN_REAL *x, int64_t stride, PN_REAL *copy,
  PN_REAL *y
) {
  const int64_t n = axis.n, radius = axis.radius, count = 2 * radius + 1;
  const int extended = axis.border != ZERO && !axis.fold;
  PN_OWN(extend)(&axis, extended ? radius : 0, width, row, x, stride, copy);
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

// The taps in the order of correlation.
static void PN_OWN(order)(int64_t radius, const PN_REAL *taps, int transpose, PN_REAL *to) {
  for (int64_t k = 0; k <= 2 * radius; k++) to[k] = taps[transpose ? 2 * radius - k : k];
}

// What stands left and right of a row, and zeros in the space that a row is extended in.
static void PN_OWN(margins)(const PN_OWN(axis) *axis, int32_t *margin, PN_REAL *extended) {
  const int64_t n = axis->n, radius = axis->radius;
  for (int64_t j = 0; j < radius; j++) {
    margin[j] = (int32_t)border_index(axis->border, j - radius, n);
    margin[radius + j] = (int32_t)border_index(axis->border, n + j, n);
  }
  for (int64_t j = 0; j < padded(n + 2 * radius) + 2 * radius; j++) extended[j] = 0;
}

typedef int32_t __attribute__((may_alias)) PN_OWN(index);

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
  PN_OWN(index) *margin = (PN_OWN(index) *)(order_x + 2 * radius_x + 1);
  PN_OWN(order)(radius_y, taps_y, transpose, order_y);
  PN_OWN(order)(radius_x, taps_x, transpose, order_x);

  const int fold = folds(border, transpose);
  const PN_OWN(axis) down = {height, radius_y, order_y, border, fold};
  const PN_OWN(axis) along = {width, radius_x, order_x, border, fold};
  PN_OWN(margins)(&along, (int32_t *)margin, extended);
  for (int64_t image = 0; image < images; image++, x += height * width, y += height * width) {
    const PN_REAL *rows = PN_OWN(columns)(down, width, row, x, width, copy, middle);
    for (int64_t i = 0; i < height; i++) {
      PN_OWN(row)(
        &along, (const int32_t *)margin, rows + i * row, (height - i) * width, extended, buffer,
        y + i * width);
    }
  }
}

void PN_NAME(line_filter)(
  int64_t rows, int64_t n, int64_t inner, int border, int transpose, int64_t radius,
  const PN_REAL *taps, const PN_REAL *x, PN_REAL *y, PN_REAL *scratch
) {
  if (n == 0) return;
  PN_REAL *order = scratch, *work = scratch + 2 * radius + 1;
  PN_OWN(order)(radius, taps, transpose, order);
  const PN_OWN(axis) axis = {n, radius, order, border, folds(border, transpose)};
  if (inner == 1) {
    const int64_t long_row = padded(n + 2 * radius);
    PN_REAL *extended = work, *buffer = extended + long_row + 2 * radius;
    PN_OWN(index) *margin = (PN_OWN(index) *)(buffer + long_row);
    PN_OWN(margins)(&axis, (int32_t *)margin, extended);
    for (int64_t i = 0; i < rows; i++) {
      PN_OWN(row)(
        &axis, (const int32_t *)margin, x + i * n, (rows - i) * n, extended, buffer, y + i * n);
    }
    return;
  }
  for (int64_t i = 0; i < rows; i++, x += n * inner, y += n * inner) {
    for (int64_t start = 0; start < inner; start += COLUMNS) {
      const int64_t width = inner - start < COLUMNS ? inner - start : COLUMNS, row = padded(width);
      PN_REAL *middle = work + (n + 2 * radius) * row;
      const PN_REAL *from = PN_OWN(columns)(axis, width, row, x + start, inner, work, middle);
      for (int64_t k = 0; k < n; k++) {
        __builtin_memcpy(
          y + k * inner + start, from + k * row, (size_t)width * sizeof(PN_REAL));
      }
    }
  }
}

// lanes[k] += g[j] x[k * step + j] summed over whole vectors of j, for `wide` values of k; n is a
// multiple of CHUNK.
PN_INLINE void PN_OWN(dots)(
  const int wide, int64_t n, const PN_REAL *g, const PN_REAL *x, int64_t step, PN_REAL *lanes
) {
  PN_OWN(vector) sum[4];
  __builtin_memcpy(sum, lanes, (size_t)wide * sizeof sum[0]);
  for (int64_t j = 0; j < n; j += LANES) {
    PN_OWN(vector) a;
    __builtin_memcpy(&a, g + j, sizeof a);
    for (int v = 0; v < wide; v++) {
      PN_OWN(vector) b;
      __builtin_memcpy(&b, x + v * step + j, sizeof b);
      sum[v] += a * b;
    }
  }
  __builtin_memcpy(lanes, sum, (size_t)wide * sizeof sum[0]);
}

PN_CLONES static void PN_OWN(all_dots)(
  int64_t count, int64_t n, const PN_REAL *g, const PN_REAL *x, int64_t step, PN_REAL *lanes
) {
  int64_t k = 0;
  for (; k + 4 <= count; k += 4) {
    PN_OWN(dots)(4, n, g, x + k * step, step, lanes + k * LANES);
  }
  for (; k < count; k++) PN_OWN(dots)(1, n, g, x + k * step, step, lanes + k * LANES);
}

// Moves what the lanes have summed to the sums.
static void PN_OWN(flush)(int64_t count, PN_REAL *lanes, PN_WIDE *sums) {
  for (int64_t k = 0; k < count; k++) {
    for (int lane = 0; lane < LANES; lane++) sums[k] += (PN_WIDE)lanes[k * LANES + lane];
  }
  for (int64_t k = 0; k < count * LANES; k++) lanes[k] = 0;
}

void PN_NAME(line_taps)(
  int64_t rows, int64_t n, int64_t inner, int border, int64_t radius, const PN_REAL *g,
  const PN_REAL *x, PN_WIDE *sums, PN_REAL *scratch
) {
  const int64_t count = 2 * radius + 1, most = 64 * CHUNK;
  PN_REAL *lanes = scratch, *copy = lanes + count * CHUNK;
  for (int64_t k = 0; k < count; k++) sums[k] = 0;
  for (int64_t k = 0; k < count * CHUNK; k++) lanes[k] = 0;
  if (n == 0) return;
  const PN_OWN(axis) axis = {n, radius, 0, border, 0};
  const int64_t above = border == ZERO ? 0 : radius;
  int64_t pending = 0;
  for (int64_t i = 0; i < rows; i++, x += n * inner, g += n * inner) {
    for (int64_t start = 0; start < inner; start += COLUMNS) {
      const int64_t width = inner - start < COLUMNS ? inner - start : COLUMNS;
      const int64_t row = inner == 1 ? 1 : padded(width), size = padded(n * row);
      PN_REAL *weights = copy + padded((n + 2 * radius) * row) + CHUNK;
      for (int64_t j = 0; j < weights - copy; j++) copy[j] = 0;
      PN_OWN(extend)(
        &axis, above, width, row, x + start, inner, copy + (radius - above) * row);
      PN_OWN(extend)(&axis, 0, width, row, g + start, inner, weights);
      for (int64_t j = n * row; j < size; j++) weights[j] = 0;
      // So few at a time in a lane that rounding errors do not add up in float.
      for (int64_t part = 0; part < size; part += most) {
        const int64_t length = size - part < most ? size - part : most;
        PN_OWN(all_dots)(count, length, weights + part, copy + part, row, lanes);
        pending += length;
        if (pending < most) continue;
        PN_OWN(flush)(count, lanes, sums);
        pending = 0;
      }
    }
  }
  PN_OWN(flush)(count, lanes, sums);
}
#undef LANES
#endif
