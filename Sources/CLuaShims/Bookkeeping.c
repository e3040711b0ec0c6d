// The border's own memory: blocks of calls, copies of strings, lists. Tests make it fail.
#include "internal.h"

#include <stdlib.h>

static _Thread_local int64_t requests, failFirst = -1, failLast = -1;

void luashim_bookkeeping_fail(int64_t after, int64_t count) {
  failFirst = after < 0 ? -1 : requests + after;
  failLast = after < 0 ? -1 : failFirst + (count - 1);
}

int64_t luashim_bookkeeping_requests(void) { return requests; }

static bool is_refused(void) {
  const int64_t request = requests++;
  return request >= failFirst && request <= failLast;
}

void *luashim_malloc(size_t size) { return is_refused() ? NULL : malloc(size); }

void *luashim_calloc(size_t size) { return is_refused() ? NULL : calloc(1, size); }

void *luashim_realloc(void *pointer, size_t size) {
  return is_refused() ? NULL : realloc(pointer, size);
}
