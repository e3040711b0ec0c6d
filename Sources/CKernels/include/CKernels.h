// Vector loops over plain buffers. Nothing here allocates, fails or keeps state; every function is
// one body compiled for several instruction sets and chosen once, when the program is loaded.
// Lengths and strides count elements. Unless a comment says otherwise, an output may be the same
// buffer as an input of the same layout, and may not overlap it in any other way.
#pragma once
#include <stdbool.h>
#include <stdint.h>

// MARK: Element types (the raw values of Swift's DType)

typedef enum : uint8_t {
  PN_FLOAT32 = 0, PN_FLOAT64 = 1, PN_INT64 = 2, PN_UINT8 = 3, PN_BOOL = 4
} pn_dtype;

// y[i*sy] = (type of y) x[i*sx]. To bool: x != 0. Float to integer: towards zero, saturating, NaN → 0.
void pn_cast(int64_t n, pn_dtype tx, const void *x, int64_t sx, pn_dtype ty, void *y, int64_t sy);
// y[i*sy] = value, converted as pn_cast does.
void pn_fill(int64_t n, pn_dtype ty, void *y, int64_t sy, double value);

// MARK: One operand. y contiguous, x with stride sx.

typedef enum : uint8_t {
  PN_NEG, PN_ABS, PN_SIGN, PN_SQUARE, PN_SQRT, PN_RSQRT, PN_RECIPROCAL,
  PN_EXP, PN_EXPM1, PN_LOG, PN_LOG1P, PN_SIN, PN_COS, PN_TANH, PN_ERF,
  PN_SIGMOID, PN_SOFTPLUS, PN_RELU, PN_HEAVISIDE /* x > 0 ? 1 : 0 */,
  PN_FLOOR, PN_CEIL, PN_ROUND /* half to even */, PN_TRUNC
} pn_unary_op;
void pn_unary_f32(pn_unary_op op, int64_t n, const float *x, int64_t sx, float *y);
void pn_unary_f64(pn_unary_op op, int64_t n, const double *x, int64_t sx, double *y);
// NEG, ABS, SIGN and SQUARE; wraps around.
void pn_unary_i64(pn_unary_op op, int64_t n, const int64_t *x, int64_t sx, int64_t *y);
// y[i] = isnan / isfinite / isinf (kind 0, 1, 2)
void pn_classify_f32(int kind, int64_t n, const float *x, int64_t sx, uint8_t *y);
void pn_classify_f64(int kind, int64_t n, const double *x, int64_t sx, uint8_t *y);

// MARK: Two operands. y contiguous, a and b with strides (0 broadcasts a scalar; 1 and 0 are fast).

typedef enum : uint8_t {
  PN_ADD, PN_SUB, PN_MUL, PN_DIV, PN_POW, PN_MINIMUM, PN_MAXIMUM /* NaN spreads */,
  PN_FLOOR_DIV, PN_MOD /* sign of the divisor, as Lua's % */, PN_ATAN2
} pn_binary_op;
void pn_binary_f32(pn_binary_op op, int64_t n, const float *a, int64_t sa, const float *b, int64_t sb, float *y);
void pn_binary_f64(pn_binary_op op, int64_t n, const double *a, int64_t sa, const double *b, int64_t sb, double *y);
// Rows of n elements each, ra and rb apart in a and b.
void pn_binary_rows_f32(pn_binary_op op, int64_t rows, int64_t n, const float *a, int64_t ra, int64_t sa, const float *b, int64_t rb, int64_t sb, float *y);
void pn_binary_rows_f64(pn_binary_op op, int64_t rows, int64_t n, const double *a, int64_t ra, int64_t sa, const double *b, int64_t rb, int64_t sb, double *y);
// Wraps around. Returns 0, or 1 if a division by zero was met (those elements are set to 0). DIV is FLOOR_DIV.
int pn_binary_i64(pn_binary_op op, int64_t n, const int64_t *a, int64_t sa, const int64_t *b, int64_t sb, int64_t *y);

