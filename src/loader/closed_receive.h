/* closed_receive.h - receives that choose by the message alone.
 *
 * Where the patterns and guards of a receive hold nothing from outside, a message that it did not want once it will
 * never want: `receive {tag, X} -> ...` in a loop need not look at the same messages again and again
 * (vm/proc/receive_marker.h). */
#ifndef LING_CLOSED_RECEIVE_H
#define LING_CLOSED_RECEIVE_H

#include "loader/ir.h"

/* Is the receive of the loop_rec at instruction `at` of the verified `function` a closed one that looks for messages? */
bool closed_receive_is(const CodeIr *ir, const FunctionIr *function, uint32_t at);
/* A number for the next one; 0: they are used up. */
uint32_t closed_receive_number(void);

#endif
