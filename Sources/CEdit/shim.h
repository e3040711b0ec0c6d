// Debian's libedit (libedit-dev): line editing and history. Its settings are variadic functions,
// which Swift cannot call: here each has its types.
#ifndef CEDIT_SHIM_H
#define CEDIT_SHIM_H

#include <histedit.h>
#include <stdio.h>

typedef char *(*cedit_prompt)(EditLine *);
typedef unsigned char (*cedit_command)(EditLine *, int);

static inline int cedit_set_prompt(EditLine *e, cedit_prompt prompt) {
  return el_set(e, EL_PROMPT, prompt);
}

static inline int cedit_set_keys(EditLine *e, const char *map) {
  return el_set(e, EL_EDITOR, map);
}

static inline int cedit_handle_signals(EditLine *e, int on) { return el_set(e, EL_SIGNAL, on); }

// Takes the terminal out of its line mode now, before the prompt shows, so that no key is early.
static inline int cedit_take_terminal(EditLine *e) { return el_set(e, EL_PREP_TERM, 1); }

static inline int cedit_return_terminal(EditLine *e) { return el_set(e, EL_PREP_TERM, 0); }

// While a line is edited Ctrl-C and Ctrl-Z are keys, not signals: a signal that came between two
// reads would be lost.
static inline int cedit_make_signals_keys(EditLine *e) {
  return el_set(e, EL_SETTY, "-d", "-isig", NULL);
}

static inline int cedit_set_owner(EditLine *e, void *owner) {
  return el_set(e, EL_CLIENTDATA, owner);
}

static inline void *cedit_owner(EditLine *e) {
  void *owner = NULL;
  el_get(e, EL_CLIENTDATA, &owner);
  return owner;
}

static inline int cedit_add_command(
    EditLine *e, const char *name, const char *help, cedit_command command) {
  return el_set(e, EL_ADDFN, name, help, command);
}

static inline int cedit_bind(EditLine *e, const char *key, const char *command) {
  return el_set(e, EL_BIND, key, command, NULL);
}

static inline int cedit_use_history(EditLine *e, History *h) {
  return el_set(e, EL_HIST, history, h);
}

static inline int cedit_history_resize(History *h, int lines) {
  HistEvent event;
  return history(h, &event, H_SETSIZE, lines);
}

static inline int cedit_history_add(History *h, const char *line) {
  HistEvent event;
  return history(h, &event, H_ENTER, line);
}

// Consecutive equal lines are kept once.
static inline int cedit_history_unique(History *h) {
  HistEvent event;
  return history(h, &event, H_SETUNIQUE, 1);
}

#endif
