// The functions of `table` whose work is not bounded by what is in memory: a length can be claimed, by
// __len or by a table with holes. These stop when asked to. The meaning is that of Lua's ltablib.c, from
// which they come (Copyright (C) 1994-2022 Lua.org, PUC-Rio; MIT licence, as ours).
#include "internal.h"

#include <limits.h>

enum { POLL_MASK = 0xFFF };

static void poll_at(lua_State *L, luashim_context *c, lua_Integer i) {
  if ((i & POLL_MASK) == 0) luashim_poll(L, c);
}

// ---- Tables, and what behaves like one --------------------------------------------------------

enum { READ = 1, WRITE = 2, LENGTH = 4 };

static bool has_field(lua_State *L, int index, const char *key) {
  lua_pushstring(L, key);
  const bool has = lua_rawget(L, index) != LUA_TNIL;
  lua_pop(L, 1);
  return has;
}

static void check_table(lua_State *L, int argument, int what) {
  if (lua_type(L, argument) == LUA_TTABLE) return;
  if (lua_getmetatable(L, argument)) {
    const int metatable = lua_gettop(L);
    const bool fits = ((what & READ) == 0 || has_field(L, metatable, "__index")) &&
        ((what & WRITE) == 0 || has_field(L, metatable, "__newindex")) &&
        ((what & LENGTH) == 0 || has_field(L, metatable, "__len"));
    lua_pop(L, 1);
    if (fits) return;
  }
  luaL_checktype(L, argument, LUA_TTABLE);
}

static lua_Integer length_of(lua_State *L, int argument, int what) {
  check_table(L, argument, what | LENGTH);
  return luaL_len(L, argument);
}

// ---- insert, remove, move, concat -------------------------------------------------------------

static int insert(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  const lua_Integer end = luaL_intop(+, length_of(L, 1, READ | WRITE), 1);
  lua_Integer position = end;
  switch (lua_gettop(L)) {
    case 2: break;
    case 3:
      position = luaL_checkinteger(L, 2);
      luaL_argcheck(
          L, (lua_Unsigned)position - 1u < (lua_Unsigned)end, 2, "position out of bounds");
      for (lua_Integer i = end; i > position; i--) {
        poll_at(L, c, i);
        lua_geti(L, 1, i - 1);
        lua_seti(L, 1, i);
      }
      break;
    default: return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  lua_seti(L, 1, position);
  return 0;
}

static int take_out(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  const lua_Integer size = length_of(L, 1, READ | WRITE);
  lua_Integer position = luaL_optinteger(L, 2, size);
  if (position != size) {
    luaL_argcheck(
        L, (lua_Unsigned)position - 1u <= (lua_Unsigned)size, 1, "position out of bounds");
  }
  lua_geti(L, 1, position);
  for (; position < size; position++) {
    poll_at(L, c, position);
    lua_geti(L, 1, position + 1);
    lua_seti(L, 1, position);
  }
  lua_pushnil(L);
  lua_seti(L, 1, position);
  return 1;
}

// In increasing order where that is possible, which is better for the table.
static int move(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  const lua_Integer first = luaL_checkinteger(L, 2);
  const lua_Integer last = luaL_checkinteger(L, 3);
  const lua_Integer to = luaL_checkinteger(L, 4);
  const int target = !lua_isnoneornil(L, 5) ? 5 : 1;
  check_table(L, 1, READ);
  check_table(L, target, WRITE);
  if (last >= first) {
    luaL_argcheck(
        L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
    const lua_Integer count = last - first + 1;
    luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    const bool rises = to > last || to <= first ||
        (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ));
    for (lua_Integer i = 0; i < count; i++) {
      poll_at(L, c, i);
      const lua_Integer offset = rises ? i : count - 1 - i;
      lua_geti(L, 1, first + offset);
      lua_seti(L, target, to + offset);
    }
  }
  lua_pushvalue(L, target);
  return 1;
}

static void add_field(lua_State *L, luaL_Buffer *buffer, lua_Integer i) {
  lua_geti(L, 1, i);
  if (!lua_isstring(L, -1)) {
    luaL_error(
        L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1),
        (LUAI_UACINT)i);
  }
  luaL_addvalue(buffer);
}

static int concat(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  luaL_Buffer buffer;
  lua_Integer last = length_of(L, 1, READ);
  size_t width;
  const char *separator = luaL_optlstring(L, 2, "", &width);
  lua_Integer i = luaL_optinteger(L, 3, 1);
  last = luaL_optinteger(L, 4, last);
  luaL_buffinit(L, &buffer);
  for (; i < last; i++) {
    poll_at(L, c, i);
    add_field(L, &buffer, i);
    luaL_addlstring(&buffer, separator, width);
  }
  if (i == last) add_field(L, &buffer, i);
  luaL_pushresult(&buffer);
  return 1;
}

// ---- sort -------------------------------------------------------------------------------------
// Lua's own does the work. Comparisons in Lua meet the hook; those in C go through one of these.

static int less(lua_State *L) {
  luashim_poll(L, luashim_context_of(L));
  lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
  return 1;
}

static int compare(lua_State *L) {
  luashim_poll(L, luashim_context_of(L));
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

// Upvalues: context, Lua's sort.
static int sort(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  check_table(L, 1, READ | WRITE | LENGTH);
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  luashim_push_context(L, c);
  if (lua_isnil(L, 2)) {
    lua_pushcclosure(L, less, 1);
    lua_replace(L, 2);
  } else if (lua_iscfunction(L, 2)) {
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, compare, 2);
    lua_replace(L, 2);
  }
  lua_settop(L, 2);
  return lua_tocfunction(L, lua_upvalueindex(2))(L);
}

void luashim_replace_table_functions(lua_State *L, luashim_context *c) {
  static const luaL_Reg functions[] = {
      {"insert", insert},
      {"remove", take_out},
      {"move", move},
      {"concat", concat},
      {NULL, NULL},
  };
  lua_getglobal(L, LUA_TABLIBNAME);
  luashim_push_context(L, c);
  luaL_setfuncs(L, functions, 1);
  luashim_push_context(L, c);
  lua_getfield(L, -2, "sort");
  lua_pushcclosure(L, sort, 2);
  lua_setfield(L, -2, "sort");
  lua_pop(L, 1);
}
