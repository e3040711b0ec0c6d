// Operations which may raise, each under lua_pcall. Data arrive through a light userdata.
#include "internal.h"

#include <limits.h>

// Runs `f` with the top `count` values and then `data` as its arguments.
static int protect(lua_State *L, lua_CFunction f, int count, const void *data, int results) {
  lua_pushcfunction(L, f);
  lua_insert(L, -(count + 1));
  lua_pushlightuserdata(L, (void *)data);
  return lua_pcall(L, count + 1, results, 0);
}

typedef struct {
  const void *values;
  size_t count;
} span;

typedef struct {
  lua_Integer position;
  int32_t arrayCapacity, fieldCapacity;
  int32_t reference;
} numbers;

static int push_string(lua_State *L) {
  const span *bytes = lua_touserdata(L, 1);
  lua_pushlstring(L, bytes->values, bytes->count);
  return 1;
}

int luashim_push_string(lua_State *L, const char *bytes, size_t length) {
  return protect(L, push_string, 0, &(span){bytes, length}, 1);
}

static int push_table(lua_State *L) {
  const numbers *capacities = lua_touserdata(L, 1);
  lua_createtable(L, capacities->arrayCapacity, capacities->fieldCapacity);
  return 1;
}

int luashim_push_table(lua_State *L, int32_t arrayCapacity, int32_t fieldCapacity) {
  numbers request = {.arrayCapacity = arrayCapacity, .fieldCapacity = fieldCapacity};
  return protect(L, push_table, 0, &request, 1);
}

static void new_array(lua_State *L, size_t count) {
  lua_createtable(L, count > INT_MAX ? INT_MAX : (int)count, 0);
}

static int push_integers(lua_State *L) {
  const span *source = lua_touserdata(L, 1);
  const int64_t *values = source->values;
  new_array(L, source->count);
  for (size_t i = 0; i < source->count; i++) {
    lua_pushinteger(L, values[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

int luashim_push_integers(lua_State *L, const int64_t *values, size_t count) {
  return protect(L, push_integers, 0, &(span){values, count}, 1);
}

static int push_numbers(lua_State *L) {
  const span *source = lua_touserdata(L, 1);
  const double *values = source->values;
  new_array(L, source->count);
  for (size_t i = 0; i < source->count; i++) {
    lua_pushnumber(L, values[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

int luashim_push_numbers(lua_State *L, const double *values, size_t count) {
  return protect(L, push_numbers, 0, &(span){values, count}, 1);
}

// ---- Tables -----------------------------------------------------------------------------------

static int raw_set(lua_State *L) {
  lua_settop(L, 3);
  lua_rawset(L, 1);
  return 0;
}

int luashim_raw_set(lua_State *L, int table) {
  table = lua_absindex(L, table);
  lua_pushvalue(L, table);
  lua_insert(L, -3);
  return protect(L, raw_set, 3, NULL, 0);
}

static int raw_set_integer(lua_State *L) {
  const numbers *request = lua_touserdata(L, 3);
  lua_settop(L, 2);
  lua_rawseti(L, 1, request->position);
  return 0;
}

int luashim_raw_set_integer(lua_State *L, int table, lua_Integer i) {
  table = lua_absindex(L, table);
  lua_pushvalue(L, table);
  lua_insert(L, -2);
  return protect(L, raw_set_integer, 2, &(numbers){.position = i}, 0);
}

static int next(lua_State *L) {
  bool *more = lua_touserdata(L, 3);
  lua_settop(L, 2);
  *more = lua_next(L, 1) != 0;
  return *more ? 2 : 0;
}

int luashim_next(lua_State *L, int table, bool *more) {
  table = lua_absindex(L, table);
  lua_pushvalue(L, table);
  lua_insert(L, -2);
  *more = false;
  return protect(L, next, 2, more, LUA_MULTRET);
}

// ---- Others -----------------------------------------------------------------------------------

static int reference(lua_State *L) {
  numbers *answer = lua_touserdata(L, 2);
  lua_settop(L, 1);
  answer->reference = luaL_ref(L, LUA_REGISTRYINDEX);
  return 0;
}

int luashim_reference(lua_State *L, int32_t *result) {
  numbers answer = {.reference = LUA_NOREF};
  int status = protect(L, reference, 1, &answer, 0);
  *result = answer.reference;
  return status;
}

static int preload(lua_State *L) {
  const char *module = lua_touserdata(L, 2);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushvalue(L, 1);
  lua_setfield(L, -2, module);
  return 0;
}

int luashim_preload(lua_State *L, const char *module) {
  return protect(L, preload, 1, module, 0);
}

static int load_file(lua_State *L) {
  if (luaL_loadfilex(L, lua_touserdata(L, 1), "t") != LUA_OK) return lua_error(L);
  return 1;
}

int luashim_load_file(lua_State *L, const char *path) {
  return protect(L, load_file, 0, path, 1);
}

typedef struct {
  const void *key;
  span bytes;
} key_request;

static int intern(lua_State *L) {
  const key_request *request = lua_touserdata(L, 1);
  lua_pushlstring(L, request->bytes.values, request->bytes.count);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, request->key);
  return 1;
}

// Pushes a string which the registry keeps under an address: created once for each universe.
int luashim_push_key(lua_State *L, const void *key, const char *bytes, size_t length) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TSTRING) return LUA_OK;
  lua_pop(L, 1);
  return protect(L, intern, 0, &(key_request){key, {bytes, length}}, 1);
}
