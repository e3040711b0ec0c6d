// What the C files of the border share.
#ifndef LUASHIM_INTERNAL_H
#define LUASHIM_INTERNAL_H

#include "CLuaShims.h"

#include <stdatomic.h>

#define LUASHIM_MAGIC UINT64_C(0x4c7561536869656c)

struct luashim_interrupt {
  _Atomic(int32_t) flag;
  _Atomic(int32_t) guard;        // held while `current` is used or changed
  _Atomic(lua_State *) current;  // the coroutine that runs Lua code
};

static inline bool luashim_is_interrupted(const luashim_context *c) {
  return atomic_load_explicit(&c->interrupt->flag, memory_order_relaxed) != 0;
}

// Context of the running C closure, from its first upvalue. Raises if a script tampered with it.
luashim_context *luashim_context_of(lua_State *L);

// Pushes what proves the context as an upvalue.
void luashim_push_context(lua_State *L, luashim_context *c);

// registry[reference] if it is a table (pushed), else nothing is pushed.
bool luashim_push_registry_table(lua_State *L, int32_t reference);

int luashim_setup_context(lua_State *L);  // protected; argument: the context
void luashim_drain(luashim_context *c, lua_State *L);
void luashim_account(luashim_context *c, lua_State *L);
void luashim_change_coroutine(luashim_context *c, lua_State *L);
void luashim_make_object(
    lua_State *L, luashim_context *c, void **object, const luashim_class *objectClass);
int luashim_invoke(
    lua_State *L, luashim_context *c, void *function, bool ignoresInterrupts);

void luashim_adopt_orphan(luashim_context *c, luashim_box *box);

int luashim_message_handler(lua_State *L);

int luashim_raise_interrupt(lua_State *L, luashim_context *c, int level);
void luashim_arm(lua_State *L);
void luashim_set_current(luashim_interrupt *interrupt, lua_State *L);
void luashim_wait_for_guard(luashim_interrupt *interrupt);

// The memory of the border itself: malloc and its kin, which tests make fail.
void *luashim_malloc(size_t size);
void *luashim_calloc(size_t size);
void *luashim_realloc(void *pointer, size_t size);

void *luashim_allocate(void *ud, void *pointer, size_t oldSize, size_t newSize);

void luashim_replace_coroutine_functions(lua_State *L, luashim_context *c);
void luashim_replace_loaders(lua_State *L);
void luashim_replace_patterns(lua_State *L, luashim_context *c);
void luashim_replace_table_functions(lua_State *L, luashim_context *c);
void luashim_close_streams(luashim_context *c);
// The context of the thread's universe, which is an owned one.
static inline luashim_context *luashim_owned_context(lua_State *L) {
  return *(luashim_context **)lua_getextraspace(L);
}

// Long loops of C call it now and then: it raises when the script is to stop.
static inline void luashim_poll(lua_State *L, luashim_context *c) {
  if (luashim_is_interrupted(c)) luashim_raise_interrupt(L, c, 1);
}

void luashim_set_warnings(lua_State *L, bool on);

#endif
