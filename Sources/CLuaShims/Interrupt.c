// Interrupts: a flag that kernels poll, and a count hook that no pcall can swallow.
//
// The hook raises at the next instruction of whichever coroutine runs, again and again in each
// frame, until the outermost call of Swift is back and takes flag and hook away.
#include "internal.h"

#include <sched.h>
#include <stdlib.h>

luashim_interrupt *luashim_interrupt_new(void) { return calloc(1, sizeof(luashim_interrupt)); }

void luashim_interrupt_free(luashim_interrupt *interrupt) { free(interrupt); }

const int32_t *luashim_interrupt_flag(const luashim_interrupt *interrupt) {
  return (const int32_t *)&interrupt->flag;
}

bool luashim_interrupt_is_raised(const luashim_interrupt *interrupt) {
  return atomic_load(&interrupt->flag) != 0;
}

void luashim_interrupt_clear(luashim_interrupt *interrupt) { atomic_store(&interrupt->flag, 0); }

// ---- Who runs ---------------------------------------------------------------------------------
// Only the Lua thread waits for the guard, and only while another thread is in lua_sethook. A
// signal handler that finds it taken leaves: the holder looks at the flag when it is done.

static bool try_guard(luashim_interrupt *interrupt) {
  int32_t open = 0;
  return atomic_compare_exchange_strong(&interrupt->guard, &open, 1);
}

static void take_guard(luashim_interrupt *interrupt) {
  while (!try_guard(interrupt)) sched_yield();
}

static void drop_guard(luashim_interrupt *interrupt) { atomic_store(&interrupt->guard, 0); }

void luashim_set_current(luashim_interrupt *interrupt, lua_State *L) {
  take_guard(interrupt);
  atomic_store(&interrupt->current, L);
  drop_guard(interrupt);
  if (L != NULL && atomic_load(&interrupt->flag) != 0) luashim_arm(L);
}

// Before memory goes back: another thread's lua_sethook may still walk it.
void luashim_wait_for_guard(luashim_interrupt *interrupt) {
  while (atomic_load_explicit(&interrupt->guard, memory_order_acquire) != 0) sched_yield();
}

void luashim_interrupt_raise(luashim_interrupt *interrupt) {
  atomic_store(&interrupt->flag, 1);
  if (!try_guard(interrupt)) return;
  lua_State *current = atomic_load(&interrupt->current);
  if (current != NULL) luashim_arm(current);
  drop_guard(interrupt);
}

void luashim_interrupt_finish(luashim_context *c) {
  take_guard(c->interrupt);
  atomic_store(&c->interrupt->flag, 0);
  lua_sethook(c->main, NULL, 0, 0);
  drop_guard(c->interrupt);
}

// ---- The hook ---------------------------------------------------------------------------------

static int pass_on(lua_State *L) {
  lua_settop(L, 1);
  return 1;
}

// A message handler that loops would run inside the hook, where no other hook reaches it. Handlers
// stand in slot 2 of an activation of `xpcall`: each is replaced by one that passes the value on.
static void disarm_message_handlers(lua_State *L, luashim_context *c) {
  lua_Debug record;
  for (int level = 0; lua_getstack(L, level, &record); level++) {
    lua_getinfo(L, "f", &record);
    const lua_CFunction function = lua_tocfunction(L, -1);
    lua_pop(L, 1);
    if (function == NULL || function != c->xpcall) continue;
    lua_pushcfunction(L, pass_on);
    if (lua_setlocal(L, &record, 2) == NULL) lua_pop(L, 1);
  }
}

int luashim_raise_interrupt(lua_State *L, luashim_context *c, int level) {
  luaL_checkstack(L, 6, "interrupt");
  disarm_message_handlers(L, c);
  if (c->isBorrowed && c->depth == 0) {
    luashim_interrupt_finish(c);  // nobody further out would
  } else {
    luashim_arm(L);
  }
  luaL_where(L, level);
  lua_pushliteral(L, "interrupted!");
  lua_concat(L, 2);
  return lua_error(L);
}

static void hook(lua_State *L, lua_Debug *record) {
  (void)record;
  luashim_context *c = luashim_existing(L);
  if (c == NULL || !luashim_is_interrupted(c)) {
    lua_sethook(L, NULL, 0, 0);
    return;
  }
  luashim_raise_interrupt(L, c, 0);
}

void luashim_arm(lua_State *L) { lua_sethook(L, hook, LUA_MASKCOUNT, 1); }
