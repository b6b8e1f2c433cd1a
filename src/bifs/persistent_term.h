/* persistent_term.h - what erts_debug tells of the table of persistent terms. */
#ifndef LING_PERSISTENT_TERM_H
#define LING_PERSISTENT_TERM_H

#include "vm/base/base.h"

size_t persistent_term_buckets(void);

#endif