typedef enum : uint8_t { PN_EQ, PN_NE, PN_LT, PN_LE, PN_GT, PN_GE } pn_compare_op;
void pn_compare_f32(pn_compare_op op, int64_t n, const float *a, int64_t sa, const float *b, int64_t sb, uint8_t *y);
void pn_compare_f64(pn_compare_op op, int64_t n, const double *a, int64_t sa, const double *b, int64_t sb, uint8_t *y);
void pn_compare_i64(pn_compare_op op, int64_t n, const int64_t *a, int64_t sa, const int64_t *b, int64_t sb, uint8_t *y);
// kind 0 and, 1 or, 2 xor, over bytes that are 0 or 1.
void pn_logical(int kind, int64_t n, const uint8_t *a, int64_t sa, const uint8_t *b, int64_t sb, uint8_t *y);

// y[i] = c[i] ? a[i] : b[i], for elements of `size` bytes (1, 4, 8).
void pn_where(int size, int64_t n, const uint8_t *c, int64_t sc, const void *a, int64_t sa, const void *b, int64_t sb, void *y);

// MARK: Scaled in place. All contiguous.

void pn_axpy_f32(int64_t n, float alpha, const float *x, float *y);    // y += alpha x
void pn_axpy_f64(int64_t n, double alpha, const double *x, double *y);
void pn_affine_f32(int64_t n, float scale, float shift, const float *x, float *y);  // y = scale x + shift
void pn_affine_f64(int64_t n, double scale, double shift, const double *x, double *y);

// MARK: Activations and their derivatives. All contiguous.

// y = x > 0 ? x : slope x;   dx = g (x > 0 ? 1 : slope)
void pn_leaky_relu_f32(int64_t n, float slope, const float *x, float *y);
void pn_leaky_relu_f64(int64_t n, double slope, const double *x, double *y);
void pn_leaky_relu_backward_f32(int64_t n, float slope, const float *x, const float *g, float *dx);
void pn_leaky_relu_backward_f64(int64_t n, double slope, const double *x, const double *g, double *dx);
// dx = g (1 − y²);   dx = g y (1 − y)
void pn_tanh_backward_f32(int64_t n, const float *y, const float *g, float *dx);
void pn_tanh_backward_f64(int64_t n, const double *y, const double *g, double *dx);
void pn_sigmoid_backward_f32(int64_t n, const float *y, const float *g, float *dx);
void pn_sigmoid_backward_f64(int64_t n, const double *y, const double *g, double *dx);
// y[r, c] = act(x[r, c] + bias[c]) in place over x: kind 0 none, 1 leaky ReLU with slope (0 = ReLU).
void pn_bias_activation_f32(int64_t rows, int64_t columns, const float *bias, int kind, float slope, float *x);
void pn_bias_activation_f64(int64_t rows, int64_t columns, const double *bias, int kind, double slope, double *x);

// BCE with logits, element losses: y = max(x, 0) − x t + log1p(exp(−|x|));  dx = g (σ(x) − t).
// t and g have strides (0 for one value).
void pn_bce_f32(int64_t n, const float *x, const float *t, int64_t st, float *y);
void pn_bce_f64(int64_t n, const double *x, const double *t, int64_t st, double *y);
void pn_bce_backward_f32(int64_t n, const float *x, const float *t, int64_t st, const float *g, int64_t sg, float *dx);
void pn_bce_backward_f64(int64_t n, const double *x, const double *t, int64_t st, const double *g, int64_t sg, double *dx);

// MARK: Reductions

