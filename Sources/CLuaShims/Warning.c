// Warnings (`warn`, errors in finalizers) go to standard error, as in the stock interpreter, or where
// that was redirected to.
#include "internal.h"

#include <stdio.h>
#include <string.h>

static void warn_off(void *ud, const char *message, int continues);
static void warn_on(void *ud, const char *message, int continues);

// "@on" and "@off". Returns whether the message was a control message.
static bool control(lua_State *L, const char *message, int continues) {
  if (continues || message[0] != '@') return false;
  if (strcmp(message, "@off") == 0) lua_setwarnf(L, warn_off, L);
  if (strcmp(message, "@on") == 0) lua_setwarnf(L, warn_on, L);
  return true;
}

static void warn_off(void *ud, const char *message, int continues) {
  control(ud, message, continues);
}

// Where warnings go: only owned universes have ours.
static FILE *errors(lua_State *L) {
  FILE *redirected = luashim_owned_context(L)->streams[1];
  return redirected != NULL ? redirected : stderr;
}

static void warn_rest(void *ud, const char *message, int continues) {
  FILE *stream = errors(ud);
  fputs(message, stream);
  if (continues) return;
  fputs("\n", stream);
  fflush(stream);
  lua_setwarnf(ud, warn_on, ud);
}

static void warn_on(void *ud, const char *message, int continues) {
  if (control(ud, message, continues)) return;
  fputs("Lua warning: ", errors(ud));
  lua_setwarnf(ud, warn_rest, ud);
  warn_rest(ud, message, continues);
}

void luashim_set_warnings(lua_State *L, bool on) { lua_setwarnf(L, on ? warn_on : warn_off, L); }
