/* .beam files from anywhere become .ling files or are refused; what was made can be read back, and runs. */
#include <stdlib.h>

#include "fuzz_run.h"
#include "loader/ling_file.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_vm_init();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LoadError error = {0};
    Text made = {0};

    if (ling_file_make(data, size, &made, &error) && !fuzz_run_module((const uint8_t *)made.bytes, made.size))
        abort();
    text_free(&made);
    return 0;
}