typedef enum : uint8_t { PN_SUM, PN_PROD, PN_MIN, PN_MAX, PN_SUM_SQUARES } pn_reduce_op;
// Of n elements with stride sx. Floats are summed in double (float32) or pairwise (float64);
// MIN and MAX spread NaN. The result is written as double or int64.
double pn_reduce_f32(pn_reduce_op op, int64_t n, const float *x, int64_t sx);
double pn_reduce_f64(pn_reduce_op op, int64_t n, const double *x, int64_t sx);
int64_t pn_reduce_i64(pn_reduce_op op, int64_t n, const int64_t *x, int64_t sx);
// Columns: y[c] = reduce over r of x[r*row_stride + c], c < columns contiguous. Same accuracy: float32
// sums are accumulated in double in blocks or compensated, relative error ≤ 1e-6 for any length.
void pn_reduce_columns_f32(pn_reduce_op op, int64_t rows, int64_t columns, const float *x, int64_t row_stride, float *y);
void pn_reduce_columns_f64(pn_reduce_op op, int64_t rows, int64_t columns, const double *x, int64_t row_stride, double *y);
// Position of the first minimum (kind 0) or maximum (kind 1); a NaN wins.
int64_t pn_arg_reduce_f32(int kind, int64_t n, const float *x, int64_t sx);
int64_t pn_arg_reduce_f64(int kind, int64_t n, const double *x, int64_t sx);
int64_t pn_arg_reduce_i64(int kind, int64_t n, const int64_t *x, int64_t sx);
// Row-wise over contiguous x[rows, columns]: y = softmax or log-softmax (log != 0).
void pn_softmax_f32(int log, int64_t rows, int64_t columns, const float *x, float *y);
void pn_softmax_f64(int log, int64_t rows, int64_t columns, const double *x, double *y);

// MARK: Normalisation

// Group k begins at k group_stride; its runs, of `length` elements, at steps of run_stride. Run j has
// the weight (k mod period) weight_group + j weight_run.
typedef struct {
  int64_t groups, group_stride, runs, run_stride, length, period, weight_group, weight_run;
} pn_norm_groups;

// y = (x − m) r w + b with r = 1/√(v + eps), and m = 0 unless centred; the statistics are kept in
// `mean` and `variance`. dw and db are added to. Weights per run (group) or per element of a row.
void pn_group_norm_f32(pn_norm_groups s, int centred, double eps, const float *x, const float *w, const float *b, float *y, double *mean, double *variance);
void pn_group_norm_f64(pn_norm_groups s, int centred, double eps, const double *x, const double *w, const double *b, double *y, double *mean, double *variance);
void pn_group_norm_backward_f32(pn_norm_groups s, int centred, double eps, const float *x, const float *g, const float *w, const double *mean, const double *variance, float *dx, double *dw, double *db);
void pn_group_norm_backward_f64(pn_norm_groups s, int centred, double eps, const double *x, const double *g, const double *w, const double *mean, const double *variance, double *dx, double *dw, double *db);
void pn_row_norm_f32(int64_t rows, int64_t n, int centred, double eps, const float *x, const float *w, const float *b, float *y, double *mean, double *variance);
void pn_row_norm_f64(int64_t rows, int64_t n, int centred, double eps, const double *x, const double *w, const double *b, double *y, double *mean, double *variance);
void pn_row_norm_backward_f32(int64_t rows, int64_t n, int centred, double eps, const float *x, const float *g, const float *w, const double *mean, const double *variance, float *dx, double *dw, double *db);
void pn_row_norm_backward_f64(int64_t rows, int64_t n, int centred, double eps, const double *x, const double *g, const double *w, const double *mean, const double *variance, double *dx, double *dw, double *db);

// MARK: Moving elements

// Tiled transpose, y[c, r] = x[r*ldx + c], of elements of `size` bytes (1, 4, 8). No overlap.
void pn_transpose(int size, int64_t rows, int64_t columns, const void *x, int64_t ldx, void *y, int64_t ldy);
// Rows of `bytes` bytes each: y[i] = x[index[i]]. Indices are valid (checked by the caller).
void pn_gather_rows(int64_t n, int64_t bytes, const void *x, const int64_t *index, void *y);

// MARK: Random numbers: Philox 4×32-10 (Salmon et al. 2011)

// A stream is a 64-bit key and a 128-bit counter; block b of a call uses counter + b, so any part of
// a sequence can be made by any thread. Each function documents how many blocks it consumes:
// ceil(n/4) for 32-bit values (float32, u32), ceil(n/2) for 64-bit values (float64, u64).
typedef struct { uint64_t key; uint64_t counter_low; uint64_t counter_high; } pn_philox;
void pn_philox_u32(pn_philox state, int64_t n, uint32_t *y);
void pn_philox_u64(pn_philox state, int64_t n, uint64_t *y);
// [0, 1): 24 bits (float32) or 53 bits (float64) of each value
void pn_philox_uniform_f32(pn_philox state, int64_t n, float *y);
void pn_philox_uniform_f64(pn_philox state, int64_t n, double *y);
// Box–Muller on (0, 1] uniforms, vectorised; element 2k and 2k+1 are a pair. y need not be aligned.
// float32 uses 32-bit values u = (x + 1) 2^-32 for the radius, so the tail reaches 6.66 σ.
void pn_philox_normal_f32(pn_philox state, int64_t n, float mean, float std, float *y);
void pn_philox_normal_f64(pn_philox state, int64_t n, double mean, double std, double *y);

