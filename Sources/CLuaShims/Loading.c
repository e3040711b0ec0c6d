// Loading text only: Lua 5.4 does not verify bytecode, so every way to load a chunk refuses it.
// The functions are those of Lua's lbaselib.c and loadlib.c with the mode "t".
#include "internal.h"

#include <string.h>

enum { RESERVED_SLOT = 5 };  // keeps the string that a reader returned last

static const char *generic_reader(lua_State *L, void *ud, size_t *size) {
  (void)ud;
  luaL_checkstack(L, 2, "too many nested functions");
  lua_pushvalue(L, 1);
  lua_call(L, 0, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    *size = 0;
    return NULL;
  }
  if (!lua_isstring(L, -1)) luaL_error(L, "reader function must return a string");
  lua_replace(L, RESERVED_SLOT);
  return lua_tolstring(L, RESERVED_SLOT, size);
}

static int finish_load(lua_State *L, int status, int environment) {
  if (status == LUA_OK) {
    if (environment != 0) {
      lua_pushvalue(L, environment);
      if (!lua_setupvalue(L, -2, 1)) lua_pop(L, 1);
    }
    return 1;
  }
  luaL_pushfail(L);
  lua_insert(L, -2);
  return 2;
}

// A script that asks for binary chunks only gets none: an unknown mode refuses everything.
static const char *text_mode(lua_State *L, int index) {
  return strchr(luaL_optstring(L, index, "bt"), 't') != NULL ? "t" : "-";
}

static int load(lua_State *L) {
  size_t length;
  const char *text = lua_tolstring(L, 1, &length);
  const char *mode = text_mode(L, 3);
  const int environment = !lua_isnone(L, 4) ? 4 : 0;
  if (text != NULL) {
    const char *name = luaL_optstring(L, 2, text);
    return finish_load(L, luaL_loadbufferx(L, text, length, name, mode), environment);
  }
  const char *name = luaL_optstring(L, 2, "=(load)");
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, RESERVED_SLOT);
  return finish_load(L, lua_load(L, generic_reader, NULL, name, mode), environment);
}

static int loadfile(lua_State *L) {
  const char *path = luaL_optstring(L, 1, NULL);
  const char *mode = text_mode(L, 2);
  const int environment = !lua_isnone(L, 3) ? 3 : 0;
  return finish_load(L, luaL_loadfilex(L, path, mode), environment);
}

static int dofile_continuation(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return lua_gettop(L) - 1;
}

static int dofile(lua_State *L) {
  const char *path = luaL_optstring(L, 1, NULL);
  lua_settop(L, 1);
  if (luaL_loadfilex(L, path, "t") != LUA_OK) return lua_error(L);
  lua_callk(L, 0, LUA_MULTRET, 0, dofile_continuation);
  return dofile_continuation(L, 0, 0);
}

// Upvalue: the package table. As searcher_Lua.
static int search_text(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_getfield(L, lua_upvalueindex(1), "searchpath");
  lua_pushvalue(L, 1);
  if (lua_getfield(L, lua_upvalueindex(1), "path") != LUA_TSTRING) {
    return luaL_error(L, "'package.path' must be a string");
  }
  lua_call(L, 2, 2);
  if (lua_isnil(L, -2)) return 1;  // the text that tells where it looked
  lua_pop(L, 1);
  const char *path = lua_tostring(L, -1);
  if (luaL_loadfilex(L, path, "t") == LUA_OK) {
    lua_pushvalue(L, -2);
    return 2;
  }
  return luaL_error(
      L, "error loading module '%s' from file '%s':\n\t%s", name, path, lua_tostring(L, -1));
}

void luashim_replace_loaders(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"load", load},
      {"loadfile", loadfile},
      {"dofile", dofile},
      {NULL, NULL},
  };
  lua_pushglobaltable(L);
  luaL_setfuncs(L, functions, 0);
  lua_pop(L, 1);
  lua_getglobal(L, LUA_LOADLIBNAME);
  lua_getfield(L, -1, "searchers");
  lua_pushvalue(L, -2);
  lua_pushcclosure(L, search_text, 1);
  lua_rawseti(L, -2, 2);
  lua_pop(L, 2);
}
