// Normal random numbers by Box and Muller's transform of Philox words.
#ifndef PN_REAL
#include <string.h>

#include "Elementary.h"
#define PN_FILE "Normal.c"
#include "EachType.h"
#else

#define PAIRS 256  // in a cached piece

// Values 2k and 2k + 1 are r cos 2πa and r sin 2πa, r = √(−2 log u), of a pair of words w: for
// float u = (w₀ + 1) / 2³² and a = w₁ / 2³²; for double, to 1e-11, the same of the upper 52 of 64
// bits.
#if PN_IS_DOUBLE

typedef uint64_t PN_OWN(word);
typedef direction PN_OWN(direction);
#define FILL pn_philox_u64

PN_INLINE double PN_OWN(minus_two_log)(uint64_t word) {
  return -2 * positive_log((from_integer(word >> 12) + 1) * 0x1p-52);
}

PN_INLINE PN_OWN(direction) PN_OWN(direct)(uint64_t word) {
  return direction_of(from_integer(word >> 12) * 0x1p-52);
}

#else

typedef uint32_t PN_OWN(word);
typedef struct { float sin, cos; } PN_OWN(direction);
#define FILL pn_philox_u32

// As positive_log, with a float's few terms.
PN_INLINE float PN_OWN(minus_two_log)(uint32_t word) {
  float u = ((float)word + 1) * 0x1p-32f, m;
  int32_t all, shifted;
  memcpy(&all, &u, sizeof all);
  shifted = all - 0x3f3504f3;  // √½
  all -= shifted & (int32_t)0xff800000;
  memcpy(&m, &all, sizeof m);
  float k = (float)(shifted >> 23), s = (m - 1) / (m + 1), z = s * s;
  float series = 1.0f / 3 + z * (1.0f / 5 + z * (1.0f / 7 + z * (1.0f / 9)));
  return -2 * (k * 0x1.62e43p-1f + 2 * (s + s * z * series));
}

// Two bits are the nearest quadrant, the others the signed angle from there.
PN_INLINE PN_OWN(direction) PN_OWN(direct)(uint32_t word) {
  uint32_t quadrant = (word + 0x20000000) >> 30;
  float r = (float)(int32_t)(word << 2) * (0x1.921fb6p0f * 0x1p-32f), z = r * r;
  float odd = -1.0f / 6 + z * (1.0f / 120 + z * (-1.0f / 5040 + z * (1.0f / 362880)));
  float even = -1.0f / 2 + z * (1.0f / 24 + z * (-1.0f / 720 + z * (1.0f / 40320)));
  float sine = r + r * z * odd, cosine = 1 + z * even;
  float y = quadrant & 1 ? cosine : sine, x = quadrant & 1 ? sine : cosine;
  PN_OWN(direction) d = {quadrant & 2 ? -y : y, (quadrant + 1) & 2 ? -x : x};
  return d;
}

#endif

PN_CLONES static void PN_OWN(pairs)(
  int64_t n, const PN_OWN(word) *words, PN_REAL mean, PN_REAL std, PN_REAL *y
) {
  PN_INDEPENDENT for (int64_t k = 0; k < n; k++) {
    PN_REAL radius = std * __builtin_elementwise_sqrt(PN_OWN(minus_two_log)(words[2 * k]));
    PN_OWN(direction) d = PN_OWN(direct)(words[2 * k + 1]);
    y[2 * k] = mean + radius * d.cos;
    y[2 * k + 1] = mean + radius * d.sin;
  }
}

void PN_NAME(philox_normal)(
  pn_philox state, int64_t n, PN_REAL mean, PN_REAL std, PN_REAL *y
) {
  for (int64_t i = 0; i < n; i += 2 * PAIRS) {
    int64_t count = n - i < 2 * PAIRS ? n - i : 2 * PAIRS, pairs = (count + 1) / 2;
    PN_OWN(word) words[2 * PAIRS];
    PN_REAL values[2 * PAIRS];
    FILL(state, 2 * pairs, words);
    PN_OWN(pairs)(pairs, words, mean, std, values);
    memcpy(y + i, values, (size_t)count * sizeof(PN_REAL));
    const uint64_t blocks = sizeof words / 16;
    state.counter_low += blocks;
    state.counter_high += state.counter_low < blocks;
  }
}
#undef FILL
#undef PAIRS
#endif
