// The border between Swift and Lua, C side: the only place that raises a Lua error.
//
// Swift calls from here, and from Lua itself only what the manual marks `-` (cannot raise). A
// function which returns `int` status runs under lua_pcall: LUA_OK, or a Lua status with the error
// value on top of the stack. The caller has made room on the stack (lua_checkstack).
#ifndef CLUASHIMS_H
#define CLUASHIMS_H

#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct luashim_context luashim_context;
typedef struct luashim_call luashim_call;
typedef struct luashim_class luashim_class;
typedef struct luashim_interrupt luashim_interrupt;
typedef struct luashim_allocator luashim_allocator;

// ---- Results of one call ----------------------------------------------------------------------

enum { LUASHIM_MAX_RESULTS = 8, LUASHIM_RING_SIZE = 16 };

typedef int32_t luashim_kind;
enum {
  LUASHIM_NIL,
  LUASHIM_BOOLEAN,
  LUASHIM_INTEGER,
  LUASHIM_NUMBER,
  LUASHIM_STRING,     // owned bytes
  LUASHIM_OBJECT,     // owned object
  LUASHIM_INDEX,      // a value of the call's stack
  LUASHIM_REFERENCE,  // owned registry reference
  LUASHIM_BORROWED,   // registry reference which someone else keeps
};

typedef struct {
  luashim_kind kind;
  int32_t reference;  // also the stack index
  union {
    lua_Integer integer;
    lua_Number number;
    char *bytes;
    void *object;
  };
  union {
    size_t length;
    const luashim_class *objectClass;
  };
} luashim_result;

// One call from Lua into Swift. Blocks live in the context, not on the C stack, so that what they
// own survives a longjmp out of the trampoline; a stale block is recognised and emptied.
struct luashim_call {
  luashim_context *context;
  lua_State *L;
  int32_t argumentCount;
  int32_t resultCount;  // may exceed LUASHIM_MAX_RESULTS: then the call fails
  int32_t scopeDepth;   // Swift scopes that will clear the stack above them
  int32_t ringSlot;     // where a thrown error is remembered, or -1
  bool isOutOfMemory;
  luashim_call *previous, *next;
  uintptr_t frame, osThread;
  luashim_result results[LUASHIM_MAX_RESULTS];
};

void luashim_discard(luashim_call *call);
// Copies the bytes. Without memory the call fails.
void luashim_return_string(luashim_call *call, const char *bytes, size_t length);

// The next free result, or NULL (and the call fails) after the eighth.
static inline luashim_result *luashim_next_result(luashim_call *call, luashim_kind kind) {
  int32_t i = call->resultCount;
  if (i >= LUASHIM_MAX_RESULTS) {
    call->resultCount = LUASHIM_MAX_RESULTS + 1;
    return NULL;
  }
  call->resultCount = i + 1;
  call->results[i].kind = kind;
  return &call->results[i];
}

static inline void luashim_return_nil(luashim_call *call) {
  luashim_next_result(call, LUASHIM_NIL);
}

static inline void luashim_return_boolean(luashim_call *call, bool value) {
  luashim_result *result = luashim_next_result(call, LUASHIM_BOOLEAN);
  if (result != NULL) result->integer = value;
}

static inline void luashim_return_integer(luashim_call *call, lua_Integer value) {
  luashim_result *result = luashim_next_result(call, LUASHIM_INTEGER);
  if (result != NULL) result->integer = value;
}

static inline void luashim_return_number(luashim_call *call, lua_Number value) {
  luashim_result *result = luashim_next_result(call, LUASHIM_NUMBER);
  if (result != NULL) result->number = value;
}

// Takes the reference to the object, unless it returns false.
static inline bool luashim_return_object(
    luashim_call *call, void *object, const luashim_class *objectClass) {
  luashim_result *result = luashim_next_result(call, LUASHIM_OBJECT);
  if (result == NULL) return false;
  result->object = object;
  result->objectClass = objectClass;
  return true;
}

