// What every thread knows about itself.
#include "CKernels.h"

static _Thread_local pn_thread_state state;

pn_thread_state *pn_current_thread(void) { return &state; }
