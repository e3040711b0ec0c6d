// Penumbra inside a C program: Lua 5.4 with tensors, networks and noisy optimisers.
//
// Compile and link with `pkg-config --cflags --libs penumbra`.
//
// Handles. A `penumbra_runtime *`, `penumbra_tensor *`, `penumbra_reference *` or `penumbra_frame *` is
// a number in a pointer's clothes: it is never dereferenced, and no number is given twice. NULL, a
// handle that was released, one of another kind, or any other pointer is answered with
// PENUMBRA_ERROR_ARGUMENT (or the answer that a function names), never with a crash. Other pointers
// (strings, buffers, places for results) must be what they say; a NULL there is an error as well.
//
// Threads. A runtime belongs to one thread at a time, and so does everything that came from it. While
// one thread is inside a function of a runtime, the same function called by another is answered with
// PENUMBRA_ERROR_BUSY. Only what is marked "any thread" may be called at any time from anywhere.
// Several runtimes share nothing and may run side by side, each on its thread.
//
// Errors. Every function that can fail returns a status. The words stand in `penumbra_error_message`
// of the runtime until the next function fails on it.
//
// Unwinding. No Lua error, Swift error or C++ exception leaves a function of this header, and a
// callback must return as well: no longjmp, no exception out of it.
//
// Memory. Where an operation's memory runs out, in Lua or in tensors, the result is
// PENUMBRA_ERROR_MEMORY and the runtime stays usable. When not even a few bytes for Penumbra's own
// bookkeeping are left, the process ends.
#ifndef PENUMBRA_H
#define PENUMBRA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PENUMBRA_API __attribute__((visibility("default")))
#else
#define PENUMBRA_API
#endif

// ---- Status -----------------------------------------------------------------------------------

typedef int32_t penumbra_status;
enum {
  PENUMBRA_OK = 0,
  PENUMBRA_ERROR_ARGUMENT = 1,     // a wrong argument of the function itself; nothing was done
  PENUMBRA_ERROR_SCRIPT = 2,       // an error raised in Lua, or a text that does not compile
  PENUMBRA_ERROR_INTERRUPTED = 3,  // stopped by penumbra_interrupt
  PENUMBRA_ERROR_MEMORY = 4,       // a limit was reached, or the system has no more
  PENUMBRA_ERROR_BUSY = 5,         // another thread is inside the runtime, or a call is in progress
  PENUMBRA_ERROR_LIMIT = 6,        // a call took too long: the limit of time or of instructions
};

// A few words for a status, "script error" for example; never NULL. The text lives for ever.
// Any thread.
PENUMBRA_API const char *penumbra_status_text(penumbra_status status);

// "0.1.0". The text lives for ever. Any thread.
PENUMBRA_API const char *penumbra_version(void);

// ---- Values -----------------------------------------------------------------------------------

typedef struct penumbra_runtime penumbra_runtime;
typedef struct penumbra_tensor penumbra_tensor;
typedef struct penumbra_reference penumbra_reference;
typedef struct penumbra_frame penumbra_frame;

typedef int32_t penumbra_type;
enum {
  PENUMBRA_TYPE_NIL = 0,
  PENUMBRA_TYPE_BOOLEAN = 1,
  PENUMBRA_TYPE_INTEGER = 2,
  PENUMBRA_TYPE_NUMBER = 3,
  PENUMBRA_TYPE_STRING = 4,
  PENUMBRA_TYPE_TENSOR = 5,
  PENUMBRA_TYPE_REFERENCE = 6,  // any other Lua value: a table, a function, a module, ...
};

// A Lua value. Strings are bytes: `length` of them, zeros allowed; those that Penumbra gives out have
// one more zero behind them. Strings and handles inside a value that Penumbra gives out are lent: each
// function says until when. To keep one copy the string, or retain the handle. Values that you hand in
// are copied (strings) or retained (handles): they stay yours.
typedef struct penumbra_value {
  penumbra_type type;
  size_t length;  // of a string, in bytes
  union {
    int32_t boolean;  // 0 or 1
    int64_t integer;
    double number;
    const char *string;
    penumbra_tensor *tensor;
    penumbra_reference *reference;
  };
} penumbra_value;

static inline penumbra_value penumbra_nil(void) {
  penumbra_value value;
  memset(&value, 0, sizeof value);
  return value;
}