// LUASHIM_INDEX, LUASHIM_REFERENCE (taken, unless it returns false) or LUASHIM_BORROWED.
static inline bool luashim_return_reference(
    luashim_call *call, luashim_kind kind, int32_t reference) {
  luashim_result *result = luashim_next_result(call, kind);
  if (result == NULL) return false;
  result->reference = reference;
  return true;
}

// ---- The context: one for each Lua universe ---------------------------------------------------

typedef struct {
  int32_t (*enter)(luashim_call *call, void *function);  // 0: results; 1: raise the first result
  void (*release)(void *object);
  void (*coroutineChanged)(void *owner);
  void (*closed)(void *owner);  // a borrowed universe closes
  // What a script writes to a stream that was redirected: 0 output, 1 errors. It may not use Lua.
  void (*written)(void *owner, int32_t stream, const char *bytes, size_t length);
} luashim_callbacks;

struct luashim_context {
  uint64_t magic;
  void *owner;
  lua_State *main;
  lua_State *running;  // the thread on which Swift may use the API now
  lua_State *lastThread;
  uint64_t coroutine, coroutineCount;
  luashim_callbacks callbacks;
  luashim_call root, *top;
  luashim_interrupt *interrupt;
  luashim_allocator *allocator;  // NULL in a borrowed universe
  const int64_t *externalBytes;
  int64_t highestExternalBytes, pendingBytes;
  void **functions;
  int32_t functionCount, functionCapacity;
  int32_t *unreferenced;
  int32_t unreferencedCount, unreferencedCapacity;
  int32_t recorder;  // registry reference of a table whose keys become the new objects, or 0
  void **orphans;
  int32_t orphanCount, orphanCapacity;
  int32_t depth;  // nested calls from Swift into Lua
  bool isBorrowed, isClosing, isClosed;
  lua_CFunction xpcall;
  void *direct;  // what luashim_push_direct's function enters, or NULL
  void *streams[2];  // FILEs of redirected output and errors, or NULL
  int64_t budget;  // instructions left
  int32_t budgetStep;  // how many at a time are taken from it; 0 without a budget
  int32_t handler, ring, threads, lastThreadAnchor;  // registry references
  char *traceback;
  size_t tracebackLength;
  int32_t line;
  char file[LUA_IDSIZE];
};

luashim_context *luashim_open(
    void *owner, luashim_callbacks callbacks, luashim_interrupt *interrupt,
    luashim_allocator *allocator);
int luashim_open_libraries(luashim_context *c, bool refusesBytecode, bool warnings);
void luashim_close(luashim_context *c);

luashim_context *luashim_existing(lua_State *L);
int luashim_borrow(
    lua_State *L, void *owner, luashim_callbacks callbacks, luashim_interrupt *interrupt,
    luashim_context **result);

// Registers a function (unretained) for ever and returns its id.
int32_t luashim_add_function(luashim_context *c, void *function);
// Gives a registry reference back at the next safe point. Cannot fail.
void luashim_unreference(luashim_context *c, int32_t reference);

// ---- Classes and boxes ------------------------------------------------------------------------

// Process-wide; its address is the key of the metatable in each registry.
struct luashim_class {
  void *owner;
  const luashim_class *parent;
  int32_t userValueCount;
  bool isIdentityMapped;
  char identityKey;  // its address is the key of the identity map
};

typedef struct {
  luashim_context *context;  // also the proof that the block is ours
  const luashim_class *objectClass;
  void *object;  // NULL after the release
  bool isOwned;
} luashim_box;

// The box at an index if the userdata there is one of ours: size and context prove it, so a script
// that swaps metatables cannot forge one.
static inline luashim_box *luashim_box_at(
    lua_State *L, int index, const luashim_context *context) {
  luashim_box *box = (luashim_box *)lua_touserdata(L, index);
  if (box == NULL || lua_rawlen(L, index) != sizeof(luashim_box)) return NULL;
  return box->context == context ? box : NULL;
}

