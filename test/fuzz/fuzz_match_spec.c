/* Match specifications, as external terms: they compile or are refused, and run on any term. */
#include "fuzz_run.h"
#include "vm/match/match.h"
#include "vm/term/etf.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Process *process;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_vm_init();
    process = fuzz_process();
    return 0;
}

/* {Specification, Object}, or a specification that is run on itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned modes[] = {MATCH_TABLE, MATCH_TRACE | MATCH_TEST | MATCH_CALL_EVENT | MATCH_TRACE_ACTIONS};
    Heap heap = {0};
    Term t = etf_decode(&heap, data, size, NULL);
    bool is_pair = t != NO_TERM && is_tuple_of(t, 2);

    for (size_t i = 0; t != NO_TERM && i < ARRAY_SIZE(modes); i++) {
        MatchErrors errors = {0};
        MatchTrace trace = {0};
        MatchProgram *program = match_compile(is_pair ? tuple_element(t, 1) : t, modes[i], &errors);
        Term object = is_pair ? tuple_element(t, 2) : t;

        match_errors_list(&heap, &errors);
        match_errors_free(&errors);
        if (program && modes[i] == MATCH_TABLE)
            match_run(program, process, object);
        else if (program)
            match_run_trace(program, process, &object, 1, &trace);
        if (program)
            match_free(program);
    }
    heap_clear(&heap);
    fuzz_process_clear(process);
    return t == NO_TERM ? -1 : 0;
}
