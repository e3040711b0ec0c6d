// Bytes that live outside Lua drive Lua's collector.
//
// A userdata weighs a few bytes for Lua and a megabyte for us. The growth of the external bytes beyond
// their last high is turned into a debt of kilobytes in proportion to the two heaps, growth · H / (H + T), with H the
// Lua heap and T the external bytes: a cycle of the collector then ends after about T of growth. A
// small T counts as FLOOR_BYTES, or a heap of libraries would be marked for every few small objects.
//
// Bytes that come and go without the collector, as those of a training step's graph, reach the same
// high again and again: no debt. The high sinks by a part of its distance at each look, so that a
// peak long past does not hide growth for ever.
#include "internal.h"

enum { STEP_BYTES = 64 * 1024, FLOOR_BYTES = 2 * 1024 * 1024, SINKING_SHIFT = 8 };

int64_t luashim_heap_bytes(lua_State *L) {
  return (int64_t)lua_gc(L, LUA_GCCOUNT) * 1024 + lua_gc(L, LUA_GCCOUNTB);
}

void luashim_collect(lua_State *L) { lua_gc(L, LUA_GCCOLLECT); }

static int64_t external_bytes(const luashim_context *c) {
  return __atomic_load_n(c->externalBytes, __ATOMIC_RELAXED);
}

static void step(luashim_context *c, lua_State *L, int64_t external) {
  if (!lua_gc(L, LUA_GCISRUNNING)) return;
  const double heap = (double)luashim_heap_bytes(L);
  const double weight = (double)(external > FLOOR_BYTES ? external : FLOOR_BYTES);
  const double kilobytes = (double)c->pendingBytes * heap / (heap + weight) / 1024.0;
  if (kilobytes < 1) return;
  c->pendingBytes = 0;
  lua_gc(L, LUA_GCSTEP, kilobytes > 1e6 ? 1000000 : (int)kilobytes);
  c->highestExternalBytes = external_bytes(c);
}

void luashim_account(luashim_context *c, lua_State *L) {
  if (c->externalBytes == NULL) return;
  const int64_t external = external_bytes(c);
  const int64_t growth = external - c->highestExternalBytes;
  if (growth <= 0) {
    c->highestExternalBytes += growth / (1 << SINKING_SHIFT);
    return;
  }
  c->highestExternalBytes = external;
  c->pendingBytes += growth;
  if (c->pendingBytes >= STEP_BYTES) step(c, L, external);
}