static inline bool luashim_inherits(const luashim_class *sub, const luashim_class *base) {
  for (; sub != NULL; sub = sub->parent) {
    if (sub == base) return true;
  }
  return false;
}

// The live object of the class at an index, or NULL.
static inline void *luashim_object_at(
    lua_State *L, int index, const luashim_context *context, const luashim_class *objectClass) {
  luashim_box *box = luashim_box_at(L, index, context);
  if (box == NULL) return NULL;
  if (box->objectClass != objectClass && !luashim_inherits(box->objectClass, objectClass)) {
    return NULL;
  }
  return box->object;
}

void luashim_release_box(luashim_box *box);

// Parts of a class's metatable, pushed protected. `methods` and the metatable are stack indices.
// __gc, __close and the release method are one function; __eq compares objects.
int luashim_push_release(lua_State *L, luashim_context *c);
int luashim_push_equal(lua_State *L, luashim_context *c);
int luashim_push_index(lua_State *L, luashim_context *c, int methods, int32_t fallback);
// registry[class] = metatable on top (popped), and its identity map.
int luashim_register_class(lua_State *L, const luashim_class *objectClass);

// ---- Functions --------------------------------------------------------------------------------

int luashim_push_function(lua_State *L, luashim_context *c, int32_t id, bool ignoresInterrupts);
// The function object is owned by the closure (consumed also on failure).
int luashim_push_owned_function(
    lua_State *L, luashim_context *c, void *function, const luashim_class *functionClass);

// ---- Protected operations ---------------------------------------------------------------------

int luashim_push_string(lua_State *L, const char *bytes, size_t length);
int luashim_push_table(lua_State *L, int32_t arrayCapacity, int32_t fieldCapacity);
int luashim_push_integers(lua_State *L, const int64_t *values, size_t count);
int luashim_push_numbers(lua_State *L, const double *values, size_t count);
// Consumes the object, also on failure.
int luashim_push_object(
    lua_State *L, luashim_context *c, void *object, const luashim_class *objectClass);
// Pushes the userdata of an object whose class has an identity map, or nil.
int luashim_push_existing(lua_State *L, const luashim_class *objectClass, const void *object);
int luashim_raw_set(lua_State *L, int table);                        // pops key, value
int luashim_raw_set_integer(lua_State *L, int table, lua_Integer i);  // pops value
int luashim_next(lua_State *L, int table, bool *more);  // key → key, value; or nothing
int luashim_reference(lua_State *L, int32_t *reference);             // pops the value
int luashim_preload(lua_State *L, const char *module);               // pops the loader
int luashim_load_file(lua_State *L, const char *path);               // pushes the chunk
int luashim_push_key(lua_State *L, const void *key, const char *bytes, size_t length);

// Calls a function with its arguments on the stack; the handler keeps a traceback in the context.
int luashim_protected_call(luashim_context *c, lua_State *L, int argumentCount, int resultCount);
// Operations which may run any Lua code through metamethods: calls like the one above.
int luashim_get(luashim_context *c, lua_State *L);       // table, key → value
int luashim_set(luashim_context *c, lua_State *L);       // pops table, key, value
int luashim_tostring(luashim_context *c, lua_State *L);  // value → string
// Pushes a function that enters the context's `direct`: a body which the caller keeps alive.
void luashim_push_direct(lua_State *L);
// The Swift function behind a value on the stack; NULL for any other value. Raises nothing.
void *luashim_function_at(lua_State *L, int index, luashim_context *c);

// Errors that went through: the slot that holds the very value at the top of the stack, or -1. The
// search goes back from the newest slot.
int32_t luashim_ring_find(luashim_context *c, lua_State *L, int32_t newest);

// What lua_tolstring would give for a string; NULL, without conversion, for anything else.
static inline const char *luashim_string_at(lua_State *L, int index, size_t *length) {
  return lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, length) : NULL;
}

