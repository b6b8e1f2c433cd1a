/* persistent_term.h - the table of persistent terms, for other BIFs. */
#ifndef LING_PERSISTENT_TERM_H
#define LING_PERSISTENT_TERM_H

#include "vm/term/term.h"

size_t persistent_term_buckets(void);
/* The value of `key`; NO_TERM: it has none. */
Term persistent_term_value(Term key);

#endif
