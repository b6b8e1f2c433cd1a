/* boot_error.h - how `ling` tells that a start failed: one readable line.
 *
 * init displays {"init terminating in do_boot", Reason} and then halts with a slogan. Called as `erl`,
 * or with ERL_CRASH_DUMP set, the VM does what stock does with both: the raw term and a crash dump. */
#ifndef LING_BOOT_ERROR_H
#define LING_BOOT_ERROR_H

#include "vm/term/term.h"

/* True if `displayed` is that term and has been told in one line on stderr. */
bool boot_error_tell(Term displayed);
/* A failed start was told: halt need not say more. */
bool boot_error_was_told(void);

#endif
