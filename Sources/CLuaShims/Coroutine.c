// Coroutines: which one runs. The context follows it so that an interrupt reaches the right one,
// and tells the host when Swift is entered from another one than before.
#include "internal.h"

// ---- Identity ---------------------------------------------------------------------------------

// The id of a thread, given at its first call into Swift. May raise a memory error then only.
static uint64_t identify(luashim_context *c, lua_State *L) {
  if (L == c->main || !luashim_push_registry_table(L, c->threads)) return 0;
  uint64_t id;
  lua_pushthread(L);
  if (lua_rawget(L, -2) == LUA_TNUMBER) {
    id = (uint64_t)lua_tointegerx(L, -1, NULL);
    lua_pop(L, 2);
    return id;
  }
  lua_pop(L, 1);
  id = ++c->coroutineCount;
  lua_pushthread(L);
  lua_pushinteger(L, (lua_Integer)id);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return id;
}

void luashim_change_coroutine(luashim_context *c, lua_State *L) {
  if (!lua_checkstack(L, 4)) return;
  uint64_t id = identify(c, L);
  // Anchored: the address of a dead coroutine could come back as another one's.
  lua_pushthread(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, c->lastThreadAnchor);
  c->lastThread = L;
  c->coroutine = id;
  c->callbacks.coroutineChanged(c->owner);
}

// ---- coroutine.resume, wrap, close ------------------------------------------------------------
// As in Lua's lcorolib.c; around each switch the context learns who runs.

static void switch_to(luashim_context *c, lua_State *L) {
  if (!c->isClosing) luashim_set_current(c->interrupt, L);
}

static lua_State *coroutine_at(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argexpected(L, co, 1, "coroutine");
  return co;
}

// Returns the number of results on L, or -1 with the error value on L.
static int resume(lua_State *L, luashim_context *c, lua_State *co, int argumentCount) {
  int count;
  if (!lua_checkstack(co, argumentCount)) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, co, argumentCount);
  switch_to(c, co);
  int status = lua_resume(co, L, argumentCount, &count);
  switch_to(c, L);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(co, L, 1);
    return -1;
  }
  if (!lua_checkstack(L, count + 1)) {
    lua_pop(co, count);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(co, L, count);
  return count;
}

// An interrupt ends the resumer too.
static void check_interrupt(lua_State *L, luashim_context *c) {
  if (luashim_is_interrupted(c)) luashim_raise_interrupt(L, c, 1);
}

static int coroutine_resume(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  lua_State *co = coroutine_at(L);
  int count = resume(L, c, co, lua_gettop(L) - 1);
  check_interrupt(L, c);
  lua_pushboolean(L, count >= 0);
  if (count < 0) count = 1;
  lua_insert(L, -(count + 1));
  return count + 1;
}

static int close_thread(lua_State *L, luashim_context *c, lua_State *co) {
  switch_to(c, co);
#if LUA_VERSION_RELEASE_NUM >= 50406
  int status = lua_closethread(co, L);
#else
  int status = lua_resetthread(co);
#endif
  switch_to(c, L);
  return status;
}

// Upvalues: context, coroutine.
static int wrapped(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  lua_State *co = lua_tothread(L, lua_upvalueindex(2));
  if (co == NULL) return luaL_error(L, "a function's upvalues were changed");
  int count = resume(L, c, co, lua_gettop(L));
  if (count >= 0) {
    check_interrupt(L, c);
    return count;
  }
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) {
    status = close_thread(L, c, co);
    lua_xmove(co, L, 1);
  }
  check_interrupt(L, c);
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int coroutine_wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  luashim_push_context(L, luashim_context_of(L));
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, wrapped, 2);
  return 1;
}

static const char *status_name(lua_State *L, lua_State *co) {
  if (L == co) return "running";
  switch (lua_status(co)) {
    case LUA_YIELD: return "suspended";
    case LUA_OK: {
      lua_Debug record;
      if (lua_getstack(co, 0, &record)) return "normal";
      return lua_gettop(co) == 0 ? "dead" : "suspended";
    }
    default: return "dead";
  }
}

static int coroutine_close(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  lua_State *co = coroutine_at(L);
  const char *name = status_name(L, co);
  if (name[0] != 's' && name[0] != 'd') return luaL_error(L, "cannot close a %s coroutine", name);
  int status = close_thread(L, c, co);
  if (status == LUA_OK) {
    check_interrupt(L, c);
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushboolean(L, 0);
  lua_xmove(co, L, 1);
  check_interrupt(L, c);
  return 2;
}

void luashim_replace_coroutine_functions(lua_State *L, luashim_context *c) {
  static const luaL_Reg functions[] = {
      {"resume", coroutine_resume},
      {"wrap", coroutine_wrap},
      {"close", coroutine_close},
      {NULL, NULL},
  };
  lua_getglobal(L, LUA_COLIBNAME);
  luashim_push_context(L, c);
  luaL_setfuncs(L, functions, 1);
  lua_pop(L, 1);
}
