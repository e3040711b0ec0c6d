// Debian's zlib (zlib1g-dev, which libpng-dev brings): gzip files.
#include <zlib.h>
