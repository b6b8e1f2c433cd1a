/* slow_receive.h - the parts of send and receive that call into the process layer and may leave the engine. */
#ifndef LING_SLOW_RECEIVE_H
#define LING_SLOW_RECEIVE_H

#include "vm/exec/registers.h"

/* x0 ! x1. */
Handled slow_send(const Word *next);
Handled slow_receive_wait(const Word *again);
Handled slow_wait_timeout(const Word *next, const Word *again, Term time);

#endif
