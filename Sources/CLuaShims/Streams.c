// Redirected output: what a script writes goes to the host, by whatever function it is written.
//
// The library `io` works on FILEs, so a FILE of our own making stands for each standard one: print,
// io.write, io.stdout:write and warn all end in the same callback.
#define _GNU_SOURCE
#include "internal.h"

#include <stdio.h>

enum { OUTPUT, ERRORS };

static ssize_t write_to(luashim_context *c, int32_t stream, const char *bytes, size_t length) {
  c->callbacks.written(c->owner, stream, bytes, length);
  return (ssize_t)length;
}

static ssize_t write_output(void *cookie, const char *bytes, size_t length) {
  return write_to(cookie, OUTPUT, bytes, length);
}

static ssize_t write_errors(void *cookie, const char *bytes, size_t length) {
  return write_to(cookie, ERRORS, bytes, length);
}

static int keep_open(lua_State *L) {
  luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  stream->closef = keep_open;
  luaL_pushfail(L);
  lua_pushliteral(L, "cannot close standard file");
  return 2;
}

// Pushes the file that stands for a standard one in `io`.
static luaL_Stream *push_stream(lua_State *L) {
  luaL_Stream *stream = lua_newuserdatauv(L, sizeof *stream, 0);
  stream->closef = NULL;
  luaL_setmetatable(L, LUA_FILEHANDLE);
  return stream;
}

static void open_output(lua_State *L, luashim_context *c, int io, int32_t index, const char *name) {
  luaL_Stream *stream = push_stream(L);
  const cookie_io_functions_t functions = {
      .write = index == OUTPUT ? write_output : write_errors};
  FILE *file = fopencookie(c, "w", functions);
  if (file == NULL) luaL_error(L, "not enough memory");
  setvbuf(file, NULL, _IOLBF, BUFSIZ);
  c->streams[index] = file;
  stream->f = file;
  stream->closef = keep_open;
  lua_setfield(L, io, name);
}

static int close_input(lua_State *L) {
  luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  return luaL_fileresult(L, fclose(stream->f) == 0, NULL);
}

static ssize_t read_nothing(void *cookie, char *bytes, size_t length) {
  (void)cookie;
  (void)bytes;
  (void)length;
  return 0;
}

// Standard input that has ended.
static void open_input(lua_State *L, int io) {
  luaL_Stream *stream = push_stream(L);
  stream->f = fopencookie(NULL, "r", (cookie_io_functions_t){.read = read_nothing});
  if (stream->f == NULL) luaL_error(L, "not enough memory");
  stream->closef = close_input;
  lua_setfield(L, io, "stdin");
}

// Calls io.input or io.output with one of the files.
static void choose(lua_State *L, int io, const char *function, const char *file) {
  lua_getfield(L, io, function);
  lua_getfield(L, io, file);
  lua_call(L, 1, 0);
}

// As Lua's own, to the redirected file.
static int print(lua_State *L) {
  FILE *file = luashim_context_of(L)->streams[OUTPUT];
  const int count = lua_gettop(L);
  for (int i = 1; i <= count; i++) {
    size_t length;
    const char *text = luaL_tolstring(L, i, &length);
    if (i > 1) fputc('\t', file);
    fwrite(text, 1, length, file);
    lua_pop(L, 1);
  }
  fputc('\n', file);
  fflush(file);
  return 0;
}

static int redirect(lua_State *L) {
  luashim_context *c = lua_touserdata(L, 1);
  lua_getglobal(L, LUA_IOLIBNAME);
  const int io = lua_gettop(L);
  open_output(L, c, io, OUTPUT, "stdout");
  open_output(L, c, io, ERRORS, "stderr");
  open_input(L, io);
  choose(L, io, "output", "stdout");
  choose(L, io, "input", "stdin");
  luashim_push_context(L, c);
  lua_pushcclosure(L, print, 1);
  lua_setglobal(L, "print");
  return 0;
}

int luashim_redirect(luashim_context *c) {
  lua_pushcfunction(c->main, redirect);
  lua_pushlightuserdata(c->main, c);
  return lua_pcall(c->main, 1, 0, 0);
}

void luashim_flush(luashim_context *c) {
  for (int i = OUTPUT; i <= ERRORS; i++) {
    if (c->streams[i] != NULL) fflush(c->streams[i]);
  }
}

void luashim_close_streams(luashim_context *c) {
  for (int i = OUTPUT; i <= ERRORS; i++) {
    if (c->streams[i] != NULL) fclose(c->streams[i]);
    c->streams[i] = NULL;
  }
}
