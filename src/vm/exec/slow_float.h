/* slow_float.h - what float instructions do with big integers and errors. */
#ifndef LING_SLOW_FLOAT_H
#define LING_SLOW_FLOAT_H

#include "vm/exec/registers.h"

COLD Handled slow_fconv(const Word *next, Term src, double *dst);
COLD Handled slow_float_failed(void);

#endif
