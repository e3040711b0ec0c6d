// The matcher of Lua's patterns, that can be stopped.
#ifndef LUASHIM_MATCHER_H
#define LUASHIM_MATCHER_H

#include "internal.h"

enum { LUASHIM_MAX_CAPTURES = 32, LUASHIM_UNFINISHED = -1, LUASHIM_POSITION = -2 };

typedef struct {
  lua_State *L;
  luashim_context *context;
  const char *start, *end;  // the subject
  const char *patternEnd;
  int64_t fuel;  // work left until the next look at the interrupt
  int depth;     // of recursion that is left
  int level;     // captures, finished or not
  struct {
    const char *start;
    ptrdiff_t length;
  } capture[LUASHIM_MAX_CAPTURES];
} luashim_matcher;

void luashim_matcher_prepare(
    luashim_matcher *m, lua_State *L, luashim_context *c, const char *subject, size_t length,
    const char *pattern, size_t patternLength);
// The end of the match that begins at `s`, or NULL. Forgets the captures of the match before.
const char *luashim_match(luashim_matcher *m, const char *s, const char *pattern);
// Counts work; may raise.
void luashim_matcher_spend(luashim_matcher *m, int64_t work);

#endif
