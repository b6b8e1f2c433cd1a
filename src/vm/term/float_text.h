/* float_text.h - floats as text and back. */
#ifndef LING_FLOAT_TEXT_H
#define LING_FLOAT_TEXT_H

#include "vm/base/text.h"

#define FLOAT_MAX_DECIMALS 253
#define FLOAT_MAX_SCIENTIFIC 249

/* Appends `value` (finite) as d.ddde[+-]dd with that many decimals. */
void float_print_scientific(Text *out, double value, unsigned decimals);
/* Appends `value` with that many decimals; `compact`: without zeros at the end, but for one decimal.
 * False (and nothing appended) if it is longer than stock takes. */
bool float_print_decimals(Text *out, double value, unsigned decimals, bool compact);
/* The shortest text that reads back as `value`: 1.0, 0.1, 1.0e22. */
void float_print_short(Text *out, double value);
/* [+-] Digit+ . Digit+ [(e|E) [+-] Digit+], all of `text`. False: bad syntax or out of range. */
bool float_parse(const char *text, size_t size, double *value);

#endif
