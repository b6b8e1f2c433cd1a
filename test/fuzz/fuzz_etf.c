/* External terms from anywhere: they decode or fail, and what decodes survives another round. */
#include <stdlib.h>

#include "fuzz_run.h"
#include "vm/term/compare.h"
#include "vm/term/copy.h"
#include "vm/term/etf.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_vm_init();
    return 0;
}

static void check_round(Heap *heap, Term t)
{
    Binary *bytes = etf_encode(t, 0);
    Term back = etf_decode(heap, bytes->data, bytes->used_bits / 8, NULL);

    if (back == NO_TERM || !term_exact_equal(t, back) || !term_exact_equal(t, term_copy(heap, t)))
        abort();
    binary_release(bytes);
}

/* In small slices the outcome is the same. */
static void check_slices(const uint8_t *data, size_t size, Term expected)
{
    EtfDecoder d;
    EtfStatus status;
    int64_t budget;

    etf_decoder_init(&d, NULL, data, size, 0);
    do {
        budget = 5;
        status = etf_decoder_run(&d, &budget);
    } while (status == ETF_MORE);
    if ((status == ETF_DONE) != (expected != NO_TERM) || (status == ETF_DONE && !term_exact_equal(d.result, expected)))
        abort();
    etf_decoder_end(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Heap heap = {0};
    Term t = etf_decode(&heap, data, size, NULL);

    if (t != NO_TERM)
        check_round(&heap, t);
    if (size > 1 && data[0] == ETF_VERSION && data[1] != 80)
        check_slices(data + 1, size - 1, t);
    heap_clear(&heap);
    return 0;
}