static inline penumbra_value penumbra_boolean(int truth) {
  penumbra_value value = penumbra_nil();
  value.type = PENUMBRA_TYPE_BOOLEAN;
  value.boolean = truth != 0;
  return value;
}

static inline penumbra_value penumbra_integer(int64_t integer) {
  penumbra_value value = penumbra_nil();
  value.type = PENUMBRA_TYPE_INTEGER;
  value.integer = integer;
  return value;
}

static inline penumbra_value penumbra_number(double number) {
  penumbra_value value = penumbra_nil();
  value.type = PENUMBRA_TYPE_NUMBER;
  value.number = number;
  return value;
}

// The string is not copied here: it must live until the function that gets the value returns.
static inline penumbra_value penumbra_string(const char *string) {
  penumbra_value value = penumbra_nil();
  if (string == NULL) return value;
  value.type = PENUMBRA_TYPE_STRING;
  value.string = string;
  value.length = strlen(string);
  return value;
}

static inline penumbra_value penumbra_of_tensor(penumbra_tensor *tensor) {
  penumbra_value value = penumbra_nil();
  value.type = PENUMBRA_TYPE_TENSOR;
  value.tensor = tensor;
  return value;
}

static inline penumbra_value penumbra_of_reference(penumbra_reference *reference) {
  penumbra_value value = penumbra_nil();
  value.type = PENUMBRA_TYPE_REFERENCE;
  value.reference = reference;
  return value;
}

// ---- The runtime ------------------------------------------------------------------------------

typedef int32_t penumbra_stream;
enum {
  PENUMBRA_STREAM_OUTPUT = 0,  // print, io.write
  PENUMBRA_STREAM_ERRORS = 1,  // io.stderr, warnings
};

// Gets what a script writes, at the ends of lines and of calls. The bytes are lent until it returns and
// not ended by a zero. It runs on the thread that runs the script and must not call Penumbra.
typedef void (*penumbra_output)(
    void *context, penumbra_stream stream, const char *bytes, size_t length);

typedef int32_t penumbra_profile;
enum {
  PENUMBRA_TRUSTED = 0,     // all of Lua's library but bytecode
  PENUMBRA_EXPERIMENT = 1,  // files under the given folders, the clock; no processes, no C modules
  PENUMBRA_PURE = 2,        // computing only
};

// Zero everywhere but in `size` means: the default. Write `penumbra_options options = {sizeof options};`
typedef struct penumbra_options {
  size_t size;                  // sizeof(penumbra_options): later versions have more fields
  int64_t lua_memory_limit;     // bytes of Lua's own objects; 0: no limit
  int64_t tensor_memory_limit;  // bytes of tensors; 0: four fifths of the machine's memory
  double time_limit;            // seconds that one call may take; 0: no limit
  int64_t instruction_limit;    // instructions of Lua that one call may run; 0: no limit
  penumbra_profile profile;     // what scripts may do
  int32_t threads;              // of large operations; 0: as many as the machine has cores
  const char *const *folders;   // open to PENUMBRA_EXPERIMENT; read during penumbra_runtime_create only
  size_t folder_count;
  int32_t no_warnings;          // not 0: Lua's warnings go nowhere
  penumbra_output output;       // NULL: the process's own streams
  void *output_context;         // given to `output`
} penumbra_options;

// Makes a runtime in which `require "penumbra"` works. `options` may be NULL. A folder that does not exist
// is PENUMBRA_ERROR_SCRIPT.
// Yours: give it back with penumbra_runtime_destroy. Any thread.
PENUMBRA_API penumbra_status penumbra_runtime_create(
    const penumbra_options *options, penumbra_runtime **runtime);

// Ends a runtime: finalizers run, results, references and registered functions are released.
// Tensors that you retain live on. NULL does nothing. Inside a call (from a callback) it answers
// PENUMBRA_ERROR_BUSY and does nothing. The runtime's thread.
PENUMBRA_API penumbra_status penumbra_runtime_destroy(penumbra_runtime *runtime);

// Stops the running call, in `pcall`, coroutines and long operations too: it returns
// PENUMBRA_ERROR_INTERRUPTED. If nothing runs the next call is stopped. Any thread; not from a signal
// handler.
PENUMBRA_API penumbra_status penumbra_interrupt(penumbra_runtime *runtime);