// MARK: Optimiser updates, one pass over memory. All contiguous.

// Adam (Kingma & Ba 2015), PyTorch's form: m = β1 m + (1−β1) g; v = β2 v + (1−β2) g²;
// p = shrink p − lr (m / c1) / (sqrt(v / c2) + eps), c1 = 1 − β1^t, c2 = 1 − β2^t. decay: g += decay p
// first. AdamW (Loshchilov & Hutter 2019) has shrink = 1 − lr decay, Adam 1.
typedef struct { double lr, beta1, beta2, eps, c1, c2, decay, shrink; } pn_adam;
void pn_adam_f32(int64_t n, const pn_adam *h, const float *g, float *m, float *v, float *p);
void pn_adam_f64(int64_t n, const pn_adam *h, const double *g, double *m, double *v, double *p);
// SGD with momentum, PyTorch's form: g += decay p; m = momentum m + (1−dampening) g (m = g when first);
// p −= lr (nesterov ? g + momentum m : m). Without momentum m may be null.
typedef struct { double lr, momentum, dampening, decay; int nesterov, first; } pn_sgd;
void pn_sgd_f32(int64_t n, const pn_sgd *h, const float *g, float *m, float *p);
void pn_sgd_f64(int64_t n, const pn_sgd *h, const double *g, double *m, double *p);
// Langevin move: p += −drift g + scale sqrt(max(d, 0)) r. d is the diagonal noise covariance (null: 1), r standard normals.
void pn_langevin_f32(int64_t n, double drift, double scale, const float *g, const float *d, const float *r, float *p);
void pn_langevin_f64(int64_t n, double drift, double scale, const double *g, const double *d, const double *r, double *p);
// Running mean: a = (1 − weight) a + weight b
void pn_running_mean_f32(int64_t n, double weight, const float *b, float *a);
void pn_running_mean_f64(int64_t n, double weight, const double *b, double *a);

// RMSprop (Hinton 2012), PyTorch's form: g += decay p; v = α v + (1−α) g²; with a: a = α a + (1−α) g and
// v − a² in v's place; move = g / (sqrt(v) + eps); with m: m = momentum m + move, move = m; p −= lr move.
// a and m may be null.
typedef struct { double lr, alpha, eps, momentum, decay; } pn_rmsprop;
void pn_rmsprop_f32(int64_t n, const pn_rmsprop *h, const float *g, float *v, float *a, float *m, float *p);
void pn_rmsprop_f64(int64_t n, const pn_rmsprop *h, const double *g, double *v, double *a, double *m, double *p);
// Noise alone: p += scale sqrt(max(d, 0)) r (null d: 1). Returns the sum of the moves' squares.
double pn_noise_f32(int64_t n, double scale, const float *d, const float *r, float *p);
double pn_noise_f64(int64_t n, double scale, const double *d, const double *r, double *p);
// p −= lr d (g + decay p). Returns the sum of the moves' squares.
double pn_scaled_drift_f32(int64_t n, double lr, double decay, const float *g, const float *d, float *p);
double pn_scaled_drift_f64(int64_t n, double lr, double decay, const double *g, const double *d, double *p);
// Σ (g + decay p)²
double pn_slope_squares_f32(int64_t n, double decay, const float *g, const float *p);
double pn_slope_squares_f64(int64_t n, double decay, const double *g, const double *p);
// y = d / (sqrt(v / c2) + eps), Adam's preconditioner (null d: 1).
void pn_precondition_f32(int64_t n, double c2, double eps, const float *v, const float *d, float *y);
void pn_precondition_f64(int64_t n, double c2, double eps, const double *v, const double *d, double *y);
// The variance of `examples` gradients e s_i from s2 = Σ s_i² and mean = Σ s_i, e = examples, averaged into a:
// V = max((e² s2 − e mean²) / (e − 1), 0); a = (1 − weight) a + weight V. With weight 1, a's old value is not read.
void pn_example_variance_f32(int64_t n, double examples, double weight, const float *s2, const float *mean, float *a);
void pn_example_variance_f64(int64_t n, double examples, double weight, const double *s2, const double *mean, double *a);

