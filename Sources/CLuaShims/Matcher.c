// Backtracking can take time exponential in the pattern, so the matcher counts its work and looks at the
// interrupt. Otherwise it is that of Lua's lstrlib.c (Copyright (C) 1994-2022 Lua.org, PUC-Rio; MIT
// licence, as ours): the same matches, the same errors.
#include "Matcher.h"

#include <ctype.h>
#include <string.h>

enum { MAX_DEPTH = 200, ESCAPE = '%' };
static const int64_t FUEL = 1 << 16;

typedef unsigned char byte;

static const char *match(luashim_matcher *m, const char *s, const char *p);

void luashim_matcher_spend(luashim_matcher *m, int64_t work) {
  if ((m->fuel -= work) >= 0) return;
  m->fuel = FUEL;
  luashim_poll(m->L, m->context);
}

void luashim_matcher_prepare(
    luashim_matcher *m, lua_State *L, luashim_context *c, const char *subject, size_t length,
    const char *pattern, size_t patternLength) {
  m->L = L;
  m->context = c;
  m->start = subject;
  m->end = subject + length;
  m->patternEnd = pattern + patternLength;
  m->fuel = FUEL;
  m->depth = MAX_DEPTH;
  m->level = 0;
}

const char *luashim_match(luashim_matcher *m, const char *s, const char *pattern) {
  m->level = 0;
  m->depth = MAX_DEPTH;
  return match(m, s, pattern);
}

// ---- Single characters ------------------------------------------------------------------------

// The end of the class that begins at `p`.
static const char *class_end(luashim_matcher *m, const char *p) {
  const char first = *p++;
  if (first == ESCAPE) {
    if (p == m->patternEnd) luaL_error(m->L, "malformed pattern (ends with '%%')");
    return p + 1;
  }
  if (first != '[') return p;
  if (*p == '^') p++;
  do {
    if (p == m->patternEnd) luaL_error(m->L, "malformed pattern (missing ']')");
    if (*p++ == ESCAPE && p < m->patternEnd) p++;
  } while (*p != ']');
  return p + 1;
}

static bool is_in_class(int c, int class) {
  bool is;
  switch (tolower(class)) {
    case 'a': is = isalpha(c); break;
    case 'c': is = iscntrl(c); break;
    case 'd': is = isdigit(c); break;
    case 'g': is = isgraph(c); break;
    case 'l': is = islower(c); break;
    case 'p': is = ispunct(c); break;
    case 's': is = isspace(c); break;
    case 'u': is = isupper(c); break;
    case 'w': is = isalnum(c); break;
    case 'x': is = isxdigit(c); break;
    case 'z': is = c == 0; break;
    default: return class == c;
  }
  return islower(class) ? is : !is;
}

// `p` is at the '[', `last` at the ']'.
static bool is_in_set(int c, const char *p, const char *last) {
  bool found = true;
  if (p[1] == '^') {
    found = false;
    p++;
  }
  while (++p < last) {
    if (*p == ESCAPE) {
      p++;
      if (is_in_class(c, (byte)*p)) return found;
    } else if (p[1] == '-' && p + 2 < last) {
      p += 2;
      if ((byte)p[-2] <= c && c <= (byte)*p) return found;
    } else if ((byte)*p == c) {
      return found;
    }
  }
  return !found;
}

static bool matches_one(luashim_matcher *m, const char *s, const char *p, const char *end) {
  if (s >= m->end) return false;
  const int c = (byte)*s;
  switch (*p) {
    case '.': return true;
    case ESCAPE: return is_in_class(c, (byte)p[1]);
    case '[': luashim_matcher_spend(m, end - p); return is_in_set(c, p, end - 1);
    default: return (byte)*p == c;
  }
}

// ---- Repetitions ------------------------------------------------------------------------------

static const char *expand_most(
    luashim_matcher *m, const char *s, const char *p, const char *end) {
  ptrdiff_t count = 0;
  while (matches_one(m, s + count, p, end)) count++;
  luashim_matcher_spend(m, count / 8);
  for (; count >= 0; count--) {
    const char *found = match(m, s + count, end + 1);
    if (found != NULL) return found;
  }
  return NULL;
}

static const char *expand_least(
    luashim_matcher *m, const char *s, const char *p, const char *end) {
  for (;; s++) {
    const char *found = match(m, s, end + 1);
    if (found != NULL) return found;
    if (!matches_one(m, s, p, end)) return NULL;
  }
}

// ---- Captures, %b, %f -------------------------------------------------------------------------

static const char *start_capture(
    luashim_matcher *m, const char *s, const char *p, ptrdiff_t length) {
  if (m->level >= LUASHIM_MAX_CAPTURES) luaL_error(m->L, "too many captures");
  m->capture[m->level].start = s;
  m->capture[m->level].length = length;
  m->level++;
  const char *found = match(m, s, p);
  if (found == NULL) m->level--;
  return found;
}

