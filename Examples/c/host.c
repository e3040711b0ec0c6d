// A C program that fits a line to measurements with Penumbra.
//
//   cc host.c $(pkg-config --cflags --libs penumbra) -o host
//
// The script is Lua; the measurements stay in an array of this program, which the script sees as a
// tensor without a copy; a function of this program tells the script the learning rate.
#include <penumbra.h>
#include <stdio.h>
#include <stdlib.h>

static const char *script =
    "local pn = require 'penumbra'\n"
    "pn.seed(1)\n"
    "local line = pn.nn.Linear(1, 1)\n"
    "local optimiser = pn.optim.SGD(line:parameters(), { lr = 0.1 })\n"
    "train = {}\n"
    "function train.step(x, y)\n"
    "  optimiser.lr = host.rate(0.3)\n"
    "  optimiser:zero_grad()\n"
    "  local loss = pn.mse_loss(line(x), y)\n"
    "  loss:backward()\n"
    "  optimiser:step()\n"
    "  return loss:item()\n"
    "end\n"
    "function train.predict(x) return line(x):detach() end\n";

// Ends the program with the runtime's last error, unless the status is PENUMBRA_OK.
static void check(penumbra_runtime *runtime, penumbra_status status) {
  if (status == PENUMBRA_OK) return;
  fprintf(stderr, "%s: %s\n", penumbra_status_text(status), penumbra_error_message(runtime));
  penumbra_runtime_destroy(runtime);
  exit(EXIT_FAILURE);
}

// Called by Lua as host.rate(start): a rate that falls with the number of calls.
static penumbra_status rate(penumbra_frame *frame, void *context) {
  int *calls = context;
  penumbra_value start;
  penumbra_frame_argument(frame, 0, &start);
  if (start.type != PENUMBRA_TYPE_NUMBER) return penumbra_frame_fail(frame, "rate: a number is wanted");
  const penumbra_value result = penumbra_number(start.number / (1 + 0.01 * (*calls)++));
  return penumbra_frame_return(frame, &result);
}

static void measurements_are_free(void *context) { *(int *)context = 1; }

// A column of `count` numbers that stay where they are.
static penumbra_tensor *column(penumbra_runtime *runtime, float *numbers, int64_t count, int *freed) {
  const int64_t shape[] = {count, 1};
  penumbra_tensor *tensor;
  check(
      runtime, penumbra_tensor_wrap(
                   runtime, PENUMBRA_FLOAT32, shape, 2, numbers, measurements_are_free, freed, &tensor));
  return tensor;
}

int main(void) {
  enum { COUNT = 16 };
  float x[COUNT], y[COUNT];
  int x_is_free = 0, y_is_free = 0, calls = 0;
  for (int i = 0; i < COUNT; i++) {
    x[i] = (float)i / COUNT;
    y[i] = 2 * x[i] - 0.5f;
  }

  penumbra_options options = {sizeof options};
  options.lua_memory_limit = 64 << 20;
  penumbra_runtime *runtime;
  penumbra_status status = penumbra_runtime_create(&options, &runtime);
  if (status != PENUMBRA_OK) {
    fprintf(stderr, "no runtime: %s\n", penumbra_status_text(status));
    return EXIT_FAILURE;
  }
  check(runtime, penumbra_run(runtime, "host = {}", NULL));
  check(runtime, penumbra_register(runtime, "host.rate", rate, &calls, NULL));
  check(runtime, penumbra_run(runtime, script, "script"));

  penumbra_tensor *xs = column(runtime, x, COUNT, &x_is_free);
  penumbra_tensor *ys = column(runtime, y, COUNT, &y_is_free);
  const penumbra_value arguments[] = {penumbra_of_tensor(xs), penumbra_of_tensor(ys)};
  penumbra_value loss;
  for (int step = 0; step < 600; step++) {
    check(runtime, penumbra_call(runtime, "train.step", arguments, 2));
    check(runtime, penumbra_result(runtime, 0, &loss));
  }
  printf("loss %.4f after %d steps\n", loss.number, calls);

  // The script sees what this program writes.
  x[0] = 10;
  check(runtime, penumbra_call(runtime, "train.predict", arguments, 1));
  penumbra_value prediction;
  check(runtime, penumbra_result(runtime, 0, &prediction));
  const float *numbers = penumbra_tensor_data(prediction.tensor);
  printf("at 10: %.1f\n", numbers[0]);

  // An error of the script is a status and a message.
  status = penumbra_run(runtime, "host.rate('fast')", "mistake");
  printf("%s: %s\n", penumbra_status_text(status), penumbra_error_message(runtime));

  penumbra_tensor_release(xs);
  penumbra_tensor_release(ys);
  penumbra_runtime_destroy(runtime);
  printf("measurements free: %s\n", x_is_free && y_is_free ? "yes" : "no");
  return EXIT_SUCCESS;
}
