// string.find, match, gmatch and gsub on the matcher that can be stopped, and string.rep, which could
// repeat nothing for ever. The meaning is that of Lua's lstrlib.c, from which they come (Copyright (C)
// 1994-2022 Lua.org, PUC-Rio; MIT licence, as ours).
#include "Matcher.h"

#include <ctype.h>
#include <string.h>

// A position from 1, or from the end if it is negative.
static size_t position(lua_Integer position, size_t length) {
  if (position > 0) return (size_t)position;
  if (position == 0 || position < -(lua_Integer)length) return 1;
  return length + (size_t)position + 1;
}

// ---- Captures ---------------------------------------------------------------------------------

// The text of a capture; without any the first is the whole match. A position is pushed instead.
static ptrdiff_t capture_at(
    luashim_matcher *m, int index, const char *s, const char *end, const char **text) {
  if (index >= m->level) {
    if (index != 0) luaL_error(m->L, "invalid capture index %%%d", index + 1);
    *text = s;
    return end - s;
  }
  const ptrdiff_t length = m->capture[index].length;
  *text = m->capture[index].start;
  if (length == LUASHIM_UNFINISHED) luaL_error(m->L, "unfinished capture");
  if (length == LUASHIM_POSITION) lua_pushinteger(m->L, *text - m->start + 1);
  return length;
}

static void push_capture(luashim_matcher *m, int index, const char *s, const char *end) {
  const char *text;
  const ptrdiff_t length = capture_at(m, index, s, end, &text);
  if (length != LUASHIM_POSITION) lua_pushlstring(m->L, text, (size_t)length);
}

static int push_captures(luashim_matcher *m, const char *s, const char *end) {
  const int count = m->level == 0 && s != NULL ? 1 : m->level;
  luaL_checkstack(m->L, count, "too many captures");
  for (int i = 0; i < count; i++) push_capture(m, i, s, end);
  return count;
}

// ---- find, match ------------------------------------------------------------------------------

static bool is_plain(const char *pattern, size_t length) {
  for (size_t i = 0; i <= length; i += strlen(pattern + i) + 1) {
    if (strpbrk(pattern + i, "^$*+?.([%-") != NULL) return false;
  }
  return true;
}

static const char *find_text(
    luashim_matcher *m, const char *s, size_t length, const char *text, size_t textLength) {
  if (textLength == 0) return s;
  while (length >= textLength) {
    const char *found = memchr(s, *text, length - textLength + 1);
    if (found == NULL) return NULL;
    luashim_matcher_spend(m, (int64_t)(textLength / 8) + 1);
    if (memcmp(found, text, textLength) == 0) return found;
    length -= (size_t)(found + 1 - s);
    s = found + 1;
  }
  return NULL;
}

static int find_or_match(lua_State *L, bool finds) {
  size_t length, patternLength;
  const char *s = luaL_checklstring(L, 1, &length);
  const char *p = luaL_checklstring(L, 2, &patternLength);
  const size_t first = position(luaL_optinteger(L, 3, 1), length) - 1;
  if (first > length) {
    luaL_pushfail(L);
    return 1;
  }
  luashim_matcher m;
  luashim_context *c = luashim_context_of(L);
  if (finds && (lua_toboolean(L, 4) || is_plain(p, patternLength))) {
    luashim_matcher_prepare(&m, L, c, s, length, p, patternLength);
    const char *found = find_text(&m, s + first, length - first, p, patternLength);
    if (found == NULL) {
      luaL_pushfail(L);
      return 1;
    }
    lua_pushinteger(L, found - s + 1);
    lua_pushinteger(L, found - s + (lua_Integer)patternLength);
    return 2;
  }
  const bool isAnchored = *p == '^';
  if (isAnchored) {
    p++;
    patternLength--;
  }
  luashim_matcher_prepare(&m, L, c, s, length, p, patternLength);
  const char *from = s + first;
  do {
    const char *end = luashim_match(&m, from, p);
    if (end == NULL) continue;
    if (!finds) return push_captures(&m, from, end);
    lua_pushinteger(L, from - s + 1);
    lua_pushinteger(L, end - s);
    return push_captures(&m, NULL, NULL) + 2;
  } while (from++ < m.end && !isAnchored);
  luaL_pushfail(L);
  return 1;
}

static int find(lua_State *L) { return find_or_match(L, true); }
static int match(lua_State *L) { return find_or_match(L, false); }

// ---- gmatch -----------------------------------------------------------------------------------

typedef struct {
  const char *from, *pattern, *lastEnd;
  luashim_matcher matcher;
} iteration;

// Upvalues: the context, subject, pattern, iteration.
static int next_match(lua_State *L) {
  iteration *it = lua_touserdata(L, lua_upvalueindex(4));
  it->matcher.L = L;
  for (const char *s = it->from; s <= it->matcher.end; s++) {
    const char *end = luashim_match(&it->matcher, s, it->pattern);
    if (end != NULL && end != it->lastEnd) {
      it->from = it->lastEnd = end;
      return push_captures(&it->matcher, s, end);
    }
  }
  return 0;
}

