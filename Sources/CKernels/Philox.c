// Philox 4×32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy
// as 1, 2, 3" (2011): raw words and uniforms.
//
// Block b encrypts the counter (counter_low, counter_high) + b under the key and gives the words
// 4b ... 4b + 3. In the paper's order, the counter's words are the low and high half of
// counter_low, then of counter_high; the key's are its low and high half. A 64-bit value is two
// consecutive words, the low half first.
#include <string.h>

#include "Dispatch.h"

typedef PN_VECTOR(uint64_t) lanes;

// Each lane encrypts a block of its own and holds a 32-bit word of it; its upper half may be
// anything, since a widening multiplication reads only the lower.
PN_CLONES static void encrypt(pn_philox state, int64_t blocks, char *y) {
  const lanes zero = {0}, index = {0, 1, 2, 3, 4, 5, 6, 7}, low32 = zero + 0xffffffff;
  for (int64_t b = 0; b < blocks; b += 8) {
    lanes low = index + (state.counter_low + (uint64_t)b);
    // A comparison gives −1 where the low half has passed zero.
    lanes high = zero + state.counter_high - (lanes)(low < zero + state.counter_low);
    lanes c0 = low, c1 = low >> 32, c2 = high, c3 = high >> 32;
    lanes k0 = zero + state.key, k1 = k0 >> 32;
#pragma clang loop unroll(full)
    for (int round = 0; round < 10; round++, k0 += 0x9e3779b9, k1 += 0xbb67ae85) {
      lanes p0 = (c0 & low32) * 0xd2511f53, p1 = (c2 & low32) * 0xcd9e8d57;
      c0 = (p1 >> 32) ^ c1 ^ k0;
      c2 = (p0 >> 32) ^ c3 ^ k1;
      c1 = p1;
      c3 = p0;
    }
    lanes first = (c0 & low32) | c1 << 32, second = (c2 & low32) | c3 << 32;
    lanes out[2] = {
      __builtin_shufflevector(first, second, 0, 8, 1, 9, 2, 10, 3, 11),
      __builtin_shufflevector(first, second, 4, 12, 5, 13, 6, 14, 7, 15),
    };
    int64_t left = blocks - b;
    memcpy(y + 16 * b, out, left < 8 ? (size_t)left * 16 : sizeof out);
  }
}

static void advance(pn_philox *state, uint64_t blocks) {
  state->counter_low += blocks;
  state->counter_high += state->counter_low < blocks;
}

// n words to y, of any alignment.
static void words(pn_philox state, int64_t n, char *y) {
  int64_t blocks = n / 4;
  encrypt(state, blocks, y);
  if (n % 4 == 0) return;
  char last[16];
  advance(&state, (uint64_t)blocks);
  encrypt(state, 1, last);
  memcpy(y + 16 * blocks, last, (size_t)(n % 4) * 4);
}

void pn_philox_u32(pn_philox state, int64_t n, uint32_t *y) { words(state, n, (char *)y); }
void pn_philox_u64(pn_philox state, int64_t n, uint64_t *y) { words(state, 2 * n, (char *)y); }

typedef uint32_t __attribute__((may_alias)) word32;
typedef uint64_t __attribute__((may_alias)) word64;

// The words are written where the uniforms go, then replaced, a cached piece at a time.
PN_CLONES static void uniform_f32(int64_t n, float *y) {
  const word32 *x = (const word32 *)y;
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (float)(x[i] >> 8) * 0x1p-24f;
}

PN_CLONES static void uniform_f64(int64_t n, double *y) {
  const word64 *x = (const word64 *)y;
  PN_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (double)(x[i] >> 11) * 0x1p-53;
}

void pn_philox_uniform_f32(pn_philox state, int64_t n, float *y) {
  for (int64_t i = 0; i < n; i += 1024) {
    int64_t count = n - i < 1024 ? n - i : 1024;
    words(state, count, (char *)(y + i));
    uniform_f32(count, y + i);
    advance(&state, 1024 / 4);
  }
}

void pn_philox_uniform_f64(pn_philox state, int64_t n, double *y) {
  for (int64_t i = 0; i < n; i += 512) {
    int64_t count = n - i < 512 ? n - i : 512;
    words(state, 2 * count, (char *)(y + i));
    uniform_f64(count, y + i);
    advance(&state, 512 / 2);
  }
}
