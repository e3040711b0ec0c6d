// Memory of an owned universe: counted, limited, and made to fail by tests.
#include "internal.h"

#include <stdlib.h>

struct luashim_allocator {
  luashim_interrupt *interrupt;
  int64_t used, peak, limit;
  int64_t requests;             // that asked for more memory
  int64_t failFirst, failLast;  // these requests fail
  luashim_refusal refusal;
};

luashim_allocator *luashim_allocator_new(luashim_interrupt *interrupt) {
  luashim_allocator *allocator = luashim_calloc(sizeof *allocator);
  if (allocator == NULL) return NULL;
  allocator->interrupt = interrupt;
  allocator->failFirst = allocator->failLast = -1;
  return allocator;
}

void luashim_allocator_free(luashim_allocator *allocator) { free(allocator); }

void luashim_allocator_set_limit(luashim_allocator *allocator, int64_t bytes) {
  allocator->limit = bytes;
}

int64_t luashim_allocator_used(const luashim_allocator *allocator) { return allocator->used; }
int64_t luashim_allocator_peak(const luashim_allocator *allocator) { return allocator->peak; }
int64_t luashim_allocator_requests(const luashim_allocator *allocator) {
  return allocator->requests;
}

void luashim_allocator_fail(luashim_allocator *allocator, int64_t after, int64_t count) {
  allocator->failFirst = after < 0 ? -1 : allocator->requests + after;
  allocator->failLast = after < 0 ? -1 : allocator->failFirst + (count - 1);
}

luashim_refusal luashim_allocator_refusal(const luashim_allocator *allocator) {
  return allocator->refusal;
}

static bool is_refused(luashim_allocator *allocator, int64_t growth) {
  const int64_t request = allocator->requests++;
  if (request >= allocator->failFirst && request <= allocator->failLast) return true;
  if (allocator->limit <= 0 || allocator->used + growth <= allocator->limit) return false;
  allocator->refusal = (luashim_refusal){growth, allocator->used, allocator->limit};
  return true;
}

void *luashim_allocate(void *ud, void *pointer, size_t oldSize, size_t newSize) {
  luashim_allocator *allocator = ud;
  if (pointer == NULL) oldSize = 0;  // then it tells the kind of object
  if (newSize == 0) {
    luashim_wait_for_guard(allocator->interrupt);
    free(pointer);
    allocator->used -= (int64_t)oldSize;
    return NULL;
  }
  const int64_t growth = (int64_t)newSize - (int64_t)oldSize;
  if (growth > 0 && is_refused(allocator, growth)) return NULL;
  if (pointer != NULL) luashim_wait_for_guard(allocator->interrupt);
  void *moved = realloc(pointer, newSize);
  if (moved == NULL) return NULL;
  allocator->used += growth;
  if (allocator->used > allocator->peak) allocator->peak = allocator->used;
  return moved;
}