// Runs a full cycle of Lua's collector. The runtime's thread.
PENUMBRA_API penumbra_status penumbra_collect_garbage(penumbra_runtime *runtime);

// ---- The last error ---------------------------------------------------------------------------

// What the last function that failed on this runtime had to say: one line "file.lua:3: what was
// wrong", and the stack of Lua calls ("" where there is none). "" before any failure; NULL for a
// handle that is no runtime or in use by another thread. Lent until the next failure on this runtime, or
// its end. The runtime's thread.
PENUMBRA_API const char *penumbra_error_message(penumbra_runtime *runtime);
PENUMBRA_API const char *penumbra_error_traceback(penumbra_runtime *runtime);

// ---- Running ----------------------------------------------------------------------------------
//
// The results of the last of these calls are kept with the runtime: `penumbra_result_count` and
// `penumbra_result` read them, until the next such call. After a failure there are none.

// Runs Lua source. `name` is what messages call it ("setup"); NULL: "source". Binary chunks are refused.
PENUMBRA_API penumbra_status penumbra_run(
    penumbra_runtime *runtime, const char *source, const char *name);

// Runs a file of Lua source.
PENUMBRA_API penumbra_status penumbra_run_file(penumbra_runtime *runtime, const char *path);

// Calls a global function by name; "train.step" is the field `step` of the global `train`.
// `arguments` may be NULL if `count` is 0.
PENUMBRA_API penumbra_status penumbra_call(
    penumbra_runtime *runtime, const char *function, const penumbra_value *arguments, size_t count);

// Calls a function that came out of this runtime.
PENUMBRA_API penumbra_status penumbra_call_reference(
    penumbra_runtime *runtime, penumbra_reference *function, const penumbra_value *arguments,
    size_t count);

// Gets a global ("x", "train.rate") as the one result.
PENUMBRA_API penumbra_status penumbra_get_global(penumbra_runtime *runtime, const char *name);

// Sets a global, or a field of a table inside one.
PENUMBRA_API penumbra_status penumbra_set_global(
    penumbra_runtime *runtime, const char *name, const penumbra_value *value);

// Gets `table[key]` as the one result. The table is a reference of this runtime.
PENUMBRA_API penumbra_status penumbra_get_field(
    penumbra_runtime *runtime, penumbra_reference *table, const penumbra_value *key);

// The number of results of the last call; 0 for a handle that is no runtime.
PENUMBRA_API size_t penumbra_result_count(penumbra_runtime *runtime);

// Result `index` (from 0). Strings and handles in it are lent until the next call on this runtime.
// An index without a result is PENUMBRA_ERROR_ARGUMENT, and `value` becomes nil.
PENUMBRA_API penumbra_status penumbra_result(
    penumbra_runtime *runtime, size_t index, penumbra_value *value);

// ---- References -------------------------------------------------------------------------------

// Keeps a Lua value beyond the call that lent it, once more for each retain. The runtime's thread.
PENUMBRA_API penumbra_status penumbra_reference_retain(penumbra_reference *reference);
PENUMBRA_API penumbra_status penumbra_reference_release(penumbra_reference *reference);

// ---- Functions of the host --------------------------------------------------------------------

// A function that Lua calls. It reads its arguments from the frame, gives its results to it and
// returns PENUMBRA_OK. Any other status makes the call raise an error in Lua: with the message of
// penumbra_frame_fail, else the very error of a call on the runtime that failed inside, else the status.
// It runs on the runtime's thread and may use every function of this header on the runtime except
// penumbra_runtime_destroy. The frame is valid until it returns.
typedef penumbra_status (*penumbra_function)(penumbra_frame *frame, void *context);

// Tells that Penumbra will not use `context` any more. It must not call Penumbra.
typedef void (*penumbra_release)(void *context);

// Sets a global (or a field, "host.read") to a function of the host. `release` may be NULL; it is
// called once: when Lua's collector frees the function or the runtime ends. If registering fails it is
// not called, and `context` stays yours.
PENUMBRA_API penumbra_status penumbra_register(
    penumbra_runtime *runtime, const char *name, penumbra_function function, void *context,
    penumbra_release release);