static const char *end_capture(luashim_matcher *m, const char *s, const char *p) {
  int open = m->level - 1;
  while (open >= 0 && m->capture[open].length != LUASHIM_UNFINISHED) open--;
  if (open < 0) luaL_error(m->L, "invalid pattern capture");
  m->capture[open].length = s - m->capture[open].start;
  const char *found = match(m, s, p);
  if (found == NULL) m->capture[open].length = LUASHIM_UNFINISHED;
  return found;
}

static const char *match_capture(luashim_matcher *m, const char *s, int digit) {
  const int index = digit - '1';
  if (index < 0 || index >= m->level || m->capture[index].length == LUASHIM_UNFINISHED) {
    luaL_error(m->L, "invalid capture index %%%d", index + 1);
  }
  // A position has no text: its length, taken as a size, is never there.
  const size_t length = (size_t)m->capture[index].length;
  if ((size_t)(m->end - s) < length) return NULL;
  luashim_matcher_spend(m, (int64_t)(length / 8));
  return memcmp(m->capture[index].start, s, length) == 0 ? s + length : NULL;
}

static const char *match_balance(luashim_matcher *m, const char *s, const char *p) {
  if (p >= m->patternEnd - 1) {
    luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
  }
  if (*s != *p) return NULL;
  const char *begin = s;
  int64_t open = 1;
  while (++s < m->end) {
    if (*s == p[1]) {
      if (--open == 0) break;
    } else if (*s == *p) {
      open++;
    }
  }
  luashim_matcher_spend(m, (s - begin) / 8);
  return s < m->end ? s + 1 : NULL;
}

// Whether the place at `s` is the border of the set at `p`, which ends before `end`.
static bool is_frontier(luashim_matcher *m, const char *s, const char *p, const char *end) {
  const int before = s == m->start ? 0 : (byte)s[-1];
  const int after = (byte)*s;
  luashim_matcher_spend(m, end - p);
  return !is_in_set(before, p, end - 1) && is_in_set(after, p, end - 1);
}

// ---- All together -----------------------------------------------------------------------------

// One item at `p`: a class with an optional suffix. Sets `*rest` to go on there from what it returns.
static const char *match_item(
    luashim_matcher *m, const char *s, const char *p, const char **rest) {
  const char *end = class_end(m, p);
  *rest = NULL;
  if (!matches_one(m, s, p, end)) {
    if (*end != '*' && *end != '?' && *end != '-') return NULL;
    *rest = end + 1;
    return s;
  }
  switch (*end) {
    case '?': {
      const char *found = match(m, s + 1, end + 1);
      if (found != NULL) return found;
      *rest = end + 1;
      return s;
    }
    case '+': return expand_most(m, s + 1, p, end);
    case '*': return expand_most(m, s, p, end);
    case '-': return expand_least(m, s, p, end);
    default: *rest = end; return s + 1;
  }
}

// One step at `p`, as match_item.
static const char *step(luashim_matcher *m, const char *s, const char *p, const char **rest) {
  *rest = NULL;
  if (*p == '(') {
    return p[1] == ')' ? start_capture(m, s, p + 2, LUASHIM_POSITION)
                       : start_capture(m, s, p + 1, LUASHIM_UNFINISHED);
  }
  if (*p == ')') return end_capture(m, s, p + 1);
  if (*p == '$' && p + 1 == m->patternEnd) return s == m->end ? s : NULL;
  if (*p != ESCAPE) return match_item(m, s, p, rest);
  if (p[1] == 'b') {
    s = match_balance(m, s, p + 2);
    *rest = s != NULL ? p + 4 : NULL;
    return s;
  }
  if (p[1] == 'f') {
    if (p[2] != '[') luaL_error(m->L, "missing '[' after '%%f' in pattern");
    const char *end = class_end(m, p + 2);
    if (!is_frontier(m, s, p + 2, end)) return NULL;
    *rest = end;
    return s;
  }
  if (isdigit((byte)p[1])) {
    s = match_capture(m, s, (byte)p[1]);
    *rest = s != NULL ? p + 2 : NULL;
    return s;
  }
  return match_item(m, s, p, rest);
}

static const char *match(luashim_matcher *m, const char *s, const char *p) {
  if (m->depth-- == 0) luaL_error(m->L, "pattern too complex");
  while (p != m->patternEnd) {
    const char *rest;
    luashim_matcher_spend(m, 1);
    s = step(m, s, p, &rest);
    if (s == NULL || rest == NULL) break;
    p = rest;
  }
  m->depth++;
  return s;
}
