// Interrupts: a flag that kernels poll, and a count hook that no pcall can swallow.
//
// The hook raises at the next instruction of whichever coroutine runs, again and again in each
// frame, until the outermost call of Swift is back and takes flag and hook away.
#include "internal.h"

#include <sched.h>
#include <stdlib.h>

luashim_interrupt *luashim_interrupt_new(void) { return luashim_calloc(sizeof(luashim_interrupt)); }

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

void luashim_interrupt_withdraw(luashim_interrupt *interrupt, int32_t reason) {
  atomic_compare_exchange_strong(&interrupt->flag, &reason, 0);
}

void luashim_interrupt_raise(luashim_interrupt *interrupt, int32_t reason) {
  int32_t none = 0;
  atomic_compare_exchange_strong(&interrupt->flag, &none, reason);
  if (!try_guard(interrupt)) return;
  lua_State *current = atomic_load(&interrupt->current);
  if (current != NULL) luashim_arm(current);
  drop_guard(interrupt);
}

static void hook(lua_State *L, lua_Debug *record);

// Takes the hook away, or leaves the one that counts instructions.
static void disarm(const luashim_context *c, lua_State *L) {
  if (c->budgetStep > 0) {
    lua_sethook(L, hook, LUA_MASKCOUNT, c->budgetStep);
  } else {
    lua_sethook(L, NULL, 0, 0);
  }
}

void luashim_interrupt_finish(luashim_context *c) {
  take_guard(c->interrupt);
  atomic_store(&c->interrupt->flag, 0);
  disarm(c, c->main);
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

static const char *message_of(int32_t reason) {
  switch (reason) {
    case LUASHIM_OUT_OF_TIME: return "the time limit was reached";
    case LUASHIM_OUT_OF_INSTRUCTIONS: return "the limit of instructions was reached";
    default: return "interrupted!";
  }
}

int luashim_raise_interrupt(lua_State *L, luashim_context *c, int level) {
  const int32_t reason = atomic_load(&c->interrupt->flag);
  luaL_checkstack(L, 6, "interrupt");
  disarm_message_handlers(L, c);
  if (c->isBorrowed && c->depth == 0) {
    luashim_interrupt_finish(c);  // nobody further out would
  } else {
    luashim_arm(L);
  }
  luaL_where(L, level);
  lua_pushstring(L, message_of(reason));
  lua_concat(L, 2);
  return lua_error(L);
}

static void hook(lua_State *L, lua_Debug *record) {
  (void)record;
  luashim_context *c = luashim_existing(L);
  if (c == NULL) {
    lua_sethook(L, NULL, 0, 0);
    return;
  }
  if (luashim_is_interrupted(c)) luashim_raise_interrupt(L, c, 0);
  if (c->budgetStep == 0 || lua_gethookcount(L) != c->budgetStep) {
    disarm(c, L);
    return;
  }
  c->budget -= c->budgetStep;
  if (c->budget >= 0) return;
  luashim_interrupt_raise(c->interrupt, LUASHIM_OUT_OF_INSTRUCTIONS);
  luashim_raise_interrupt(L, c, 0);
}

void luashim_set_budget(luashim_context *c, int64_t instructions) {
  const int32_t largest = 1000;
  const bool isFirst = c->budgetStep == 0;
  c->budget = instructions;
  c->budgetStep = instructions <= 0 ? 0 : instructions < largest ? (int32_t)instructions : largest;
  if (isFirst && c->budgetStep > 0) disarm(c, c->main);
}

void luashim_arm(lua_State *L) { lua_sethook(L, hook, LUA_MASKCOUNT, 1); }
