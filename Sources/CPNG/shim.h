// Debian's libpng (libpng-dev). Its simplified interface reports errors by value, without longjmp.
#include <png.h>
