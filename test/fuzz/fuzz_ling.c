/* .beam files from anywhere become .ling files or are refused; what was made can be read back, and runs. */
#include <stdlib.h>

#include "fuzz_run.h"
#include "loader/ling_file.h"
#include "loader/verify.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_vm_init();
    return 0;
}

static void read_back(const uint8_t *data, size_t size)
{
    LoadError error = {0};
    CodeIr ir = {0};
    Heap heap = {0};
    BeamFile file;

    if (!beam_file_open(&file, data, size, &error) || !ling_file_read(&file, &ir, &heap, &error) ||
        !verify_code(&ir, &error))
        abort();
    heap_clear(&heap);
    arena_free(&ir.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LoadError error = {0};
    Text made = {0};

    if (ling_file_make(data, size, &made, &error)) {
        read_back((const uint8_t *)made.bytes, made.size);
        fuzz_run_module((const uint8_t *)made.bytes, made.size);
    }
    text_free(&made);
    return 0;
}
