// Random sequences of calls of the C interface: handles live, dead, foreign and invented; values of each
// type, also of none; scripts that fail, call back, and end in the middle. None may crash.
//
// usage: interface SEED COUNT
#include <penumbra.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

static uint64_t next(void) {
  state += UINT64_C(0x9e3779b97f4a7c15);
  uint64_t z = state;
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static uint64_t below(uint64_t n) { return next() % n; }

enum { POOL = 24, DEPTH = 12 };
static void *pool[POOL];
static penumbra_runtime *runtimes[2];
static penumbra_frame *frame;
static int depth, wrapped, freed, registered, forgotten;
static float memory[64];

// Any of the handles that there were, most of them alive.
static void *handle(void) {
  switch (below(12)) {
    case 0: return NULL;
    case 1: return (void *)(uintptr_t)next();
    case 2: return (void *)(uintptr_t)(below(4096) * 16);
    case 3: return memory;
    case 4: return runtimes[below(2)];
    case 5: return frame;
    default: return pool[below(POOL)];
  }
}

static penumbra_runtime *runtime(void) { return below(20) == 0 ? handle() : runtimes[below(2)]; }

static const char *name(void) {
  static const char *const names[] = {"x", "y", "f", "t.x", "t.f", "host", "t", "", ".", "t..x", "print", "pn.ones", NULL};
  return names[below(sizeof names / sizeof *names)];
}

static const char *script(void) {
  static const char *const scripts[] = {
      "pn = require 'penumbra' t = {}",
      "return 1, 'two', pn.ones(3), {}, print, nil, true",
      "return pn.randn(2, 3):t(), pn.randn(4):requires_grad_() * 2",
      "error('text')",
      "error({})",
      "error()",
      "x = = 1",
      "",
      NULL,
      "return host(1, 'a', pn.ones(2), {})",
      "return pcall(host, x, y, t)",
      "return coroutine.wrap(function() return host(coroutine.yield) end)()",
      "setmetatable({}, { __gc = function() host() end }) collectgarbage()",
      "do local c <close> = setmetatable({}, { __close = function() host() end }) error('x') end",
      "x = pn.ones(2):requires_grad_() y = (x * x):sum() y:backward() return x.grad",
      "x = y y = x return x, y",
      "collectgarbage()",
      "f = function(...) return select('#', ...), ... end t = { x = 1, f = f }",
      "local function deep(n) return host(n) end return deep(1)",
      "return ('x'):rep(1000)",
      "if type(x) == 'userdata' then x:add_(1) end",
      "if type(x) == 'userdata' then x:release() end",
      "return pn.zeros(1 << 40)",
      "return ('x'):rep(1 << 26)",
      "host = nil",
  };
  return scripts[below(sizeof scripts / sizeof *scripts)];
}

static penumbra_value value(void) {
  penumbra_value result = penumbra_nil();
  switch (below(10)) {
    case 0: return penumbra_boolean((int)below(2));
    case 1: return penumbra_integer((int64_t)next());
    case 2: return penumbra_number((double)below(100) - 50);
    case 3: return penumbra_string(name());
    case 4:
    case 5: return penumbra_of_tensor(handle());
    case 6:
    case 7: return penumbra_of_reference(handle());
    case 8:
      result.type = (penumbra_type)below(9) - 1;
      return result;
    default: return result;
  }
}

static void keep(const void *new) { pool[below(POOL)] = (void *)new; }

static void keep_value(const penumbra_value *given) {
  if (given->type == PENUMBRA_TYPE_TENSOR) {
    if (below(2)) penumbra_tensor_retain(given->tensor);
    keep(given->tensor);
  }
  if (given->type == PENUMBRA_TYPE_REFERENCE) {
    if (below(2)) penumbra_reference_retain(given->reference);
    keep(given->reference);
  }
}

static void count_freed(void *context) { (*(int *)context)++; }

static void step(void);

static penumbra_status callback(penumbra_frame *called, void *context) {
  (void)context;
  if (depth > DEPTH) return penumbra_frame_fail(called, "deep");
  penumbra_frame *const outer = frame;
  frame = called;
  depth++;
  for (uint64_t count = below(4); count > 0; count--) step();
  depth--;
  frame = outer;
  return (penumbra_status)(below(3) == 0 ? below(9) : 0);
}

static void make_tensor(penumbra_runtime *on) {
  int64_t shape[9];
  const size_t rank = below(8) == 0 ? below(12) : below(3);
  int64_t elements = 1;
  for (size_t i = 0; i < 9; i++) {
    shape[i] = below(40) == 0 ? (int64_t)next() : (int64_t)below(4);
    if (i < rank) elements *= shape[i] < 0 || shape[i] > 100 ? 1000 : shape[i];
  }
  const penumbra_dtype dtype = below(20) == 0 ? (penumbra_dtype)next() : (penumbra_dtype)below(5);
  penumbra_tensor *made = NULL;
  // Sizes that are refused, or fit into the memory.
  if (elements > 32 && elements < 1000) return;
  if (elements >= 1000 && rank <= 8) shape[0] = INT64_MAX / 2;
  if (below(2)) {
    penumbra_tensor_copy(on, dtype, shape, rank, memory, &made);
  } else if (penumbra_tensor_wrap(on, dtype, shape, rank, memory, count_freed, &freed, &made) == 0) {
    wrapped++;
  }
  keep(made);
}

static void step(void) {
  penumbra_runtime *const on = runtime();
  penumbra_value values[4] = {value(), value(), value(), value()}, got = penumbra_nil();
  penumbra_tensor *made = NULL;
  char buffer[256];
  switch (below(24)) {
    case 0:
    case 1:
    case 2: penumbra_run(on, script(), below(2) ? name() : NULL); break;
    case 3: penumbra_call(on, name(), values, below(5)); break;
    case 4: penumbra_call_reference(on, handle(), values, below(5)); break;
    case 5: penumbra_get_global(on, name()); break;
    case 6: penumbra_set_global(on, name(), values); break;
    case 7: penumbra_get_field(on, handle(), values); break;
    case 8:
    case 9:
      if (penumbra_result(on, below(8), &got) == PENUMBRA_OK) keep_value(&got);
      break;
    case 10: below(2) ? penumbra_reference_retain(handle()) : penumbra_reference_release(handle()); break;
    case 11: below(2) ? penumbra_tensor_retain(handle()) : penumbra_tensor_release(handle()); break;
    case 12:
      if (penumbra_register(on, below(3) ? "host" : name(), callback, &forgotten, count_freed) == 0) registered++;
      break;
    case 13:
      if (penumbra_frame_argument(handle(), below(6), &got) == PENUMBRA_OK) keep_value(&got);
      break;
    case 14: penumbra_frame_return(handle(), values); break;
    case 15: penumbra_frame_fail(handle(), name()); break;
    case 16:
    case 17: make_tensor(on); break;
    case 18:
      penumbra_tensor_contiguous(on, handle(), &made);
      keep(made);
      break;
    case 19: penumbra_tensor_read(handle(), buffer, sizeof buffer); break;
    case 20: {
      penumbra_tensor *const tensor = handle();
      const float *const data = penumbra_tensor_data(tensor);
      if (data != NULL && penumbra_tensor_element_count(tensor) > 0) buffer[0] = *(const char *)data;
      penumbra_tensor_mutable_data(tensor);
      penumbra_tensor_size(tensor, below(10));
      penumbra_tensor_rank(tensor);
      penumbra_tensor_dtype(tensor);
      break;
    }
    case 21:
      if (penumbra_error_message(on) != NULL) buffer[0] = *penumbra_error_message(on);
      if (penumbra_error_traceback(on) != NULL) buffer[0] = *penumbra_error_traceback(on);
      break;
    case 22:
      if (below(8) == 0) penumbra_interrupt(on);
      if (below(8) == 0) penumbra_collect_garbage(on);
      break;
    case 23:
      if (below(40) == 0) penumbra_runtime_destroy(handle());
      break;
  }
}

int main(int count, char **words) {
  state = count > 1 ? strtoull(words[1], NULL, 10) : 1;
  uint64_t steps = count > 2 ? strtoull(words[2], NULL, 10) : 10000;
  penumbra_options options = {sizeof options};
  options.lua_memory_limit = 32 << 20;
  options.no_warnings = 1;
  for (uint64_t i = 0; i < steps; i++) {
    for (int k = 0; k < 2; k++) {
      if (penumbra_error_message(runtimes[k]) != NULL) continue;
      if (penumbra_runtime_create(&options, &runtimes[k]) != PENUMBRA_OK) return 2;
    }
    step();
  }
  for (int k = 0; k < 2; k++) penumbra_runtime_destroy(runtimes[k]);
  for (int k = 0; k < POOL; k++) {
    while (penumbra_tensor_release(pool[k]) == PENUMBRA_OK) {
    }
    while (penumbra_reference_release(pool[k]) == PENUMBRA_OK) {
    }
  }
  printf("%d of %d contexts free\n", freed + forgotten, wrapped + registered);
  return forgotten == registered ? 0 : 3;
}
