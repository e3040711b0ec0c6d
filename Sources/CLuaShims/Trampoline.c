// The trampolines: from Lua into Swift, and back with results or an error.
//
// While Swift runs nothing raises. When it has returned, no Swift frame is left above this one, and
// pushing results or lua_error may longjmp.
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// ---- Blocks of calls --------------------------------------------------------------------------

static void discard_result(luashim_context *c, luashim_result *result) {
  luashim_kind kind = result->kind;
  result->kind = LUASHIM_NIL;
  switch (kind) {
    case LUASHIM_STRING: free(result->bytes); break;
    case LUASHIM_OBJECT: c->callbacks.release(result->object); break;
    case LUASHIM_REFERENCE: luashim_unreference(c, result->reference); break;
    default: break;
  }
}

void luashim_discard(luashim_call *call) {
  int32_t count = call->resultCount;
  call->resultCount = 0;
  if (count > LUASHIM_MAX_RESULTS) count = LUASHIM_MAX_RESULTS;
  for (int32_t i = 0; i < count; i++) discard_result(call->context, &call->results[i]);
}

void luashim_return_string(luashim_call *call, const char *bytes, size_t length) {
  luashim_result *result = luashim_next_result(call, LUASHIM_NIL);
  if (result == NULL) return;
  result->bytes = luashim_malloc(length + 1);
  if (result->bytes == NULL) {
    call->isOutOfMemory = true;
    return;
  }
  if (length > 0) memcpy(result->bytes, bytes, length);
  result->length = length;
  result->kind = LUASHIM_STRING;
}

static luashim_call *new_call(luashim_context *c) {
  luashim_call *call = luashim_calloc(sizeof *call);
  if (call == NULL) return NULL;
  call->context = c;
  call->previous = c->top;
  c->top->next = call;
  return call;
}

// Blocks form a stack which mirrors the C stack. A longjmp past a trampoline leaves its block
// behind; it shows by a frame address which is not above ours on the same OS thread's stack.
static inline luashim_call *push_call(luashim_context *c, lua_State *L, uintptr_t frame) {
  uintptr_t osThread = (uintptr_t)pthread_self();
  while (c->top->frame <= frame && c->top->osThread == osThread) c->top = c->top->previous;
  luashim_call *call = c->top->next;
  if (call == NULL) {
    call = new_call(c);
    if (call == NULL) luaL_error(L, "not enough memory");
  } else if (call->resultCount != 0) {
    luashim_discard(call);
  }
  call->L = L;
  call->argumentCount = lua_gettop(L);
  call->scopeDepth = 0;
  call->ringSlot = -1;
  call->isOutOfMemory = false;
  call->frame = frame;
  call->osThread = osThread;
  c->top = call;
  return call;
}

// ---- Results ----------------------------------------------------------------------------------

static void push_result(lua_State *L, luashim_context *c, luashim_result *result) {
  switch (result->kind) {
    case LUASHIM_NIL: lua_pushnil(L); break;
    case LUASHIM_BOOLEAN: lua_pushboolean(L, (int)result->integer); break;
    case LUASHIM_INTEGER: lua_pushinteger(L, result->integer); break;
    case LUASHIM_NUMBER: lua_pushnumber(L, result->number); break;
    case LUASHIM_INDEX: lua_pushvalue(L, result->reference); break;
    case LUASHIM_STRING:
      lua_pushlstring(L, result->bytes, result->length);
      discard_result(c, result);
      break;
    case LUASHIM_OBJECT: {
      void *object = result->object;
      luashim_make_object(L, c, &result->object, result->objectClass);
      result->kind = LUASHIM_NIL;
      // What is left is a second owner: the same userdata was there already.
      if (result->object == object) c->callbacks.release(object);
      break;
    }
    case LUASHIM_REFERENCE:
      lua_rawgeti(L, LUA_REGISTRYINDEX, result->reference);
      luaL_unref(L, LUA_REGISTRYINDEX, result->reference);
      result->kind = LUASHIM_NIL;
      break;
    case LUASHIM_BORROWED: lua_rawgeti(L, LUA_REGISTRYINDEX, result->reference); break;
  }
}

static int push_results(lua_State *L, luashim_context *c, luashim_call *call) {
  const int32_t count = call->resultCount;
  if (count > LUASHIM_MAX_RESULTS || call->isOutOfMemory) {
    luashim_discard(call);
    c->top = call->previous;
    return luaL_error(
        L, call->isOutOfMemory ? "not enough memory" : "too many results from a Swift function");
  }
  luaL_checkstack(L, count + 4, "too many results");
  for (int32_t i = 0; i < count; i++) push_result(L, c, &call->results[i]);
  call->resultCount = 0;
  c->top = call->previous;
  return count;
}

// The first result is the error: a message, which gets the position of the calling line, or any
// Lua value, which goes through unchanged.
static int raise_result(lua_State *L, luashim_context *c, luashim_call *call) {
  luaL_checkstack(L, 6, "error");
  luashim_result *result = &call->results[0];
  if (result->kind == LUASHIM_STRING) {
    luaL_where(L, 1);
    push_result(L, c, result);
    lua_concat(L, 2);
  } else {
    push_result(L, c, result);
  }
  if (call->ringSlot >= 0 && luashim_push_registry_table(L, c->ring)) {
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, call->ringSlot + 1);
    lua_pop(L, 1);
  }
  luashim_discard(call);
  c->top = call->previous;
  return lua_error(L);
}

