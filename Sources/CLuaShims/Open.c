// `require "penumbra"` from any Lua 5.4: the entry must be C, since it raises the error.
#include "internal.h"

// Provided by the shared library: 1 with the module on the stack, -1 with an error value.
__attribute__((weak)) int32_t penumbra_open(lua_State *L);

__attribute__((visibility("default"))) int luaopen_penumbra(lua_State *L);

int luaopen_penumbra(lua_State *L) {
  luaL_checkversion(L);
  if (penumbra_open == NULL) return luaL_error(L, "penumbra was built without its Lua module");
  if (penumbra_open(L) < 0) return lua_error(L);
  return 1;
}