// lua_settop without to-be-closed slots cannot raise; Swift marks none.
static inline void luashim_set_top(lua_State *L, int top) { lua_settop(L, top); }

static inline int luashim_push_reference(lua_State *L, int32_t reference) {
  return lua_rawgeti(L, LUA_REGISTRYINDEX, reference);
}

void luashim_collect(lua_State *L);
int64_t luashim_heap_bytes(lua_State *L);

// ---- Interrupts -------------------------------------------------------------------------------

luashim_interrupt *luashim_interrupt_new(void);
void luashim_interrupt_free(luashim_interrupt *interrupt);
// Why a call is stopped: the value of the flag.
enum { LUASHIM_CANCELLED = 1, LUASHIM_OUT_OF_TIME, LUASHIM_OUT_OF_INSTRUCTIONS };
// Async-signal-safe, from any thread. The first reason stays.
void luashim_interrupt_raise(luashim_interrupt *interrupt, int32_t reason);
// Forgets an interrupt if it has this reason.
void luashim_interrupt_withdraw(luashim_interrupt *interrupt, int32_t reason);
void luashim_interrupt_clear(luashim_interrupt *interrupt);
const int32_t *luashim_interrupt_flag(const luashim_interrupt *interrupt);
bool luashim_interrupt_is_raised(const luashim_interrupt *interrupt);
// The outermost call is over: forgets the interrupt and takes the hook away.
void luashim_interrupt_finish(luashim_context *c);

// One signal at a time leads to one interrupt. Returns false if the signal is refused.
bool luashim_signal_install(luashim_interrupt *interrupt, int signal);
void luashim_signal_restore(luashim_interrupt *interrupt);

// Lets the next outermost call run so many instructions of Lua, in whatever coroutines; 0: any number.
// To be set first when no coroutine exists.
void luashim_set_budget(luashim_context *c, int64_t instructions);

// ---- Restrictions -----------------------------------------------------------------------------

// Replaces the C function on top of the stack by one that first asks the function below it, the judge,
// which gets all arguments and returns nothing, or the reason for a refusal. `paths` has a bit for
// each argument that is a path. A soft refusal is what io.open returns, any other an error. The
// judge is popped, too.
int luashim_push_guarded(lua_State *L, int32_t paths, bool isSoft);
// Takes the metatable of Lua's files out of reach.
int luashim_protect_files(lua_State *L);
// Redirects print, io and warn to `written`; standard input becomes empty.
int luashim_redirect(luashim_context *c);
void luashim_flush(luashim_context *c);
// Replaces what could run for ever inside C: patterns, string.rep, and functions of `table`; and
// `setmetatable` by one that refuses finalizers, which no interrupt reaches.
int luashim_bound_functions(luashim_context *c);

// ---- The allocator of owned universes ---------------------------------------------------------

luashim_allocator *luashim_allocator_new(luashim_interrupt *interrupt);
void luashim_allocator_free(luashim_allocator *allocator);
void luashim_allocator_set_limit(luashim_allocator *allocator, int64_t bytes);  // 0: none
int64_t luashim_allocator_used(const luashim_allocator *allocator);
int64_t luashim_allocator_peak(const luashim_allocator *allocator);
// For tests: `count` requests fail after `after` successful ones. Negative: none.
void luashim_allocator_fail(luashim_allocator *allocator, int64_t after, int64_t count);
int64_t luashim_allocator_requests(const luashim_allocator *allocator);
// The same for the border's own memory, of the calling thread.
void luashim_bookkeeping_fail(int64_t after, int64_t count);
int64_t luashim_bookkeeping_requests(void);

// What the limit refused last: bytes wanted, and in use then; wanted is 0 before.
typedef struct {
  int64_t wanted, used, limit;
} luashim_refusal;
luashim_refusal luashim_allocator_refusal(const luashim_allocator *allocator);

#endif
