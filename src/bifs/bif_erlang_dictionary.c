/* The process dictionary. */
#include "bifs.h"

#include "vm/proc/bif.h"
#include "vm/proc/dictionary.h"
#include "vm/term/compare.h"

static Term or_undefined(Term value)
{
    return value == NO_TERM ? A_UNDEFINED : value;
}

Term bif_erlang_get_0(Process *p, const Term *args)
{
    return dictionary_list(p, &p->heap);
}

Term bif_erlang_get_1(Process *p, const Term *args)
{
    return or_undefined(dictionary_get(p, args[0]));
}

Term bif_erlang_put_2(Process *p, const Term *args)
{
    return or_undefined(dictionary_put(p, args[0], args[1]));
}

Term bif_erlang_erase_0(Process *p, const Term *args)
{
    Term list = dictionary_list(p, &p->heap);

    dictionary_clear(p);
    return list;
}

Term bif_erlang_erase_1(Process *p, const Term *args)
{
    return or_undefined(dictionary_erase(p, args[0]));
}

/* Keys of all entries, or of those with this value. */
static Term keys(Process *p, const Term *value)
{
    size_t count;
    Term *slots = dictionary_slots(p, &count);
    Term list = TERM_NIL;

    for (; count > 0; count -= 2)
        if (slots[count - 2] != NO_TERM && (!value || term_exact_equal(slots[count - 1], *value)))
            list = cons(&p->heap, slots[count - 2], list);
    return list;
}

Term bif_erlang_get_keys_0(Process *p, const Term *args)
{
    return keys(p, NULL);
}

Term bif_erlang_get_keys_1(Process *p, const Term *args)
{
    return keys(p, &args[0]);
}
