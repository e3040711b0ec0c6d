// Guards before functions of Lua's library: what a script may give them is judged first.
#include "internal.h"

#include <errno.h>

enum { FUNCTION = 1, JUDGE, PATHS, IS_SOFT };  // upvalues

// The arguments as the function will see them: a number is a path, too.
static void convert_paths(lua_State *L, lua_Integer paths) {
  for (int i = 1; paths >> (i - 1) != 0; i++) {
    if ((paths >> (i - 1) & 1) != 0 && lua_type(L, i) == LUA_TNUMBER) lua_tolstring(L, i, NULL);
  }
}

// The guarded function runs in this very call, so its errors name the script's line as ever.
static int guarded(lua_State *L) {
  const int count = lua_gettop(L);
  luaL_checkstack(L, count + 4, "too many arguments");
  convert_paths(L, lua_tointeger(L, lua_upvalueindex(PATHS)));
  lua_pushvalue(L, lua_upvalueindex(JUDGE));
  for (int i = 1; i <= count; i++) lua_pushvalue(L, i);
  lua_call(L, count, 1);
  if (lua_isnil(L, -1)) {
    lua_settop(L, count);
    return lua_tocfunction(L, lua_upvalueindex(FUNCTION))(L);
  }
  if (!lua_toboolean(L, lua_upvalueindex(IS_SOFT))) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
    return lua_error(L);
  }
  luaL_pushfail(L);
  lua_insert(L, -2);
  lua_pushinteger(L, EACCES);
  return 3;
}

// Arguments: judge, function, paths, soft.
static int push_guarded(lua_State *L) {
  if (!lua_iscfunction(L, 2)) return luaL_error(L, "only a C function can be guarded");
  lua_pushvalue(L, 1);
  lua_remove(L, 1);
  lua_insert(L, 2);
  lua_pushcclosure(L, guarded, 4);
  return 1;
}

int luashim_push_guarded(lua_State *L, int32_t paths, bool isSoft) {
  lua_pushcfunction(L, push_guarded);
  lua_insert(L, -3);
  lua_pushinteger(L, paths);
  lua_pushboolean(L, isSoft);
  return lua_pcall(L, 4, 1, 0);
}

static int protect_files(lua_State *L) {
  if (luaL_getmetatable(L, LUA_FILEHANDLE) != LUA_TTABLE) return 0;
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  return 0;
}

int luashim_protect_files(lua_State *L) {
  lua_pushcfunction(L, protect_files);
  return lua_pcall(L, 0, 0, 0);
}

// As Lua's own, but that it refuses finalizers: they run with hooks switched off, so that one which
// loops could not be stopped, and when the state closes.
static int set_metatable(lua_State *L) {
  const int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) {
    return luaL_error(L, "cannot change a protected metatable");
  }
  lua_settop(L, 2);
  if (type == LUA_TTABLE) {
    lua_pushliteral(L, "__gc");
    if (lua_rawget(L, 2) != LUA_TNIL) {
      return luaL_error(L, "setmetatable: refused: finalizers (__gc) are closed to this script");
    }
    lua_settop(L, 2);
  }
  lua_setmetatable(L, 1);
  return 1;
}

static int bound_functions(lua_State *L) {
  luashim_context *c = lua_touserdata(L, 1);
  luashim_replace_patterns(L, c);
  luashim_replace_table_functions(L, c);
  lua_pushcfunction(L, set_metatable);
  lua_setglobal(L, "setmetatable");
  return 0;
}

int luashim_bound_functions(luashim_context *c) {
  lua_pushcfunction(c->main, bound_functions);
  lua_pushlightuserdata(c->main, c);
  return lua_pcall(c->main, 1, 0, 0);
}
