/* erlang:halt/2 */
#include "bifs.h"

#include "bifs/boot_error.h"

#include <limits.h>
#include <stdlib.h>

#include "vm/base/text.h"
#include "vm/proc/bif.h"
#include "vm/proc/crash.h"
#include "vm/proc/scheduler.h"
#include "vm/term/integer.h"

#define MAX_SLOGAN_CHARACTERS 1023

static bool parse_options(Term list, bool *flush)
{
    *flush = true;
    for (; is_cons(list); list = list_tail(list)) {
        Term option = list_head(list);

        if (!is_tuple_of(option, 2) || tuple_element(option, 1) != A_FLUSH)
            return false;
        *flush = tuple_element(option, 2) == A_TRUE;
        if (!*flush && tuple_element(option, 2) != A_FALSE)
            return false;
    }
    return is_nil(list);
}

/* Waits for the end. */
static Term halt_wait(Process *p, const Term *args);
static TrapBif wait_trap = TRAP_BIF(halt_wait, A_ERLANG, A_HALT, 2, 2);

static Term halt_wait(Process *p, const Term *args)
{
    return wait_for_wake(p, &wait_trap, args);
}

static Term halt_with_slogan(Process *p, const Term *args)
{
    Text slogan = {0};
    Term list = args[0];

    for (; is_cons(list); list = list_tail(list)) {
        Term character = list_head(list);

        if (!is_small(character) || small_value(character) < 0 || small_value(character) > 0x10ffff
            || slogan.size > 4 * MAX_SLOGAN_CHARACTERS) {
            text_free(&slogan);
            return raise_badarg(p);
        }
        text_add_character(&slogan, (uint32_t)small_value(character));
    }
    if (!is_nil(list)) {
        text_free(&slogan);
        return raise_badarg(p);
    }
    if (boot_error_was_told()) {
        text_free(&slogan);
        scheduler_halt(1, true);
        return halt_wait(p, args);
    }
    crash("%s", text_terminated(&slogan));
}

Term bif_erlang_halt_2(Process *p, const Term *args)
{
    bool flush;

    if (!parse_options(args[1], &flush))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    if (is_integer(args[0]) && !integer_is_negative(args[0])) {
        scheduler_halt((int)(integer_low_64(args[0]) & INT_MAX), flush);
        return halt_wait(p, args);
    }
    if (args[0] == A_ABORT)
        abort();
    if (is_list(args[0]))
        return halt_with_slogan(p, args);
    return raise_badarg(p);
}
