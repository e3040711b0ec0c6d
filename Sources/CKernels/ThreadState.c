// What every thread knows about itself, and the one word that tells whether any takes a profile.
#include "CKernels.h"

static _Thread_local pn_thread_state state;

pn_thread_state *pn_current_thread(void) { return &state; }

int64_t pn_profilers = 0;

void pn_count_profilers(int64_t change) {
  __atomic_fetch_add(&pn_profilers, change, __ATOMIC_RELAXED);
}