// MARK: Per-example second moments (Dangel et al. 2020, BackPACK)

// A weight's gradient is G = Σ_i s_i, s_i = Σ_u left[u][i, :] ⊗ right[u][i, :], with n examples, `uses`
// uses of the weight in one graph, left[u]: [n, rows] and right[u]: [n, columns], contiguous.
// Adds Σ_i s_i∘s_i to s2 [rows, columns]. Register-blocked: s2 is read and written once.
void pn_outer_squares_f32(int64_t uses, int64_t n, int64_t rows, int64_t columns, const float *const *left, const float *const *right, float *s2);
void pn_outer_squares_f64(int64_t uses, int64_t n, int64_t rows, int64_t columns, const double *const *left, const double *const *right, double *s2);
// The same for a bias: s2[c] += Σ_i (Σ_u left[u][i, c])².
void pn_sum_squares_f32(int64_t uses, int64_t n, int64_t columns, const float *const *left, float *s2);
void pn_sum_squares_f64(int64_t uses, int64_t n, int64_t columns, const double *const *left, double *s2);

// MARK: Separable filters on images

// y[i, j] = Σ_k w[k] x[border(i + k − radius), j] down the columns, then the same along the rows, of
// `images` images [height, width], with `radius_y`, `radius_x` and taps of 2 radius + 1 values.
// Border: 0 reflect (PyTorch's "reflect", the edge is not repeated; periodic for radii beyond the
// image), 1 replicate, 2 circular, 3 zero, 4 symmetric (reflect, the edge repeated). transpose != 0
// applies the exact adjoint. `scratch` holds pn_separable_scratch(...) elements. x and y may be the
// same.
int64_t pn_separable_scratch(int64_t height, int64_t width, int64_t radius_y, int64_t radius_x);
void pn_separable_f32(int64_t images, int64_t height, int64_t width, int border, int transpose,
                      int64_t radius_y, const float *taps_y, int64_t radius_x, const float *taps_x,
                      const float *x, float *y, float *scratch);
void pn_separable_f64(int64_t images, int64_t height, int64_t width, int border, int transpose,
                      int64_t radius_y, const double *taps_y, int64_t radius_x, const double *taps_x,
                      const double *x, double *y, double *scratch);

// The same along the middle dimension of x [rows, n, inner], and the derivative with respect to the
// taps: sums[k] = Σ_i g[i] x[i + k − radius], x extended by its border. The scratch of both is
// pn_line_filter_scratch(...) elements; here x and y may be the same only where inner > 1.
int64_t pn_line_filter_scratch(int64_t n, int64_t inner, int64_t radius);
void pn_line_filter_f32(int64_t rows, int64_t n, int64_t inner, int border, int transpose, int64_t radius,
                        const float *taps, const float *x, float *y, float *scratch);
void pn_line_filter_f64(int64_t rows, int64_t n, int64_t inner, int border, int transpose, int64_t radius,
                        const double *taps, const double *x, double *y, double *scratch);
void pn_line_taps_f32(int64_t rows, int64_t n, int64_t inner, int border, int64_t radius, const float *g,
                      const float *x, double *sums, float *scratch);
void pn_line_taps_f64(int64_t rows, int64_t n, int64_t inner, int border, int64_t radius, const double *g,
                      const double *x, double *sums, double *scratch);

// MARK: Langevin integrators: positions t, momenta p, thermostats x, gradients g. All contiguous; w, the
// root of a diagonal preconditioner, d, a diagonal covariance, and r, standard normals, may be null.

