// Debian's OpenBLAS (libopenblas-dev): products in double precision.
#include <cblas.h>
