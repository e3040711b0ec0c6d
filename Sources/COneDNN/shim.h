// Debian's oneDNN (libdnnl-dev), and what is used of the OpenMP runtime that it is built on: one set
// of threads serves its primitives and our own loops.
#include <oneapi/dnnl/dnnl.h>
void omp_set_num_threads(int threads);
int omp_get_num_threads(void);
int omp_get_max_threads(void);
int omp_get_thread_num(void);
// Calls `body` with `data` on a team of threads, this one included, and waits for all of them.
void GOMP_parallel(void (*_Nonnull body)(void *_Nonnull), void *_Nonnull data, unsigned threads,
                   unsigned flags);
