// Exponentials, logarithms and trigonometry of float values, evaluated in double.
//
// Float's 24 bits leave double 29 to lose, so plain Taylor series give correctly rounded floats in
// all but rare cases (error below 0.51 ulp), and without branches: loops over them become vector
// loops. Floats' subnormals are normal doubles and need no care. For double itself, whose last bits
// would need every operation doubled, the C library serves: the functions named _f64.
//
// A library of vector functions would not do: without a compiler flag for the whole file, vectors
// of AVX are passed in memory, not in the registers where such a library expects them.
#pragma once
#include <math.h>

#include "Dispatch.h"

PN_INLINE uint64_t bits_of(double x) {
  uint64_t u;
  __builtin_memcpy(&u, &x, sizeof u);
  return u;
}

PN_INLINE double double_of(uint64_t u) {
  double x;
  __builtin_memcpy(&x, &u, sizeof x);
  return x;
}

// Adding this rounds to an integer, whose two's complement then stands in the lowest bits.
static const double to_integer = 0x1.8p52;

// An integer below 2^52 as a double: AVX2 has no instruction for it.
PN_INLINE double from_integer(uint64_t u) { return double_of(u | 0x4330000000000000) - 0x1p52; }

// x = k log 2 + r, |r| ≤ 0.35; exp x = 2^k + 2^k (exp r − 1) = scale + scale · rest. x is clamped
// to where floats overflow and vanish.
typedef struct { double scale, rest; } exponential;

PN_INLINE exponential expand(double x) {
  x = x < -120 ? -120 : x > 120 ? 120 : x;
  double shifted = x * 0x1.71547652b82fep0 + to_integer, k = shifted - to_integer;
  double r = x - k * 0x1.62e42fefa39efp-1;
  // Σ r^n / n!, n = 1 ... 9, in two interleaved chains
  double q = r * r;
  double odd = 1.0 / 6 + q * (1.0 / 120 + q * (1.0 / 5040 + q * (1.0 / 362880)));
  double even = 1.0 / 2 + q * (1.0 / 24 + q * (1.0 / 720 + q * (1.0 / 40320)));
  double scale = double_of((bits_of(shifted) << 52) + 0x3ff0000000000000);
  exponential e = {scale, r + q * (even + r * odd)};
  return e;
}

PN_INLINE double exp_f32(double x) {
  exponential e = expand(x);
  return e.scale + e.scale * e.rest;
}

PN_INLINE double expm1_f32(double x) {
  exponential e = expand(x);
  double y = (e.scale - 1) + e.scale * e.rest;
  return x == 0 ? x : y;
}

// (exp 2x − 1) / (exp 2x + 1)
PN_INLINE double tanh_f32(double x) {
  double y = expm1_f32(2 * x);
  return y / (y + 2);
}

PN_INLINE double sigmoid_f32(double x) { return 1 / (1 + exp_f32(-x)); }

// x = 2^k m, m between √½ and √2; log m = 2 artanh s = 2 Σ s^(2n+1) / (2n+1),
// s = (m − 1) / (m + 1), |s| < 0.172. For x positive and finite; the error is below 1e-12.
PN_INLINE double positive_log(double x) {
  // Bits of √½ are taken off so that the exponent field turns over there.
  uint64_t shifted = bits_of(x) - 0x3fe6a09e667f3bcd, exponent = shifted >> 52;
  double m = double_of(bits_of(x) - (shifted & 0xfff0000000000000));
  // The field is signed: −1 is 4095.
  double k = from_integer((exponent + 2048) & 4095) - 2048;
  double s = (m - 1) / (m + 1), z = s * s;
  double series = 1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11
    + z * (1.0 / 13)))));
  return k * 0x1.62e42fefa39efp-1 + 2 * (s + s * z * series);
}

PN_INLINE double log_f32(double x) {
  double y = positive_log(x);
  y = x < HUGE_VAL ? y : x;  // infinity and NaN
  y = x == 0 ? -HUGE_VAL : y;
  return x < 0 ? (double)NAN : y;
}

