// How one body becomes several instruction sets: a function marked PN_CLONES is compiled for each,
// and the best is bound when the program is loaded.
#pragma once
#include <stddef.h>

#include "CKernels.h"

#define PN_PASTE_(a, b) a##b
#define PN_PASTE(a, b) PN_PASTE_(a, b)
#define PN_INLINE static inline __attribute__((always_inline))

// No iteration of the next loop depends on another: outputs overlap inputs exactly or not at all.
#define PN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety) interleave(enable)")

#if defined(__x86_64__)
#define PN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PN_CLONES
#endif

// A vector of 64 bytes: one register of AVX-512, two of AVX2, four of SSE2 or NEON. Six of them are
// what AVX2 can keep in registers beside operands. Never passed between functions: the convention
// for it would depend on the instruction set.
#define PN_VECTOR(type) __attribute__((vector_size(64))) type

// Copies n elements with stride s to contiguous memory.
#define PN_STAGE(n, x, s, y) \
  for (int64_t stage_ = 0; stage_ < (n); stage_++) (y)[stage_] = (x)[stage_ * (s)]

// Inside a file that EachType.h includes: pn_<name>_<type>, and <name>_<type> for its own use.
#define PN_NAME(name) PN_PASTE(pn_##name, PN_SUFFIX)
#define PN_OWN(name) PN_PASTE(name, PN_SUFFIX)
