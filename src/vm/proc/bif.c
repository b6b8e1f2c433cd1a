#include "vm/proc/bif.h"

#include "vm/term/atom.h"

void bif_init(void (*set_stub)(Export *entry))
{
    for (size_t i = 0; i < bif_table_size; i++) {
        const BifEntry *bif = &bif_table[i];
        Export *entry = export_get(atom_from_text(bif->module), atom_from_text(bif->name), bif->arity);

        entry->bif_entry = bif;
        if (!bif->function)
            continue;
        entry->bif = bif->function;
        set_stub(entry);
    }
}