// t += step w p
void pn_langevin_drift_f32(int64_t n, double step, const float *w, const float *p, float *t);
void pn_langevin_drift_f64(int64_t n, double step, const double *w, const double *p, double *t);
// p = (keep − damp d w² − thermostat x) p + push w (g + decay t)
typedef struct { double keep, push, decay, damp, thermostat; } pn_kick;
void pn_langevin_kick_f32(int64_t n, const pn_kick *h, const float *g, const float *t, const float *w, const float *d, const float *x, float *p);
void pn_langevin_kick_f64(int64_t n, const pn_kick *h, const double *g, const double *t, const double *w, const double *d, const double *x, double *p);
// p = keep p + √max(variance − less d w², 0) r
void pn_langevin_relax_f32(int64_t n, double keep, double variance, double less, const float *w, const float *d, const float *r, float *p);
void pn_langevin_relax_f64(int64_t n, double keep, double variance, double less, const double *w, const double *d, const double *r, double *p);
// p *= exp(−rate d w²)
void pn_langevin_damp_f32(int64_t n, double rate, const float *w, const float *d, float *p);
void pn_langevin_damp_f64(int64_t n, double rate, const double *w, const double *d, double *p);
// x += step (p² − temperature)
void pn_langevin_heat_f32(int64_t n, double step, double temperature, const float *p, float *x);
void pn_langevin_heat_f64(int64_t n, double step, double temperature, const double *p, double *x);
// p = e^{−x step} p + √(power ∫₀^step e^{−2 x s} ds) r
void pn_langevin_thermostat_f32(int64_t n, double step, double power, const float *x, const float *r, float *p);
void pn_langevin_thermostat_f64(int64_t n, double step, double power, const double *x, const double *r, double *p);
// Σ t (g + decay t)
double pn_langevin_virial_f32(int64_t n, double decay, const float *g, const float *t);
double pn_langevin_virial_f64(int64_t n, double decay, const double *g, const double *t);
// g += decay t; v = α v + (1−α) g²; w = (√(v / correction) + eps)^−½
void pn_adaptive_root_f32(int64_t n, double alpha, double correction, double eps, double decay, const float *g, const float *t, float *v, float *w);
void pn_adaptive_root_f64(int64_t n, double alpha, double correction, double eps, double decay, const double *g, const double *t, double *v, double *w);
// Springenberg et al. 2016: g += decay t; τ += 1 − τ ḡ²/v; ḡ += (g − ḡ)/τ; v += (g² − v)/τ, with the
// values before; w = (√v + eps)^−½
void pn_adaptive_scale_f32(int64_t n, double eps, double decay, const float *g, const float *t, float *tau, float *mean, float *v, float *w);
void pn_adaptive_scale_f64(int64_t n, double eps, double decay, const double *g, const double *t, double *tau, double *mean, double *v, double *w);
// g += decay t; m = β1 m + (1−β1) g; v = β2 v + (1−β2) g²; t −= lr (g + bias m/√(v + eps))
void pn_adaptive_drift_f32(int64_t n, const pn_adam *h, double bias, const float *g, float *m, float *v, float *t);
void pn_adaptive_drift_f64(int64_t n, const pn_adam *h, double bias, const double *g, double *m, double *v, double *t);

// MARK: Thread state

// What the calling thread knows about itself, for code that has no thread-local variables of its own:
// grad_disabled is 0 while operations record their derivatives; release_queue is a retained object or
// null; interrupt points to a word that is non-zero when long operations are to stop, or is null;
// reclaimer is a retained object that can free memory, or null.
// anomaly_detector is a retained object while gradients are searched for NaN, else null;
// profiler is a retained object while operations are measured, else null;
// watches_nodes is not 0 while either of them looks at recorded operations;
// tenant is an object, kept by someone else, that says what the running script may use, or null.
typedef struct {
  int64_t grad_disabled;
  void *release_queue;
  const volatile int32_t *interrupt;
  void *reclaimer;
  void *anomaly_detector;
  void *profiler;
  int64_t watches_nodes;
  void *tenant;
} pn_thread_state;
pn_thread_state *pn_current_thread(void);

// How many threads take a profile. Operations ask this one word, before they ask their own thread:
// without a profiler that is all they do for it.
extern __attribute__((visibility("hidden"))) int64_t pn_profilers;
static inline bool pn_is_profiling(void) {
  return __atomic_load_n(&pn_profilers, __ATOMIC_RELAXED) != 0;
}
void pn_count_profilers(int64_t change);
