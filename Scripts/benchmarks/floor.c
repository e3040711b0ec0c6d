// The floor of a workload: its matrix products and convolutions alone, by oneDNN, back to back.
//
//   floor THREADS SECONDS SHAPE...    prints microseconds for one pass over all shapes, the mean over
//                                     the best of five rounds of SECONDS
//
// A shape is MxKxN, a product; with :t its second factor lies transposed, with :a its first. Or it is
// convN,C,H,W,O,K,S,P, a convolution; with :d the gradient of its input, with :w that of its weights.
#include <dnnl.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  dnnl_primitive_t primitive;
  dnnl_exec_arg_t arguments[3];
} step;

static dnnl_engine_t engine;
static const char *subject = "the engine";  // what an error is about

static void check(dnnl_status_t status) {
  if (status == dnnl_success) return;
  fprintf(stderr, "floor: oneDNN refused %s\n", subject);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Data of operands in the same role and of the same size, which share it: a network's weights are the
// same in each pass of a step, and a runtime's pool gives memory back to the next pass.
static float *data(char role, size_t bytes) {
  static struct { char role; size_t bytes; float *data; } pool[1024];
  size_t place = 0;
  while (pool[place].data && (pool[place].role != role || pool[place].bytes != bytes)) place++;
  if (!pool[place].data) {
    pool[place].role = role;
    pool[place].bytes = bytes;
    pool[place].data = aligned_alloc(64, (bytes + 63) / 64 * 64);
    for (size_t k = 0; k < bytes / sizeof(float); k++) pool[place].data[k] = 0.01f * (float)(k % 97);
  }
  return pool[place].data;
}

static dnnl_exec_arg_t operand(int name, char role, const dnnl_memory_desc_t *shape) {
  dnnl_exec_arg_t result = {.arg = name};
  check(dnnl_memory_create(&result.memory, shape, engine,
                           data(role, dnnl_memory_desc_get_size(shape))));
  return result;
}

static dnnl_memory_desc_t matrix(long rows, long columns, int is_transposed) {
  dnnl_memory_desc_t result;
  check(dnnl_memory_desc_init_by_tag(&result, 2, (dnnl_dims_t){rows, columns}, dnnl_f32,
                                     is_transposed ? dnnl_ba : dnnl_ab));
  return result;
}

static step product(void) {
  long m, k, n;
  char kind = 'n';
  if (sscanf(subject, "%ldx%ldx%ld:%c", &m, &k, &n, &kind) < 3) check(dnnl_invalid_arguments);
  const dnnl_memory_desc_t a = matrix(m, k, kind == 'a'), b = matrix(k, n, kind == 't');
  const dnnl_memory_desc_t c = matrix(m, n, 0);
  dnnl_matmul_desc_t what;
  check(dnnl_matmul_desc_init(&what, &a, &b, NULL, &c));
  dnnl_primitive_desc_t how;
  check(dnnl_primitive_desc_create(&how, &what, NULL, engine, NULL));
  step result;
  check(dnnl_primitive_create(&result.primitive, how));
  result.arguments[0] = operand(DNNL_ARG_SRC, 's', &a);
  result.arguments[1] = operand(DNNL_ARG_WEIGHTS, kind == 'a' ? 's' : 'w', &b);
  result.arguments[2] = operand(DNNL_ARG_DST, 'd', &c);
  return result;
}

// Four dimensions in the layout that oneDNN likes best.
static dnnl_memory_desc_t image(long n, long c, long h, long w) {
  dnnl_memory_desc_t result;
  check(dnnl_memory_desc_init_by_tag(&result, 4, (dnnl_dims_t){n, c, h, w}, dnnl_f32,
                                     dnnl_format_tag_any));
  return result;
}

static step convolution(void) {
  long n, c, h, w, o, k, s, p;
  char kind = 'f';
  if (sscanf(subject, "conv%ld,%ld,%ld,%ld,%ld,%ld,%ld,%ld:%c", &n, &c, &h, &w, &o, &k, &s, &p,
             &kind) < 8)
    check(dnnl_invalid_arguments);
  const dnnl_memory_desc_t x = image(n, c, h, w), f = image(o, c, k, k);
  const dnnl_memory_desc_t y = image(n, o, (h + 2 * p - k) / s + 1, (w + 2 * p - k) / s + 1);
  const dnnl_dims_t strides = {s, s}, pads = {p, p};
  dnnl_convolution_desc_t what;
  check(dnnl_convolution_forward_desc_init(&what, dnnl_forward_training, dnnl_convolution_auto, &x,
                                           &f, NULL, &y, strides, pads, pads));
  dnnl_primitive_desc_t forward, how;
  check(dnnl_primitive_desc_create(&forward, &what, NULL, engine, NULL));
  how = forward;
  if (kind == 'd')
    check(dnnl_convolution_backward_data_desc_init(&what, dnnl_convolution_auto, &x, &f, &y,
                                                   strides, pads, pads));
  if (kind == 'w')
    check(dnnl_convolution_backward_weights_desc_init(&what, dnnl_convolution_auto, &x, &f, NULL,
                                                      &y, strides, pads, pads));
  if (kind != 'f') check(dnnl_primitive_desc_create(&how, &what, NULL, engine, forward));
  step result;
  check(dnnl_primitive_create(&result.primitive, how));
  const struct { int name; dnnl_query_t query; char role; } operands[3] = {
      {kind == 'd' ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC,
       kind == 'd' ? dnnl_query_diff_src_md : dnnl_query_src_md, kind == 'd' ? 'd' : 's'},
      {kind == 'w' ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS,
       kind == 'w' ? dnnl_query_diff_weights_md : dnnl_query_weights_md, kind == 'w' ? 'd' : 'w'},
      {kind == 'f' ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST,
       kind == 'f' ? dnnl_query_dst_md : dnnl_query_diff_dst_md, kind == 'f' ? 'd' : 's'}};
  for (int slot = 0; slot < 3; slot++)
    result.arguments[slot] =
        operand(operands[slot].name, operands[slot].role,
                dnnl_primitive_desc_query_md(how, operands[slot].query, 0));
  return result;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: floor THREADS SECONDS SHAPE...\n");
    return 2;
  }
  omp_set_num_threads(atoi(argv[1]));
  const double seconds = atof(argv[2]);
  check(dnnl_engine_create(&engine, dnnl_cpu, 0));
  dnnl_stream_t stream;
  check(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
  const int count = argc - 3;
  step *steps = calloc((size_t)count, sizeof *steps);
  for (int k = 0; k < count; k++) {
    subject = argv[k + 3];
    steps[k] = strncmp(subject, "conv", 4) == 0 ? convolution() : product();
  }
  double best = INFINITY;
  for (int round = 0; round < 6; round++) {
    const double start = now();
    double elapsed;
    long passes = 0;
    do {
      for (int k = 0; k < count; k++) {
        subject = argv[k + 3];
        check(dnnl_primitive_execute(steps[k].primitive, stream, 3, steps[k].arguments));
      }
      check(dnnl_stream_wait(stream));
      passes++;
      elapsed = now() - start;
    } while (elapsed < seconds);
    if (round > 0) best = fmin(best, elapsed / (double)passes);  // the first warms up
  }
  printf("%.1f\n", best * 1e6);
  return 0;
}
