// Debian's OpenBLAS (libopenblas-dev): products in double precision, and the LAPACK that it carries.
#include <cblas.h>
#include <stddef.h>

// LAPACK of one precision: Fortran's symbols, and the same called with values instead of pointers to
// them. Each returns LAPACK's `info`. A `size_t` at the end is the hidden length of a character.
#define PN_LAPACK(real, x)                                                                         \
  void x##potrf_(const char *, const int *, real *, const int *, int *, size_t);                   \
  void x##getrf_(const int *, const int *, real *, const int *, int *, int *);                     \
  void x##getrs_(const char *, const int *, const int *, const real *, const int *, const int *,   \
                 real *, const int *, int *, size_t);                                              \
  void x##gelqf_(const int *, const int *, real *, const int *, real *, real *, const int *,       \
                 int *);                                                                           \
  void x##orglq_(const int *, const int *, const int *, real *, const int *, const real *, real *, \
                 const int *, int *);                                                              \
  void x##syevd_(const char *, const char *, const int *, real *, const int *, real *, real *,     \
                 const int *, int *, const int *, int *, size_t, size_t);                          \
  void x##gesdd_(const char *, const int *, const int *, real *, const int *, real *, real *,      \
                 const int *, real *, const int *, real *, const int *, int *, int *, size_t);     \
  static inline int pn_##x##potrf(char uplo, int n, real *a, int lda) {                            \
    int info = 0;                                                                                  \
    x##potrf_(&uplo, &n, a, &lda, &info, 1);                                                       \
    return info;                                                                                   \
  }                                                                                                \
  static inline int pn_##x##getrf(int m, int n, real *a, int *pivots) {                            \
    int info = 0;                                                                                  \
    x##getrf_(&m, &n, a, &m, pivots, &info);                                                       \
    return info;                                                                                   \
  }                                                                                                \
  static inline int pn_##x##getrs(char trans, int n, int columns, const real *a,                   \
                                  const int *pivots, real *b) {                                    \
    int info = 0;                                                                                  \
    x##getrs_(&trans, &n, &columns, a, &n, pivots, b, &n, &info, 1);                               \
    return info;                                                                                   \
  }                                                                                                \
  static inline int pn_##x##gelqf(int m, int n, real *a, real *tau, real *work, int lwork) {       \
    int info = 0;                                                                                  \
    x##gelqf_(&m, &n, a, &m, tau, work, &lwork, &info);                                            \
    return info;                                                                                   \
  }                                                                                                \
  static inline int pn_##x##orglq(int m, int n, int k, real *a, const real *tau, real *work,       \
                                  int lwork) {                                                     \
    int info = 0;                                                                                  \
    x##orglq_(&m, &n, &k, a, &m, tau, work, &lwork, &info);                                        \
    return info;                                                                                   \
  }                                                                                                \
  static inline int pn_##x##syevd(char job, char uplo, int n, real *a, real *values, real *work,   \
                                  int lwork, int *iwork, int liwork) {                             \
    int info = 0;                                                                                  \
    x##syevd_(&job, &uplo, &n, a, &n, values, work, &lwork, iwork, &liwork, &info, 1, 1);          \
    return info;                                                                                   \
  }                                                                                                \
  static inline int pn_##x##gesdd(char job, int m, int n, real *a, real *s, real *u, int ldu,      \
                                  real *vt, int ldvt, real *work, int lwork, int *iwork) {         \
    int info = 0;                                                                                  \
    x##gesdd_(&job, &m, &n, a, &m, s, u, &ldu, vt, &ldvt, work, &lwork, iwork, &info, 1);          \
    return info;                                                                                   \
  }

PN_LAPACK(float, s)
PN_LAPACK(double, d)
#undef PN_LAPACK
