// Moving elements without changing them: transposes, and rows gathered and scattered by index.
#include <string.h>

#include "Dispatch.h"

// Elements are moved as they are, so unsigned integers stand for every type of their size.
typedef uint32_t __attribute__((may_alias)) word32;
typedef uint64_t __attribute__((may_alias)) word64;

#define SHUFFLE __builtin_shufflevector

// Eight rows of eight 4-byte elements.
PN_INLINE void tile_word32(const word32 *x, int64_t ldx, word32 *y, int64_t ldy) {
  typedef uint32_t row __attribute__((vector_size(32)));
  row a[8], b[8];
  for (int i = 0; i < 8; i++) memcpy(&a[i], x + i * ldx, sizeof(row));
  for (int i = 0; i < 8; i += 2) {
    b[i] = SHUFFLE(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    b[i + 1] = SHUFFLE(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i++) {
    if (i & 2) continue;
    a[i] = SHUFFLE(b[i], b[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    a[i + 2] = SHUFFLE(b[i], b[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; i++) {
    b[i] = SHUFFLE(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    b[i + 4] = SHUFFLE(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (int i = 0; i < 8; i++) memcpy(y + i * ldy, &b[i], sizeof(row));
}

// The same for 8-byte elements, as four tiles of four by four.
PN_INLINE void tile_word64(const word64 *x, int64_t ldx, word64 *y, int64_t ldy) {
  typedef uint64_t row __attribute__((vector_size(32)));
  for (int part = 0; part < 4; part++) {
    int r = part & 2 ? 4 : 0, c = part & 1 ? 4 : 0;
    row a[4], b[4];
    for (int i = 0; i < 4; i++) memcpy(&a[i], x + (r + i) * ldx + c, sizeof(row));
    for (int i = 0; i < 4; i += 2) {
      b[i] = SHUFFLE(a[i], a[i + 1], 0, 4, 2, 6);
      b[i + 1] = SHUFFLE(a[i], a[i + 1], 1, 5, 3, 7);
    }
    for (int i = 0; i < 2; i++) {
      a[i] = SHUFFLE(b[i], b[i + 2], 0, 1, 4, 5);
      a[i + 2] = SHUFFLE(b[i], b[i + 2], 2, 3, 6, 7);
    }
    for (int i = 0; i < 4; i++) memcpy(y + (c + i) * ldy + r, &a[i], sizeof(row));
  }
}

PN_INLINE void tile_uint8_t(const uint8_t *x, int64_t ldx, uint8_t *y, int64_t ldy) {
  for (int r = 0; r < 8; r++) {
    for (int c = 0; c < 8; c++) y[c * ldy + r] = x[r * ldx + c];
  }
}

// Bands of 64 rows of x, so that the columns of y that are written stay in cache.
#define TRANSPOSE(TYPE)                                                                       \
  PN_CLONES static void transpose_##TYPE(                                                     \
    int64_t rows, int64_t columns, const TYPE *x, int64_t ldx, TYPE *y, int64_t ldy           \
  ) {                                                                                         \
    for (int64_t band = 0; band < rows; band += 64) {                                         \
      int64_t end = rows - band < 64 ? rows : band + 64, c = 0;                               \
      for (; c + 8 <= columns; c += 8) {                                                      \
        int64_t r = band;                                                                     \
        for (; r + 8 <= end; r += 8) tile_##TYPE(x + r * ldx + c, ldx, y + c * ldy + r, ldy); \
        for (; r < end; r++) {                                                                \
          for (int64_t k = c; k < c + 8; k++) y[k * ldy + r] = x[r * ldx + k];                \
        }                                                                                     \
      }                                                                                       \
      for (; c < columns; c++) {                                                              \
        for (int64_t r = band; r < end; r++) y[c * ldy + r] = x[r * ldx + c];                 \
      }                                                                                       \
    }                                                                                         \
  }
TRANSPOSE(uint8_t)
TRANSPOSE(word32)
TRANSPOSE(word64)

void pn_transpose(
  int size, int64_t rows, int64_t columns, const void *x, int64_t ldx, void *y, int64_t ldy
) {
  switch (size) {
    case 1: transpose_uint8_t(rows, columns, x, ldx, y, ldy); break;
    case 4: transpose_word32(rows, columns, x, ldx, y, ldy); break;
    case 8: transpose_word64(rows, columns, x, ldx, y, ldy); break;
    default: __builtin_trap();
  }
}

void pn_gather_rows(int64_t n, int64_t bytes, const void *x, const int64_t *index, void *y) {
  const char *from = x;
  char *to = y;
  if (bytes == 4) {
    for (int64_t i = 0; i < n; i++) memcpy(to + i * 4, from + index[i] * 4, 4);
  } else if (bytes == 8) {
    for (int64_t i = 0; i < n; i++) memcpy(to + i * 8, from + index[i] * 8, 8);
  } else {
    for (int64_t i = 0; i < n; i++) memcpy(to + i * bytes, from + index[i] * bytes, (size_t)bytes);
  }
}
