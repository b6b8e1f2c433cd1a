/* export.h - what M:F/A means: one entry per function name that anything ever called or exported.
 *
 * Entries are never freed and never move, so code holds their addresses. `address` is what stands for the
 * function: the loaded code, or the entry's own stub that calls the BIF or error_handler, or, while the function is
 * traced, its other stub (vm/trace/breakpoint.h). Calls go to `entry`: the same, but the other stub while calls are
 * saved (vm/trace/saved_calls.h). */
#ifndef LING_EXPORT_H
#define LING_EXPORT_H

#include "vm/term/fun.h"
#include "vm/term/term.h"

typedef struct Process Process;
typedef Term (*BifFunction)(Process *p, const Term *args);

typedef struct Export {
    const Word *address;       /* first code word to run */
    Term module;
    Term function;
    uint32_t arity;
    BifFunction bif;           /* null if it is no BIF */
    BifFunction called;        /* what call instructions run: `bif`, unless that is traced */
    const struct BifEntry *bif_entry;  /* its line in bifs.tab; null if it is no BIF */
    Word stub[3];              /* code words: call the BIF and return, or call error_handler */
    Word traced[3];            /* code words that calls lead to while they are traced or saved */
    const Word *entry;         /* where calls go */
    struct Export *next;       /* hash chain */
} Export;
_Static_assert(offsetof(Export, arity) == offsetof(ExportIdentity, arity), "starts like ExportIdentity");

Export *export_get(Term module, Term function, uint32_t arity);    /* makes it if need be */
Export *export_find(Term module, Term function, uint32_t arity);   /* or null */
/* Is there code or a BIF behind it? */
bool export_is_defined(const Export *entry);
/* Does it go on in its own stub? */
static inline bool export_at_stub(const Export *entry) { return entry->address >= entry->stub && entry->address < entry->stub + 3; }
/* Do its calls go to `traced`? */
static inline bool export_is_traced(const Export *entry) { return entry->address == &entry->traced[1]; }
/* Is told of every new entry and new address; null while nobody saves calls. */
extern void (*export_changed)(Export *entry);
static inline void export_lead_to(Export *entry, const Word *address)
{
    entry->address = entry->entry = address;
    if (UNLIKELY(export_changed != NULL))
        export_changed(entry);
}
/* Fills in entry->stub and points the entry at it: set by the engine before the first export_get. */
extern void (*export_set_stub)(Export *entry);
/* Calls `visit` for every entry. */
void export_each(void (*visit)(Export *entry, void *context), void *context);

#endif
