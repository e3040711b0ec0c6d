// The context: what one Lua universe and its Swift owner share.
#include "internal.h"

#include <stdlib.h>
#include <string.h>

static const char contextKey = 0;  // its address: the registry key of the context

static void initialize(
    luashim_context *c, lua_State *main, void *owner, luashim_callbacks callbacks,
    luashim_interrupt *interrupt) {
  memset(c, 0, sizeof *c);
  c->magic = LUASHIM_MAGIC;
  c->owner = owner;
  c->main = c->running = c->lastThread = main;
  c->callbacks = callbacks;
  c->interrupt = interrupt;
  c->root.frame = UINTPTR_MAX;
  c->top = &c->root;
  c->handler = c->ring = c->threads = c->lastThreadAnchor = LUA_NOREF;
}

// Everything that a context keeps outside Lua.
static void release_resources(luashim_context *c) {
  luashim_call *call = c->root.next;
  while (call != NULL) {
    luashim_call *next = call->next;
    luashim_discard(call);
    free(call);
    call = next;
  }
  c->root.next = NULL;
  c->top = &c->root;
  for (int32_t i = 0; i < c->orphanCount; i++) c->callbacks.release(c->orphans[i]);
  free(c->orphans);
  free(c->functions);
  free(c->unreferenced);
  free(c->traceback);
  c->orphans = NULL;
  c->functions = NULL;
  c->unreferenced = NULL;
  c->traceback = NULL;
  c->orphanCount = c->functionCount = c->unreferencedCount = 0;
  c->orphanCapacity = c->functionCapacity = c->unreferencedCapacity = 0;
}

int luashim_setup_context(lua_State *L) {
  luashim_context *c = lua_touserdata(L, 1);
  luashim_push_context(L, c);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &contextKey);
  luashim_push_context(L, c);
  lua_pushcclosure(L, luashim_message_handler, 1);
  c->handler = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_createtable(L, LUASHIM_RING_SIZE, 0);
  for (int i = 1; i <= LUASHIM_RING_SIZE; i++) {
    lua_pushboolean(L, 0);
    lua_rawseti(L, -2, i);
  }
  c->ring = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  c->threads = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushboolean(L, 0);
  c->lastThreadAnchor = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_getglobal(L, "xpcall");
  c->xpcall = lua_tocfunction(L, -1);
  return 0;
}

// ---- Owned universes --------------------------------------------------------------------------

luashim_context *luashim_open(
    void *owner, luashim_callbacks callbacks, luashim_interrupt *interrupt,
    luashim_allocator *allocator) {
  luashim_context *c = luashim_malloc(sizeof *c);
  if (c == NULL) return NULL;
  lua_State *L = lua_newstate(luashim_allocate, allocator);
  if (L == NULL) {
    free(c);
    return NULL;
  }
  initialize(c, L, owner, callbacks, interrupt);
  c->allocator = allocator;
  *(luashim_context **)lua_getextraspace(L) = c;
  luashim_set_current(interrupt, L);
  return c;
}

typedef struct {
  luashim_context *context;
  bool refusesBytecode, warnings;
} libraries_request;

static int open_libraries(lua_State *L) {
  const libraries_request *request = lua_touserdata(L, 1);
  luaL_openlibs(L);
  lua_pushcfunction(L, luashim_setup_context);
  lua_pushlightuserdata(L, request->context);
  lua_call(L, 1, 0);
  luashim_replace_coroutine_functions(L, request->context);
  if (request->refusesBytecode) luashim_replace_loaders(L);
  luashim_set_warnings(L, request->warnings);
  return 0;
}

int luashim_open_libraries(luashim_context *c, bool refusesBytecode, bool warnings) {
  libraries_request request = {c, refusesBytecode, warnings};
  lua_pushcfunction(c->main, open_libraries);
  lua_pushlightuserdata(c->main, &request);
  return lua_pcall(c->main, 1, 0, 0);
}

void luashim_close(luashim_context *c) {
  c->isClosing = true;
  luashim_set_current(c->interrupt, NULL);
  lua_settop(c->main, 0);
  lua_close(c->main);
  luashim_close_streams(c);
  c->isClosed = true;
  release_resources(c);
  free(c);
}

// ---- Borrowed universes -----------------------------------------------------------------------

// The context is a userdata: its memory outlives every finalizer, also those after its own.
static int close_borrowed(lua_State *L) {
  luashim_context *c = lua_touserdata(L, 1);
  if (c == NULL || lua_rawlen(L, 1) < sizeof *c || c->magic != LUASHIM_MAGIC) return 0;
  if (c->isClosed) return 0;
  c->isClosed = true;
  luashim_set_current(c->interrupt, NULL);
  c->callbacks.closed(c->owner);
  release_resources(c);
  return 0;
}