PN_INLINE double log1p_f32(double x) {
  double y = log_f32(1 + x);
  return __builtin_elementwise_abs(x) < 1e-6 ? x - x * x / 2 : y;
}

// log(1 + exp x) = max(x, 0) + log1p(exp(−|x|)), which cannot overflow
PN_INLINE double softplus_f32(double x) {
  double y = exp_f32(-__builtin_elementwise_abs(x));
  double tail = y < 1e-6 ? y - y * y / 2 : positive_log(1 + y);
  return (x > 0 ? x : 0) + (x != x ? x : tail);
}

// sin and cos of r, |r| ≤ π/4, given z = r²
PN_INLINE double sine_series(double r, double z) {
  double series = -1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880
    + z * (-1.0 / 39916800))));
  return r + r * z * series;
}

PN_INLINE double cosine_series(double z) {
  return 1 + z * (-1.0 / 2 + z * (1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320
    + z * (-1.0 / 3628800 + z * (1.0 / 479001600))))));
}

// sin(x + quadrant π/2), for |x| < 2^20: beyond that, k π/2 is not exact.
static const float sine_limit = 0x1p20f;

PN_INLINE double sine(double x, uint64_t quadrant) {
  double shifted = x * 0x1.45f306dc9c883p-1 + to_integer, k = shifted - to_integer;
  // π/2 in two parts, the first with 33 bits
  double r = (x - k * 0x1.921fb544p0) - k * 0x1.0b4611a626331p-34;
  quadrant += bits_of(shifted);
  double z = r * r, sine = sine_series(r, z), cosine = cosine_series(z);
  double y = quadrant & 1 ? cosine : sine;
  return quadrant & 2 ? -y : y;
}

// exp(y log |x|), with C's special cases
PN_INLINE double pow_f32(double x, double y) {
  double magnitude = __builtin_elementwise_abs(x), half = y / 2;
  int integer = __builtin_elementwise_floor(y) == y;
  int odd = integer & (int)(__builtin_elementwise_floor(half) != half);
  double power = exp_f32(y * log_f32(magnitude));
  int undefined = (x < 0) & (magnitude < HUGE_VAL) & !integer;
  power = undefined ? (double)NAN : power;
  power = odd ? __builtin_elementwise_copysign(power, x) : power;
  int endless = __builtin_elementwise_abs(y) == HUGE_VAL;
  int one = (y == 0) | (x == 1) | (endless & (magnitude == 1));
  return one ? 1 : power;
}

typedef struct { double sin, cos; } direction;

// sin 2πa and cos 2πa, 0 ≤ a ≤ 1
PN_INLINE direction direction_of(double a) {
  double shifted = 4 * a + to_integer, k = shifted - to_integer;
  double r = (4 * a - k) * 0x1.921fb54442d18p0, z = r * r;
  double sine = sine_series(r, z), cosine = cosine_series(z);
  uint64_t quadrant = bits_of(shifted);
  double y = quadrant & 1 ? cosine : sine, x = quadrant & 1 ? sine : cosine;
  direction d = {quadrant & 2 ? -y : y, (quadrant + 1) & 2 ? -x : x};
  return d;
}

PN_INLINE double exp_f64(double x) { return exp(x); }
PN_INLINE double expm1_f64(double x) { return expm1(x); }
PN_INLINE double tanh_f64(double x) { return tanh(x); }
PN_INLINE double sigmoid_f64(double x) { return 1 / (1 + exp(-x)); }
PN_INLINE double log_f64(double x) { return log(x); }
PN_INLINE double log1p_f64(double x) { return log1p(x); }
PN_INLINE double softplus_f64(double x) { return (x < 0 ? 0 : x) + log1p(exp(-fabs(x))); }
PN_INLINE double pow_f64(double x, double y) { return pow(x, y); }
