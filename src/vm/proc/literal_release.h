/* literal_release.h - literal areas that nothing new can refer to, but processes may still hold terms of.
 *
 * They wait in a queue. The process erts_literal_area_collector takes them one by one: it switches to the next
 * area, makes every process copy what it has of that one, and switches on, which frees the area. */
#ifndef LING_LITERAL_RELEASE_H
#define LING_LITERAL_RELEASE_H

#include "vm/gc/literal.h"

/* Takes the area over: of a purged module, or of a persistent term that was replaced or erased. */
void literals_retire(LiteralArea *area);
/* Frees the area that was current and makes the next one current: gc_purged_area. False if there is none. */
bool literals_switch(void);
#endif