int32_t luashim_ring_find(luashim_context *c, lua_State *L, int32_t newest) {
  const void *value = lua_topointer(L, -1);
  if (value == NULL || !lua_checkstack(L, 2)) return -1;
  int32_t found = -1;
  if (!luashim_push_registry_table(L, c->ring)) return -1;
  for (int32_t age = 0; age < LUASHIM_RING_SIZE && found < 0; age++) {
    const int32_t slot = (newest - age + LUASHIM_RING_SIZE) % LUASHIM_RING_SIZE;
    lua_rawgeti(L, -1, slot + 1);
    if (lua_topointer(L, -1) == value && lua_rawequal(L, -1, -3)) found = slot;
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return found;
}

// ---- Calls ------------------------------------------------------------------------------------

int luashim_invoke(
    lua_State *L, luashim_context *c, void *function, bool ignoresInterrupts) {
  if (c->isClosed) return luaL_error(L, "the Lua state was closed");
  if (!ignoresInterrupts && luashim_is_interrupted(c)) return luashim_raise_interrupt(L, c, 1);
  if (L != c->lastThread) luashim_change_coroutine(c, L);
  luashim_call *call = push_call(c, L, (uintptr_t)__builtin_frame_address(0));
  lua_State *previous = c->running;
  c->running = L;
  const int32_t status = c->callbacks.enter(call, function);
  c->running = previous;
  if (c->unreferencedCount > 0) luashim_drain(c, L);
  if (!ignoresInterrupts && luashim_is_interrupted(c)) {
    luashim_discard(call);
    c->top = call->previous;
    return luashim_raise_interrupt(L, c, 1);
  }
  if (status != 0) return raise_result(L, c, call);
  const int count = push_results(L, c, call);
  luashim_account(c, L);
  return count;
}

static int trampoline(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  lua_Integer id = lua_tointegerx(L, lua_upvalueindex(2), NULL);
  if (id < 0 || id >= c->functionCount) return luaL_error(L, "the function was released");
  return luashim_invoke(L, c, c->functions[id], false);
}

// For __close: a scope's end must run also while an interrupt unwinds.
static int closing_trampoline(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  lua_Integer id = lua_tointegerx(L, lua_upvalueindex(2), NULL);
  if (id < 0 || id >= c->functionCount) return luaL_error(L, "the function was released");
  return luashim_invoke(L, c, c->functions[id], true);
}

static int owned_trampoline(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  luashim_box *box = luashim_box_at(L, lua_upvalueindex(2), c);
  if (box == NULL || box->object == NULL) return luaL_error(L, "the function was released");
  return luashim_invoke(L, c, box->object, false);
}

static int push_trampoline(lua_State *L) {
  luashim_push_context(L, lua_touserdata(L, 1));
  lua_pushvalue(L, 2);
  lua_pushcclosure(L, lua_toboolean(L, 3) ? closing_trampoline : trampoline, 2);
  return 1;
}

int luashim_push_function(lua_State *L, luashim_context *c, int32_t id, bool ignoresInterrupts) {
  lua_pushcfunction(L, push_trampoline);
  lua_pushlightuserdata(L, c);
  lua_pushinteger(L, id);
  lua_pushboolean(L, ignoresInterrupts);
  return lua_pcall(L, 3, 1, 0);
}

static int push_owned_trampoline(lua_State *L) {
  luashim_push_context(L, lua_touserdata(L, 1));
  lua_pushvalue(L, 2);
  lua_pushcclosure(L, owned_trampoline, 2);
  return 1;
}

int luashim_push_owned_function(
    lua_State *L, luashim_context *c, void *function, const luashim_class *functionClass) {
  int status = luashim_push_object(L, c, function, functionClass);
  if (status != LUA_OK) return status;
  lua_pushcfunction(L, push_owned_trampoline);
  lua_insert(L, -2);
  lua_pushlightuserdata(L, c);
  lua_insert(L, -2);
  return lua_pcall(L, 2, 1, 0);
}


static int direct(lua_State *L) {
  luashim_context *c = luashim_existing(L);
  if (c == NULL || c->direct == NULL) return luaL_error(L, "the function was released");
  return luashim_invoke(L, c, c->direct, false);
}

void luashim_push_direct(lua_State *L) { lua_pushcfunction(L, direct); }

void *luashim_function_at(lua_State *L, int index, luashim_context *c) {
  const lua_CFunction function = lua_tocfunction(L, index);
  const bool isOwned = function == owned_trampoline;
  if (!isOwned && function != trampoline && function != closing_trampoline) return NULL;
  if (!lua_checkstack(L, 2) || lua_getupvalue(L, index, 2) == NULL) return NULL;
  void *found = NULL;
  if (isOwned) {
    luashim_box *box = luashim_box_at(L, -1, c);
    if (box != NULL) found = box->object;
  } else {
    const lua_Integer id = lua_tointegerx(L, -1, NULL);
    if (id >= 0 && id < c->functionCount) found = c->functions[id];
  }
  lua_pop(L, 1);
  return found;
}
