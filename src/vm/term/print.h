/* print.h - terms as text, as erlang:display/1 and the VM's own messages show them. */
#ifndef LING_PRINT_H
#define LING_PRINT_H

#include "vm/base/text.h"
#include "vm/term/term.h"

/* No limit for `max_characters`. */
#define PRINT_ALL INT64_MAX

/* Appends `t`. What goes beyond about `max_characters` is cut off and ends in "...". Lists of printable
 * characters are shown as strings. Terms may be of any depth. */
void term_print(Text *out, Term t, int64_t max_characters);
/* Appends an atom with quotes where need be. */
void term_print_atom(Text *out, Term atom);

#endif