// The runtime that calls; NULL for a handle that is no frame.
PENUMBRA_API penumbra_runtime *penumbra_frame_runtime(penumbra_frame *frame);

// The number of arguments; 0 for a handle that is no frame.
PENUMBRA_API size_t penumbra_frame_count(penumbra_frame *frame);

// Argument `index` (from 0), lent until the callback returns. Beyond the last one: nil.
PENUMBRA_API penumbra_status penumbra_frame_argument(
    penumbra_frame *frame, size_t index, penumbra_value *value);

// Adds a result, at most eight.
PENUMBRA_API penumbra_status penumbra_frame_return(
    penumbra_frame *frame, const penumbra_value *value);

// Says what was wrong (copied). Returns PENUMBRA_ERROR_SCRIPT, so that a callback can end with
// `return penumbra_frame_fail(frame, "...")`.
PENUMBRA_API penumbra_status penumbra_frame_fail(penumbra_frame *frame, const char *message);

// ---- Tensors ----------------------------------------------------------------------------------

typedef int32_t penumbra_dtype;
enum {
  PENUMBRA_FLOAT32 = 0,
  PENUMBRA_FLOAT64 = 1,
  PENUMBRA_INT64 = 2,
  PENUMBRA_UINT8 = 3,
  PENUMBRA_BOOL = 4,  // one byte, 0 or 1
};

// A new tensor with a copy of the elements, in row-major order. `shape` has `rank` (0 to 8) sizes, of
// any value from 0; it may be NULL for rank 0, `data` for a tensor without elements.
// Yours: give it back with penumbra_tensor_release.
PENUMBRA_API penumbra_status penumbra_tensor_copy(
    penumbra_runtime *runtime, penumbra_dtype dtype, const int64_t *shape, size_t rank,
    const void *data, penumbra_tensor **tensor);

// A new tensor whose elements are your memory, without a copy. The memory, aligned to the size of an
// element, must stay until `release` was called (once, with `context`; on the thread that drops the
// last tensor on this memory, in Lua or here; it may be NULL). Scripts see what you write there, and
// you what they write. If this fails `release` is not called. Yours, as above.
PENUMBRA_API penumbra_status penumbra_tensor_wrap(
    penumbra_runtime *runtime, penumbra_dtype dtype, const int64_t *shape, size_t rank, void *data,
    penumbra_release release, void *context, penumbra_tensor **tensor);

// The same elements in row-major order: the tensor itself (retained) if they are so already, else a
// copy. Yours, as above.
PENUMBRA_API penumbra_status penumbra_tensor_contiguous(
    penumbra_runtime *runtime, penumbra_tensor *tensor, penumbra_tensor **contiguous);

// One owner more, one owner less. Any thread for a tensor that takes part in no derivative.
PENUMBRA_API penumbra_status penumbra_tensor_retain(penumbra_tensor *tensor);
PENUMBRA_API penumbra_status penumbra_tensor_release(penumbra_tensor *tensor);

// Number of dimensions, of elements in one (from 0), of all elements; a PENUMBRA_FLOAT32, ...
// -1 for a handle that is no tensor and a dimension that it does not have. Any thread.
PENUMBRA_API int32_t penumbra_tensor_rank(penumbra_tensor *tensor);
PENUMBRA_API int64_t penumbra_tensor_size(penumbra_tensor *tensor, size_t dimension);
PENUMBRA_API int64_t penumbra_tensor_element_count(penumbra_tensor *tensor);
PENUMBRA_API penumbra_dtype penumbra_tensor_dtype(penumbra_tensor *tensor);

// The first element of a tensor whose elements lie in row-major order (penumbra_tensor_contiguous makes
// one), lent while you retain the tensor; NULL for others. Read only. The runtime's thread.
PENUMBRA_API const void *penumbra_tensor_data(penumbra_tensor *tensor);

// The same, to be written. Call it before each change: a backward pass that needs the old values then
// says so instead of computing with the new ones.
PENUMBRA_API void *penumbra_tensor_mutable_data(penumbra_tensor *tensor);

// Copies the elements of any tensor, in row-major order. `size` is that of the buffer in bytes, which
// must hold them all. The runtime's thread.
PENUMBRA_API penumbra_status penumbra_tensor_read(
    penumbra_tensor *tensor, void *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
