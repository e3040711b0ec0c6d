// Debian's Lua 5.4 headers (liblua5.4-dev). Nothing is linked here: an executable links liblua5.4
// itself, while penumbra.so takes the symbols of the interpreter that loads it.
#include <lua5.4/lua.h>
#include <lua5.4/lauxlib.h>
#include <lua5.4/lualib.h>
