// A choice between two operands, element by element.
#include "Dispatch.h"

// Elements are moved as they are, so unsigned integers stand for every type of their size.
typedef uint32_t __attribute__((may_alias)) word32;
typedef uint64_t __attribute__((may_alias)) word64;

#define WHERE(TYPE)                                                                              \
  PN_CLONES static void where_##TYPE(                                                            \
    int64_t n, const uint8_t *c, int64_t sc, const TYPE *a, int64_t sa, const TYPE *b,           \
    int64_t sb, TYPE *y                                                                          \
  ) {                                                                                            \
    if (sc == 1 && sa == 1 && sb == 1) {                                                         \
      PN_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                           \
        TYPE u = a[i], v = b[i];                                                                 \
        y[i] = c[i] ? u : v;                                                                     \
      }                                                                                          \
    } else {                                                                                     \
      for (int64_t i = 0; i < n; i++) y[i] = c[i * sc] ? a[i * sa] : b[i * sb];                  \
    }                                                                                            \
  }
WHERE(uint8_t)
WHERE(word32)
WHERE(word64)

void pn_where(
  int size, int64_t n, const uint8_t *c, int64_t sc, const void *a, int64_t sa, const void *b,
  int64_t sb, void *y
) {
  switch (size) {
    case 1: where_uint8_t(n, c, sc, a, sa, b, sb, y); break;
    case 4: where_word32(n, c, sc, a, sa, b, sb, y); break;
    case 8: where_word64(n, c, sc, a, sa, b, sb, y); break;
    default: __builtin_trap();
  }
}
