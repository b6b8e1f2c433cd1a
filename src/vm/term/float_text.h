/* float_text.h - floats as text and back. */
#ifndef LING_FLOAT_TEXT_H
#define LING_FLOAT_TEXT_H

#include "vm/base/text.h"

/* What erlang:float_to_list/1 uses. */
#define FLOAT_DEFAULT_DECIMALS 20
/* Texts with a chosen count of decimals are shorter than this, as on stock. */
#define FLOAT_TEXT_LIMIT 256

/* Appends `value` (finite) as d.ddde[+-]dd with that many decimals. False (and nothing appended) if that is too
 * long. */
bool float_print_scientific(Text *out, double value, int decimals);
/* Appends `value` with that many decimals; `compact`: without zeros at the end, but for one decimal.
 * False (and nothing appended) if that is too long, or `decimals` negative. */
bool float_print_decimals(Text *out, double value, int decimals, bool compact);
/* The shortest text that reads back as `value`: 1.0, 0.1, 1.0e22. */
void float_print_short(Text *out, double value);
/* [+-] Digit+ . Digit+ [(e|E) [+-] Digit+], all of `text`; a comma counts as a point. False: bad
 * syntax or out of range. */
bool float_parse(const char *text, size_t size, double *value);

#endif
