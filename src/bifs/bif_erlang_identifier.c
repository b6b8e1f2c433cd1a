/* erlang: pids, ports and references, and their texts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bifs.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

/* Longest: "#Ref<", 6 numbers of 10 digits with what follows each. */
#define TEXT_BYTES 128

Term bif_erlang_make_ref_0(Process *p, const Term *args)
{
    return ref_new(&p->heap);
}

Term bif_erlang_node_0(Process *p, const Term *args)
{
    return node_name;
}

Term bif_erlang_node_1(Process *p, const Term *args)
{
    if (!is_pid(args[0]) && !is_port(args[0]) && !is_ref(args[0]))
        return raise_badarg(p);
    return identifier_node(args[0]);
}

static uint32_t channel_of(Term t)
{
    return node_channel(identifier_node(t), identifier_creation(t));
}

Term bif_erlang_pid_to_list_1(Process *p, const Term *args)
{
    char text[TEXT_BYTES];
    uint32_t number, serial;

    if (!is_pid(args[0]))
        return raise_badarg(p);
    pid_numbers(args[0], &number, &serial);
    snprintf(text, sizeof text, "<%" PRIu32 ".%" PRIu32 ".%" PRIu32 ">", channel_of(args[0]), number, serial);
    return list_from_text(&p->heap, text);
}

Term bif_erlang_port_to_list_1(Process *p, const Term *args)
{
    char text[TEXT_BYTES];

    if (!is_port(args[0]))
        return raise_badarg(p);
    snprintf(text, sizeof text, "#Port<%" PRIu32 ".%" PRIu64 ">", channel_of(args[0]), port_numbers(args[0]));
    return list_from_text(&p->heap, text);
}

Term bif_erlang_ref_to_list_1(Process *p, const Term *args)
{
    uint32_t numbers[REF_MAX_NUMBERS];
    char text[TEXT_BYTES];
    unsigned count;
    int at;

    if (!is_ref(args[0]))
        return raise_badarg(p);
    magic_ref_written(args[0]);
    count = ref_numbers(args[0], numbers);
    at = snprintf(text, sizeof text, "#Ref<%" PRIu32, channel_of(args[0]));
    while (count > 0)
        at += snprintf(text + at, sizeof text - (size_t)at, ".%" PRIu32, numbers[--count]);
    snprintf(text + at, sizeof text - (size_t)at, ">");
    return list_from_text(&p->heap, text);
}

/* Reads `prefix`, up to `max` numbers with dots between them, and '>'. Their count; 0 if it is anything else. */
static unsigned parse_numbers(Term list, const char *prefix, unsigned max, uint64_t *numbers)
{
    char text[TEXT_BYTES];
    const char *at = text;
    size_t size = 0;

    for (; is_cons(list); list = list_tail(list)) {
        Term c = list_head(list);
        if (size == sizeof text - 1 || !is_small(c) || small_value(c) < 1 || small_value(c) > 127)
            return 0;
        text[size++] = (char)small_value(c);
    }
    text[size] = 0;
    if (!is_nil(list) || strncmp(text, prefix, strlen(prefix)) != 0)
        return 0;
    at += strlen(prefix);
    for (unsigned count = 0; count < max; at++) {
        uint64_t number = 0;

        if (*at < '0' || *at > '9')
            return 0;
        for (; *at >= '0' && *at <= '9'; at++) {
            if (__builtin_mul_overflow(number, 10, &number) ||
                __builtin_add_overflow(number, (uint64_t)(*at - '0'), &number))
                return 0;
        }
        numbers[count++] = number;
        if (*at == '>')
            return at[1] == 0 ? count : 0;
        if (*at != '.')
            return 0;
    }
    return 0;
}

static bool get_node(uint64_t channel, Term *node, uint64_t *creation)
{
    return channel <= UINT32_MAX && node_from_channel((uint32_t)channel, node, creation);
}

Term bif_erlang_list_to_pid_1(Process *p, const Term *args)
{
    uint64_t numbers[3], creation;
    Term node;
    Term pid = NO_TERM;

    if (parse_numbers(args[0], "<", 3, numbers) == 3 && get_node(numbers[0], &node, &creation) &&
        numbers[1] <= UINT32_MAX && numbers[2] <= UINT32_MAX)
        pid = pid_from_node(&p->heap, node, creation, (uint32_t)numbers[1], (uint32_t)numbers[2]);
    return pid == NO_TERM ? raise_badarg(p) : pid;
}

Term bif_erlang_list_to_port_1(Process *p, const Term *args)
{
    uint64_t numbers[2], creation;
    Term node;
    Term port = NO_TERM;

    if (parse_numbers(args[0], "#Port<", 2, numbers) == 2 && get_node(numbers[0], &node, &creation))
        port = port_from_node(&p->heap, node, creation, numbers[1]);
    return port == NO_TERM ? raise_badarg(p) : port;
}

Term bif_erlang_list_to_ref_1(Process *p, const Term *args)
{
    uint64_t parsed[1 + REF_MAX_NUMBERS], creation;
    uint32_t numbers[REF_MAX_NUMBERS];
    unsigned count = parse_numbers(args[0], "#Ref<", 1 + REF_MAX_NUMBERS, parsed);
    Term node;
    Term ref;

    if (count < 2 || !get_node(parsed[0], &node, &creation))
        return raise_badarg(p);
    for (unsigned i = 1; i < count; i++) {
        if (parsed[i] > UINT32_MAX)
            return raise_badarg(p);
        numbers[count - 1 - i] = (uint32_t)parsed[i];
    }
    ref = ref_from_node(&p->heap, node, creation, numbers, count - 1);
    return ref == NO_TERM ? raise_badarg(p) : ref;
}
