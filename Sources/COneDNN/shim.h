// Debian's oneDNN (libdnnl-dev) and the thread count of the OpenMP runtime that it is built on.
#include <oneapi/dnnl/dnnl.h>
void omp_set_num_threads(int threads);
