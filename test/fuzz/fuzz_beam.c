/* Module files from anywhere, .beam and .ling: they are loaded or refused, up to the code words. */
#include "loader/load.h"
#include "vm/exec/engine.h"
#include "vm/gc/literal.h"
#include "vm/proc/bif.h"
#include "vm/term/atom.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    literal_init();
    atom_init();
    engine_init();
    bif_init(engine_set_stub);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PreparedModule prepared;
    LoadError error;

    if (load_prepare(NO_TERM, data, size, 0, &prepared, &error) == LOAD_OK)
        load_discard(&prepared);
    return 0;
}
