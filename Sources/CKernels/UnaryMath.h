// What Unary.c leaves to UnaryMath.c: operations from PN_EXP to PN_SOFTPLUS, x and y contiguous.
#pragma once
#include "CKernels.h"

void pn_unary_math_f32(pn_unary_op op, int64_t n, const float *x, float *y);
void pn_unary_math_f64(pn_unary_op op, int64_t n, const double *x, double *y);
