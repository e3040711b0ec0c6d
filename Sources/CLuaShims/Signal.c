// One signal (SIGINT) leads to one interrupt.
#include "internal.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

static _Atomic(luashim_interrupt *) target;
static int installed;
static struct sigaction previous;

// A second signal before the first was noticed takes the action that stood before.
static void handle(int signal) {
  const int saved = errno;
  luashim_interrupt *interrupt = atomic_load(&target);
  if (interrupt != NULL && !luashim_interrupt_is_raised(interrupt)) {
    luashim_interrupt_raise(interrupt, LUASHIM_CANCELLED);
  } else {
    sigaction(signal, &previous, NULL);
    raise(signal);
  }
  errno = saved;
}

bool luashim_signal_install(luashim_interrupt *interrupt, int signal) {
  luashim_interrupt *none = NULL;
  if (!atomic_compare_exchange_strong(&target, &none, interrupt)) return false;
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  installed = signal;
  if (sigaction(signal, &action, &previous) == 0) return true;
  atomic_store(&target, NULL);
  return false;
}

void luashim_signal_restore(luashim_interrupt *interrupt) {
  if (atomic_load(&target) != interrupt) return;
  sigaction(installed, &previous, NULL);
  atomic_store(&target, NULL);
}
