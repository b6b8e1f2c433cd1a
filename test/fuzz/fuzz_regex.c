/* Regular expressions and their options, as bytes: they compile or are refused, and match within limits. */
#include <stdlib.h>

#include "bifs/regex.h"
#include "vm/base/mem.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_MATCH_LIMIT 10000
#define INPUT_HEADER_BYTES 6

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    return 0;
}

static void match(const Regex *regex, const uint8_t *subject, size_t size, size_t offset, uint32_t flags)
{
    uint32_t groups = regex_group_count(regex) + 1;
    size_t *ranges = mem_alloc(MEM_SYSTEM, 2 * groups * sizeof *ranges);
    RegexMatch m = {.subject = subject, .size = size, .offset = offset, .flags = flags & ~(uint32_t)MATCH_NO_UTF_CHECK,
                    .match_limit = FUZZ_MATCH_LIMIT, .depth_limit = FUZZ_MATCH_LIMIT, .ranges = ranges};

    if (regex_match(regex, &m) == REGEX_MATCH)
        for (uint32_t i = 0; i < 2 * m.matched_groups; i++)
            if (ranges[i] != REGEX_UNSET && ranges[i] > size)
                abort();
    mem_free(MEM_SYSTEM, ranges);
}

/* Flags, newline, bsr, how long the pattern is, where the match starts; then the pattern and the subject. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t header[REGEX_HEADER_BYTES];
    RegexSpec spec, again;
    RegexError error;
    Regex *regex;
    size_t left;

    if (size < INPUT_HEADER_BYTES)
        return -1;
    left = size - INPUT_HEADER_BYTES;
    spec = (RegexSpec){.flags = (data[0] | (uint32_t)data[1] << 8) % REGEX_FLAGS_END, .newline = data[2] % NEWLINE_END,
                       .bsr = data[3] % BSR_END, .source = data + INPUT_HEADER_BYTES, .size = data[4] % (left + 1)};
    regex_spec_write(&spec, header);
    if (!regex_spec_read(header, sizeof header, &again) || again.flags != spec.flags)
        abort();
    regex = regex_get(&spec, &error);
    if (!regex)
        return 0;
    left -= spec.size;
    match(regex, spec.source + spec.size, left, data[5] % (left + 1), data[5]);
    for (uint32_t i = 0; i < regex_name_count(regex); i++) {
        uint32_t group;

        if (!regex_name(regex, i, &group) || group > regex_group_count(regex))
            abort();
    }
    regex_release(regex);
    return 0;
}
