/* ref_table.h - from a reference's number to what it stands for: a monitor, an alias, a timer, or a Binary (magic_ref.c). */
#ifndef LING_REF_TABLE_H
#define LING_REF_TABLE_H

#include "vm/base/base.h"

typedef enum RefEntryKind { REF_ENTRY_MONITOR, REF_ENTRY_TIMER, REF_ENTRY_MAGIC } RefEntryKind;

/* To be embedded in what the reference stands for. */
typedef struct RefEntry {
    struct RefEntry *next;
    uint64_t id;
    RefEntryKind kind;
} RefEntry;

void ref_table_add(RefEntry *entry, RefEntryKind kind, uint64_t id);
void ref_table_remove(RefEntry *entry);
RefEntry *ref_table_find(uint64_t id, RefEntryKind kind);      /* null if none */

#endif
