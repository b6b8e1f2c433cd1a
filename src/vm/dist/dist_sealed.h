/* dist_sealed.h - what a message from another node carries, as it came: it is decoded when its receiver looks at it, in that
 * process's time; one that nobody receives never is. */
#ifndef LING_DIST_SEALED_H
#define LING_DIST_SEALED_H

#include "vm/dist/dist_input.h"
#include "vm/proc/mailbox.h"

/* A message that takes over the payload, which is not empty: its block, if it has one, else a copy. */
Message *dist_sealed_message(DistNode *node, DistPayload *payload);
/* process_hooks.dist_words: more than the term will take, or as much. */
size_t dist_sealed_words(const SealedTerm *sealed);
/* process_hooks.dist_open: decodes onto `heap`. NO_TERM: it was broken, and the connection ends, if it is still the one
 * it came by. Frees it in any case. */
Term dist_sealed_open(SealedTerm *sealed, Heap *heap);
/* process_hooks.dist_drop: nobody will look at it. */
void dist_sealed_drop(SealedTerm *sealed);

#endif
