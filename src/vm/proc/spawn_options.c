#include "vm/proc/spawn_options.h"

#include "vm/proc/heap_limit.h"

bool priority_parse(Term name, Priority *priority)
{
    switch (term_bits(name)) {
    case ATOM_BITS(ATOM_MAX): *priority = PRIORITY_MAX; return true;
    case ATOM_BITS(ATOM_HIGH): *priority = PRIORITY_HIGH; return true;
    case ATOM_BITS(ATOM_NORMAL): *priority = PRIORITY_NORMAL; return true;
    case ATOM_BITS(ATOM_LOW): *priority = PRIORITY_LOW; return true;
    default: return false;
    }
}

Term priority_name(Priority priority)
{
    static const Term names[] = {A_LOW, A_NORMAL, A_HIGH, A_MAX};

    return names[priority];
}

bool heap_size_parse(Term value, size_t smallest, size_t *words)
{
    if (!is_small(value) || small_value(value) < 0)
        return false;
    *words = (size_t)small_value(value) <= smallest ? smallest : gc_next_heap_size((size_t)small_value(value));
    return true;
}

bool alias_kind_parse(Term how, uint32_t *alias)
{
    if (how == A_EXPLICIT_UNALIAS)
        *alias = MONITOR_ALIAS_EXPLICIT;
    else if (how == A_DEMONITOR)
        *alias = MONITOR_ALIAS_DEMONITOR;
    else if (how == A_REPLY_DEMONITOR)
        *alias = MONITOR_ALIAS_REPLY;
    else
        return false;
    return true;
}

bool monitor_options_parse(Term list, MonitorOptions *options)
{
    *options = (MonitorOptions){.alias = MONITOR_ALIAS_NONE, .tag = NO_TERM};
    for (; is_cons(list); list = list_tail(list)) {
        Term option = list_head(list);

        if (!is_tuple_of(option, 2))
            return false;
        if (tuple_element(option, 1) == A_TAG)
            options->tag = tuple_element(option, 2);
        else if (tuple_element(option, 1) != A_ALIAS || !alias_kind_parse(tuple_element(option, 2), &options->alias))
            return false;
    }
    return is_nil(list);
}

bool spawn_reply_parse(Term when, SpawnReply *reply)
{
    if (!reply->wanted || (when != A_YES && when != A_NO && when != A_SUCCESS_ONLY && when != A_ERROR_ONLY))
        return false;
    reply->on_success = when == A_YES || when == A_SUCCESS_ONLY;
    reply->on_error = when == A_YES || when == A_ERROR_ONLY;
    return true;
}

static bool parse_queue_data(Term where, SpawnOptions *options)
{
    options->off_heap_messages = where == A_OFF_HEAP;
    return where == A_OFF_HEAP || where == A_ON_HEAP;
}

static bool parse_full_sweep(Term value, SpawnOptions *options)
{
    if (!is_small(value) || small_value(value) < 0)
        return false;
    options->full_sweep_after = (uint32_t)(small_value(value) & 0xffff);
    return true;
}

static bool parse_pair(Term name, Term value, SpawnOptions *options, SpawnReply *reply)
{
    switch (term_bits(name)) {
    case ATOM_BITS(ATOM_PRIORITY):
        return priority_parse(value, &options->priority);
    case ATOM_BITS(ATOM_MESSAGE_QUEUE_DATA):
        return parse_queue_data(value, options);
    case ATOM_BITS(ATOM_MIN_HEAP_SIZE):
        return heap_size_parse(value, process_min_heap_words, &options->min_heap_words);
    case ATOM_BITS(ATOM_MIN_BIN_VHEAP_SIZE):
        return heap_size_parse(value, process_min_binary_words, &options->min_binary_words);
    case ATOM_BITS(ATOM_MAX_HEAP_SIZE):
        return heap_limit_parse(value, &options->max_heap_words, &options->max_heap_flags);
    case ATOM_BITS(ATOM_FULLSWEEP_AFTER):
        return parse_full_sweep(value, options);
    case ATOM_BITS(ATOM_SCHEDULER):
        return value == small_int(0) || value == small_int(1);
    case ATOM_BITS(ATOM_MONITOR):
        options->monitor = true;
        return monitor_options_parse(value, &options->monitor_options);
    case ATOM_BITS(ATOM_REPLY):
        return spawn_reply_parse(value, reply);
    case ATOM_BITS(ATOM_REPLY_TAG):
        reply->tag = value;
        return reply->wanted;
    default:
        return false;
    }
}

static bool parse_option(Term option, SpawnOptions *options, SpawnReply *reply)
{
    if (option == A_LINK) {
        options->link = true;
    } else if (option == A_MONITOR) {
        options->monitor = true;
        options->monitor_options = (MonitorOptions){.tag = NO_TERM};
    } else if (is_tuple_of(option, 2)) {
        return parse_pair(tuple_element(option, 1), tuple_element(option, 2), options, reply);
    } else {
        return false;
    }
    return true;
}

OptionsResult spawn_options_parse(Term list, SpawnOptions *options, SpawnReply *reply)
{
    bool good = true;

    spawn_defaults(options);
    for (; is_cons(list); list = list_tail(list))
        good = parse_option(list_head(list), options, reply) && good;
    if (!is_nil(list))
        return OPTIONS_IMPROPER;
    if (options->max_heap_words > 0 && options->max_heap_words < options->min_heap_words)
        good = false;
    return good ? OPTIONS_OK : OPTIONS_BAD;
}
