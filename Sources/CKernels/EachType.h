// Includes PN_FILE for float, for double, and, where PN_WITH_INT64 is defined, for int64_t.
// PN_REAL is the element type, PN_WIDE the type that sums are kept in, PN_NAME(x) a public name.
// PN_SERIES_LOOP marks loops over functions of Elementary.h, which only float's make vector loops.
#define PN_REAL float
#define PN_WIDE double
#define PN_SUFFIX _f32
#define PN_IS_INTEGER 0
#define PN_IS_DOUBLE 0
#define PN_SERIES_LOOP PN_INDEPENDENT
#include PN_FILE
#undef PN_REAL
#undef PN_SUFFIX
#undef PN_IS_DOUBLE
#undef PN_SERIES_LOOP
#define PN_REAL double
#define PN_SUFFIX _f64
#define PN_IS_DOUBLE 1
#define PN_SERIES_LOOP
#include PN_FILE
#undef PN_REAL
#undef PN_WIDE
#undef PN_SUFFIX
#undef PN_IS_INTEGER
#undef PN_IS_DOUBLE
#undef PN_SERIES_LOOP
#ifdef PN_WITH_INT64
#define PN_REAL int64_t
#define PN_WIDE int64_t
#define PN_SUFFIX _i64
#define PN_IS_INTEGER 1
#include PN_FILE
#undef PN_REAL
#undef PN_WIDE
#undef PN_SUFFIX
#undef PN_IS_INTEGER
#endif