static int gmatch(lua_State *L) {
  size_t length, patternLength;
  luashim_context *c = luashim_context_of(L);
  const char *s = luaL_checklstring(L, 1, &length);
  const char *p = luaL_checklstring(L, 2, &patternLength);
  size_t first = position(luaL_optinteger(L, 3, 1), length) - 1;
  if (first > length) first = length + 1;
  lua_settop(L, 2);
  luashim_push_context(L, c);
  lua_insert(L, 1);
  iteration *it = lua_newuserdatauv(L, sizeof *it, 0);
  luashim_matcher_prepare(&it->matcher, L, c, s, length, p, patternLength);
  it->from = s + first;
  it->pattern = p;
  it->lastEnd = NULL;
  lua_pushcclosure(L, next_match, 4);
  return 1;
}

// ---- gsub -------------------------------------------------------------------------------------

static void add_text(luashim_matcher *m, luaL_Buffer *b, const char *s, const char *end) {
  size_t left;
  const char *text = lua_tolstring(m->L, 3, &left);
  const char *p;
  while ((p = memchr(text, '%', left)) != NULL) {
    luaL_addlstring(b, text, (size_t)(p - text));
    p++;
    if (*p == '%') {
      luaL_addchar(b, *p);
    } else if (*p == '0') {
      luaL_addlstring(b, s, (size_t)(end - s));
    } else if (isdigit((unsigned char)*p)) {
      const char *capture;
      const ptrdiff_t length = capture_at(m, *p - '1', s, end, &capture);
      if (length == LUASHIM_POSITION) {
        luaL_addvalue(b);
      } else {
        luaL_addlstring(b, capture, (size_t)length);
      }
    } else {
      luaL_error(m->L, "invalid use of '%c' in replacement string", '%');
    }
    left -= (size_t)(p + 1 - text);
    text = p + 1;
  }
  luaL_addlstring(b, text, left);
}

// Adds what takes the match's place; false if that is the match itself.
static bool add_replacement(
    luashim_matcher *m, luaL_Buffer *b, const char *s, const char *end, int type) {
  lua_State *L = m->L;
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(L, 3);
    lua_call(L, push_captures(m, s, end), 1);
  } else if (type == LUA_TTABLE) {
    push_capture(m, 0, s, end);
    lua_gettable(L, 3);
  } else {
    add_text(m, b, s, end);
    return true;
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    luaL_addlstring(b, s, (size_t)(end - s));
    return false;
  }
  if (!lua_isstring(L, -1)) {
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  }
  luaL_addvalue(b);
  return true;
}

static int gsub(lua_State *L) {
  size_t length, patternLength;
  const char *s = luaL_checklstring(L, 1, &length);
  const char *p = luaL_checklstring(L, 2, &patternLength);
  const int type = lua_type(L, 3);
  const lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
  luaL_argexpected(
      L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE,
      3, "string/function/table");
  const bool isAnchored = *p == '^';
  if (isAnchored) {
    p++;
    patternLength--;
  }
  luashim_matcher m;
  luashim_matcher_prepare(&m, L, luashim_context_of(L), s, length, p, patternLength);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  const char *lastEnd = NULL;
  lua_Integer count = 0;
  bool isChanged = false;
  while (count < most) {
    const char *end = luashim_match(&m, s, p);
    if (end != NULL && end != lastEnd) {
      count++;
      isChanged |= add_replacement(&m, &b, s, end, type);
      s = lastEnd = end;
    } else if (s < m.end) {
      luaL_addchar(&b, *s++);
    } else {
      break;
    }
    if (isAnchored) break;
  }
  if (isChanged) {
    luaL_addlstring(&b, s, (size_t)(m.end - s));
    luaL_pushresult(&b);
  } else {
    lua_pushvalue(L, 1);
  }
  lua_pushinteger(L, count);
  return 2;
}

// ---- rep --------------------------------------------------------------------------------------

// Upvalues: context, Lua's rep.
static int rep(lua_State *L) {
  size_t length, width;
  luaL_checklstring(L, 1, &length);
  luaL_checkinteger(L, 2);
  luaL_optlstring(L, 3, "", &width);
  if (length + width > 0) return lua_tocfunction(L, lua_upvalueindex(2))(L);
  lua_pushliteral(L, "");
  return 1;
}

void luashim_replace_patterns(lua_State *L, luashim_context *c) {
  static const luaL_Reg functions[] = {
      {"find", find}, {"match", match}, {"gmatch", gmatch}, {"gsub", gsub}, {NULL, NULL},
  };
  lua_getglobal(L, LUA_STRLIBNAME);
  luashim_push_context(L, c);
  luaL_setfuncs(L, functions, 1);
  luashim_push_context(L, c);
  lua_getfield(L, -2, "rep");
  lua_pushcclosure(L, rep, 2);
  lua_setfield(L, -2, "rep");
  lua_pop(L, 1);
}
