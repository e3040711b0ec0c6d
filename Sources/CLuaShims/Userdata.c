// Userdata: one box for each Swift object, its metamethods, the weak identity map.
#include "internal.h"

void luashim_release_box(luashim_box *box) {
  void *object = box->object;
  if (object == NULL) return;
  box->object = NULL;
  if (box->isOwned) box->context->callbacks.release(object);
}

// ---- Making -----------------------------------------------------------------------------------

// Pushes the identity map's userdata if it still holds the object.
static bool push_known(lua_State *L, const luashim_class *objectClass, const void *object) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &objectClass->identityKey) == LUA_TTABLE) {
    if (lua_rawgetp(L, -1, object) == LUA_TUSERDATA && lua_rawlen(L, -1) == sizeof(luashim_box)) {
      const luashim_box *box = lua_touserdata(L, -1);
      if (box->object == object) {
        lua_remove(L, -2);
        return true;
      }
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return false;
}

static void remember(lua_State *L, const luashim_class *objectClass, const void *object) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &objectClass->identityKey) == LUA_TTABLE) {
    lua_pushvalue(L, -2);
    lua_rawsetp(L, -2, object);
  }
  lua_pop(L, 1);
}

// Makes the userdata on the top a key of the table that records new objects.
static void record(lua_State *L, const luashim_context *c) {
  if (lua_rawgeti(L, LUA_REGISTRYINDEX, c->recorder) == LUA_TTABLE) {
    lua_pushvalue(L, -2);
    lua_pushboolean(L, true);
    lua_rawset(L, -3);
  }
  lua_pop(L, 1);
}

// Pushes the userdata of an object. Takes the reference out of `*object` (left NULL) as soon as a
// box owns it; leaves it there if the identity map had a userdata or if this raises.
void luashim_make_object(
    lua_State *L, luashim_context *c, void **object, const luashim_class *objectClass) {
  if (objectClass->isIdentityMapped && push_known(L, objectClass, *object)) return;
  luashim_box *box = lua_newuserdatauv(L, sizeof *box, objectClass->userValueCount);
  box->context = c;
  box->objectClass = objectClass;
  box->object = NULL;
  box->isOwned = true;
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, objectClass) != LUA_TTABLE) {
    luaL_error(L, "the class of an object is not registered in this Lua state");
  }
  lua_setmetatable(L, -2);
  void *key = box->object = *object;
  *object = NULL;
  if (c->isClosing) luashim_adopt_orphan(c, box);
  if (objectClass->isIdentityMapped) remember(L, objectClass, key);
  if (c->recorder != 0) record(L, c);
}

static int make_object(lua_State *L) {
  luashim_make_object(
      L, lua_touserdata(L, 1), lua_touserdata(L, 2), lua_touserdata(L, 3));
  return 1;
}

int luashim_push_object(
    lua_State *L, luashim_context *c, void *object, const luashim_class *objectClass) {
  void *owned = object;
  lua_pushcfunction(L, make_object);
  lua_pushlightuserdata(L, c);
  lua_pushlightuserdata(L, &owned);
  lua_pushlightuserdata(L, (void *)objectClass);
  int status = lua_pcall(L, 3, 1, 0);
  if (owned != NULL) c->callbacks.release(owned);
  return status;
}

int luashim_push_existing(lua_State *L, const luashim_class *objectClass, const void *object) {
  if (!push_known(L, objectClass, object)) lua_pushnil(L);
  return LUA_OK;
}

// ---- Metamethods ------------------------------------------------------------------------------

// __gc, __close and the release method: idempotent, and harmless with any argument.
static int release(lua_State *L) {
  luashim_box *box = luashim_box_at(L, 1, luashim_context_of(L));
  if (box != NULL) luashim_release_box(box);
  return 0;
}

static int equal(lua_State *L) {
  luashim_context *c = luashim_context_of(L);
  const luashim_box *a = luashim_box_at(L, 1, c);
  const luashim_box *b = luashim_box_at(L, 2, c);
  lua_pushboolean(L, a != NULL && b != NULL && a->object != NULL && a->object == b->object);
  return 1;
}

// Upvalues: context, methods, id of the fallback.
static int field(lua_State *L) {
  if (lua_type(L, 2) == LUA_TSTRING) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(2)) != LUA_TNIL) return 1;
    lua_pop(L, 1);
  }
  luashim_context *c = luashim_context_of(L);
  lua_Integer id = lua_tointegerx(L, lua_upvalueindex(3), NULL);
  if (id < 0 || id >= c->functionCount) return luaL_error(L, "the function was released");
  return luashim_invoke(L, c, c->functions[id], false);
}

static int push_release(lua_State *L) {
  luashim_push_context(L, lua_touserdata(L, 1));
  lua_pushcclosure(L, release, 1);
  return 1;
}

static int push_equal(lua_State *L) {
  luashim_push_context(L, lua_touserdata(L, 1));
  lua_pushcclosure(L, equal, 1);
  return 1;
}

int luashim_push_release(lua_State *L, luashim_context *c) {
  lua_pushcfunction(L, push_release);
  lua_pushlightuserdata(L, c);
  return lua_pcall(L, 1, 1, 0);
}

int luashim_push_equal(lua_State *L, luashim_context *c) {
  lua_pushcfunction(L, push_equal);
  lua_pushlightuserdata(L, c);
  return lua_pcall(L, 1, 1, 0);
}

static int push_index(lua_State *L) {
  luashim_push_context(L, lua_touserdata(L, 1));
  lua_replace(L, 1);
  lua_pushcclosure(L, field, 3);
  return 1;
}

int luashim_push_index(lua_State *L, luashim_context *c, int methods, int32_t fallback) {
  lua_pushcfunction(L, push_index);
  lua_pushlightuserdata(L, c);
  lua_pushvalue(L, methods);
  lua_pushinteger(L, fallback);
  return lua_pcall(L, 3, 1, 0);
}

// Arguments: metatable, class.
static int register_class(lua_State *L) {
  const luashim_class *objectClass = lua_touserdata(L, 2);
  if (objectClass->isIdentityMapped) {
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "v");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &objectClass->identityKey);
  }
  lua_pushvalue(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, objectClass);
  return 0;
}

int luashim_register_class(lua_State *L, const luashim_class *objectClass) {
  lua_pushcfunction(L, register_class);
  lua_insert(L, -2);
  lua_pushlightuserdata(L, (void *)objectClass);
  return lua_pcall(L, 2, 0, 0);
}