luashim_context *luashim_existing(lua_State *L) {
  if (!lua_checkstack(L, 1)) return NULL;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &contextKey);
  luashim_context *c = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return c == NULL || c->isClosed ? NULL : c;
}

static int borrow(lua_State *L) {
  luashim_context **slot = lua_touserdata(L, 1);
  const luashim_context *model = *slot;
  luashim_context *c = lua_newuserdatauv(L, sizeof *c, 0);
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  lua_State *main = lua_tothread(L, -1);
  lua_pop(L, 1);
  initialize(c, main, model->owner, model->callbacks, model->interrupt);
  c->isBorrowed = true;
  c->isClosed = true;  // until everything stands
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, close_borrowed);
  lua_setfield(L, -2, "__gc");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, c);  // anchor, and what luashim_push_context finds
  lua_pushcfunction(L, luashim_setup_context);
  lua_pushlightuserdata(L, c);
  lua_call(L, 1, 0);
  c->isClosed = false;
  luashim_set_current(c->interrupt, main);
  *slot = c;
  return 0;
}

int luashim_borrow(
    lua_State *L, void *owner, luashim_callbacks callbacks, luashim_interrupt *interrupt,
    luashim_context **result) {
  luashim_context model = {.owner = owner, .callbacks = callbacks, .interrupt = interrupt};
  luashim_context *slot = &model;
  lua_pushcfunction(L, borrow);
  lua_pushlightuserdata(L, &slot);
  int status = lua_pcall(L, 1, 0, 0);
  if (status == LUA_OK) *result = slot;
  return status;
}

void luashim_push_context(lua_State *L, luashim_context *c) {
  if (c->isBorrowed) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, c);
  } else {
    lua_pushlightuserdata(L, c);
  }
}

luashim_context *luashim_context_of(lua_State *L) {
  const int upvalue = lua_upvalueindex(1);
  luashim_context *c = lua_touserdata(L, upvalue);
  if (lua_type(L, upvalue) == LUA_TLIGHTUSERDATA) {
    // Only our own universes have it there; in another one that space may be uninitialised.
    if (c == *(luashim_context **)lua_getextraspace(L)) return c;
  } else if (c != NULL && lua_rawlen(L, upvalue) == sizeof *c && c->magic == LUASHIM_MAGIC) {
    return c;
  }
  luaL_error(L, "a function's upvalues were changed");
  return NULL;
}

// ---- Bookkeeping ------------------------------------------------------------------------------

// Makes room for one more element of the given size. False without memory.
static bool grow(void *array, int32_t count, int32_t *capacity, size_t size) {
  if (count < *capacity) return true;
  int32_t larger = *capacity < 16 ? 16 : *capacity * 2;
  void *moved = luashim_realloc(*(void **)array, (size_t)larger * size);
  if (moved == NULL) return false;
  *(void **)array = moved;
  *capacity = larger;
  return true;
}

int32_t luashim_add_function(luashim_context *c, void *function) {
  if (!grow(&c->functions, c->functionCount, &c->functionCapacity, sizeof(void *))) return -1;
  c->functions[c->functionCount] = function;
  return c->functionCount++;
}

void luashim_unreference(luashim_context *c, int32_t reference) {
  if (c->isClosing || c->isClosed) return;
  if (grow(&c->unreferenced, c->unreferencedCount, &c->unreferencedCapacity, sizeof(int32_t))) {
    c->unreferenced[c->unreferencedCount++] = reference;
  }
}

void luashim_drain(luashim_context *c, lua_State *L) {
  while (c->unreferencedCount > 0) {
    luaL_unref(L, LUA_REGISTRYINDEX, c->unreferenced[--c->unreferencedCount]);
  }
}

bool luashim_push_registry_table(lua_State *L, int32_t reference) {
  if (lua_rawgeti(L, LUA_REGISTRYINDEX, reference) == LUA_TTABLE) return true;
  lua_pop(L, 1);
  return false;
}

// A box made while the universe closes is never finalized: the context releases its object.
void luashim_adopt_orphan(luashim_context *c, luashim_box *box) {
  if (!grow(&c->orphans, c->orphanCount, &c->orphanCapacity, sizeof(void *))) return;
  c->orphans[c->orphanCount++] = box->object;
  box->isOwned = false;
}
