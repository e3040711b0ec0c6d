// Calls from Swift into Lua, with a traceback taken where the error is raised.
#include "internal.h"

#include <stdlib.h>
#include <string.h>

// Arguments: context.
static int traceback(lua_State *L) {
  luashim_context *c = lua_touserdata(L, 1);
  luaL_traceback(L, L, NULL, 2);
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  char *copy = luashim_malloc(length + 1);
  if (copy == NULL) return 0;
  memcpy(copy, text, length + 1);
  free(c->traceback);
  c->traceback = copy;
  c->tracebackLength = length;
  return 0;
}

// Where the innermost Lua function stands: kept as plain bytes, so that no memory is needed.
static void locate(lua_State *L, luashim_context *c) {
  lua_Debug record;
  for (int level = 1; lua_getstack(L, level, &record); level++) {
    lua_getinfo(L, "Sl", &record);
    if (record.currentline > 0) {
      memcpy(c->file, record.short_src, sizeof c->file);
      c->line = record.currentline;
      return;
    }
  }
}

// Returns the error value unchanged; traceback and position go into the context.
int luashim_message_handler(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  free(c->traceback);
  c->traceback = NULL;
  c->tracebackLength = 0;
  c->line = 0;
  lua_settop(L, 1);
  if (!lua_checkstack(L, 4)) return 1;
  locate(L, c);
  lua_pushcfunction(L, traceback);
  lua_pushlightuserdata(L, c);
  if (lua_pcall(L, 1, 0, 0) != LUA_OK) lua_pop(L, 1);
  return 1;
}

int luashim_protected_call(luashim_context *c, lua_State *L, int argumentCount, int resultCount) {
  const int base = lua_gettop(L) - argumentCount;
  lua_rawgeti(L, LUA_REGISTRYINDEX, c->handler);
  lua_insert(L, base);
  lua_State *running = c->running;
  luashim_call *top = c->top;
  c->running = L;
  c->depth++;
  if (luashim_is_interrupted(c)) luashim_arm(L);
  const int status = lua_pcall(L, argumentCount, resultCount, base);
  c->depth--;
  c->running = running;
  c->top = top;  // blocks above it are dead
  lua_remove(L, base);
  if (L != c->lastThread) luashim_change_coroutine(c, L);
  if (c->unreferencedCount > 0) luashim_drain(c, L);
  return status;
}

// ---- Operations with metamethods --------------------------------------------------------------

static int get(lua_State *L) {
  lua_settop(L, 2);
  lua_gettable(L, 1);
  return 1;
}

static int set(lua_State *L) {
  lua_settop(L, 3);
  lua_settable(L, 1);
  return 0;
}

static int tostring(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

static int operate(
    luashim_context *c, lua_State *L, lua_CFunction operation, int argumentCount,
    int resultCount) {
  lua_pushcfunction(L, operation);
  lua_insert(L, -(argumentCount + 1));
  return luashim_protected_call(c, L, argumentCount, resultCount);
}

int luashim_get(luashim_context *c, lua_State *L) { return operate(c, L, get, 2, 1); }
int luashim_set(luashim_context *c, lua_State *L) { return operate(c, L, set, 3, 0); }
int luashim_tostring(luashim_context *c, lua_State *L) { return operate(c, L, tostring, 1, 1); }
