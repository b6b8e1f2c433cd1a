/* erlang: iolists. Long ones are measured and copied in turns: what is left to do is a term, which is
 * among the arguments of the function that goes on. */
#include <string.h>

#include "bifs.h"
#include "bifs/loop_limit.h"
#include "vm/base/mem.h"
#include "vm/term/integer.h"
#include "vm/term/iolist.h"

/* Elements of a list that are worth one reduction. */
#define ELEMENTS_PER_REDUCTION 64

static int64_t start_budget(const Process *p)
{
    return loop_limit_apply(LOOP_LIMIT_BINARY, MAX(p->reductions_left, 1) * ELEMENTS_PER_REDUCTION);
}

static void pay(Process *p, int64_t budget_before, int64_t budget_after)
{
    bif_consume(p, (budget_before - budget_after) / ELEMENTS_PER_REDUCTION);
}

static Term raise_result(Process *p, IolistResult result)
{
    return result == IOLIST_TOO_BIG ? raise_system_limit(p) : raise_badarg(p);
}

/* --- sizes ---------------------------------------------------------------------------------- */

/* (Pending, BytesSoFar, Iolist) */
static Term size_step(Process *p, const Term *args);
static TrapBif size_more = TRAP_BIF(size_step, A_ERLANG, A_IOLIST_SIZE, 3, 1);

static Term size_step(Process *p, const Term *args)
{
    IolistWalk walk;
    uint64_t bytes = 0;
    int64_t budget = start_budget(p);
    int64_t before = budget;
    IolistResult result;
    Term pending = TERM_NIL;

    integer_to_u64(args[1], &bytes);
    iolist_walk_resume(&walk, args[0], false);
    result = iolist_walk_size(&walk, &bytes, &budget);
    if (result == IOLIST_MORE)
        pending = iolist_walk_pending(&walk, &p->heap);
    iolist_walk_end(&walk);
    pay(p, before, budget);
    if (result == IOLIST_DONE)
        return integer_from_u64(&p->heap, bytes);
    if (result == IOLIST_MORE)
        return yield_to_bif(p, &size_more, (Term[]){pending, integer_from_u64(&p->heap, bytes), args[2]});
    return raise_result(p, result);
}

Term bif_erlang_iolist_size_1(Process *p, const Term *args)
{
    if (is_binary(args[0]))
        return small_int((int64_t)(bits_size(args[0]) / 8));
    if (!is_list(args[0]))
        return raise_badarg(p);
    return size_step(p, (Term[]){args[0], small_int(0), args[0]});
}

/* --- one binary ----------------------------------------------------------------------------- */

/* (Pending, Bitstring, Position): fills in a bitstring that nobody else has seen. */
static Term fill_step(Process *p, const Term *args);
static TrapBif fill_more = TRAP_BIF(fill_step, A_ERLANG, A_LIST_TO_BINARY, 3, 3);

static Term fill_step(Process *p, const Term *args)
{
    IolistWalk walk;
    size_t position = (size_t)small_value(args[2]);
    int64_t budget = start_budget(p);
    int64_t before = budget;
    IolistResult result;
    Term pending = TERM_NIL;

    iolist_walk_resume(&walk, args[0], true);
    result = iolist_walk_copy(&walk, bits_base_data(args[1]), &position, &budget);
    if (result == IOLIST_MORE)
        pending = iolist_walk_pending(&walk, &p->heap);
    iolist_walk_end(&walk);
    pay(p, before, budget);
    if (result == IOLIST_DONE)
        return args[1];
    return yield_to_bif(p, &fill_more, (Term[]){pending, args[1], small_int((int64_t)position)});
}

/* (Pending, SizeSoFar, Function, List): measures, then fills. The size is in bits for list_to_bitstring, else in
 * bytes. */
static Term measure_step(Process *p, const Term *args);
static TrapBif measure_more = TRAP_BIF(measure_step, A_ERLANG, NO_TERM, 4, 1);
static TrapBif measure_more_to_bin = TRAP_BIF(measure_step, A_BINARY, A_LIST_TO_BIN, 4, 1);

static Term measure_step(Process *p, const Term *args)
{
    IolistWalk walk;
    bool allow_bits = args[2] == A_LIST_TO_BITSTRING;
    size_t size = (size_t)small_value(args[1]);
    int64_t budget = start_budget(p);
    int64_t before = budget;
    IolistResult result;
    Term pending = TERM_NIL;
    Term bitstring;
    uint8_t *data;

    iolist_walk_resume(&walk, args[0], allow_bits);
    result = iolist_walk_size(&walk, &size, &budget);
    if (result == IOLIST_MORE)
        pending = iolist_walk_pending(&walk, &p->heap);
    iolist_walk_end(&walk);
    pay(p, before, budget);
    if (size > (allow_bits ? BITS_MAX : BITS_MAX / 8))
        return raise_system_limit(p);
    if (result == IOLIST_MORE)
        return yield_to_bif(p, args[2] == A_LIST_TO_BIN ? &measure_more_to_bin : &measure_more, (Term[]){pending, small_int((int64_t)size), args[2], args[3]});
    if (result != IOLIST_DONE)
        return raise_result(p, result);
    bitstring = bits_try_alloc(&p->heap, allow_bits ? size : size * 8, &data);
    if (bitstring == NO_TERM)
        return raise_system_limit(p);
    return fill_step(p, (Term[]){args[3], bitstring, small_int(0)});
}

static Term flatten(Process *p, Term list, Term function)
{
    if (!is_list(list))
        return raise_badarg(p);
    return measure_step(p, (Term[]){list, small_int(0), function, list});
}

Term bif_erlang_iolist_to_binary_1(Process *p, const Term *args)
{
    return is_binary(args[0]) ? args[0] : flatten(p, args[0], A_IOLIST_TO_BINARY);
}

Term bif_erlang_list_to_binary_1(Process *p, const Term *args)
{
    return flatten(p, args[0], A_LIST_TO_BINARY);
}

Term bif_binary_list_to_bin_1(Process *p, const Term *args)
{
    return flatten(p, args[0], A_LIST_TO_BIN);
}

Term bif_erlang_list_to_bitstring_1(Process *p, const Term *args)
{
    return flatten(p, args[0], A_LIST_TO_BITSTRING);
}

/* --- iovecs --------------------------------------------------------------------------------- */

/* Parts up to this size are put together. */
#define SMALL_PART_BYTES 256

typedef struct IovecMaker {
    Heap *heap;
    Term parts;               /* reversed */
    uint8_t *gathered;        /* small parts */
    size_t gathered_size;
    size_t gathered_room;
} IovecMaker;

static void flush_gathered(IovecMaker *maker)
{
    if (maker->gathered_size > 0)
        maker->parts = cons(maker->heap, bits_new(maker->heap, maker->gathered, maker->gathered_size), maker->parts);
    maker->gathered_size = 0;
}

static bool add_part(void *context, const uint8_t *bytes, size_t size, Binary *owner)
{
    IovecMaker *maker = context;
    Term whole;

    if (owner && size > SMALL_PART_BYTES) {
        flush_gathered(maker);
        whole = bits_refc(maker->heap, binary_keep(owner), ((size_t)(bytes - owner->data) + size) * 8);
        whole = bits_sub(maker->heap, whole, (size_t)(bytes - owner->data) * 8, size * 8);
        maker->parts = cons(maker->heap, whole, maker->parts);
        return true;
    }
    if (maker->gathered_room - maker->gathered_size < size) {
        maker->gathered_room = 2 * (maker->gathered_size + size);
        maker->gathered = mem_realloc(MEM_BINARY, maker->gathered, maker->gathered_room);
    }
    memcpy(maker->gathered + maker->gathered_size, bytes, size);
    maker->gathered_size += size;
    return true;
}

Term bif_erlang_iolist_to_iovec_1(Process *p, const Term *args)
{
    IovecMaker maker = {.heap = &p->heap, .parts = TERM_NIL};
    IolistResult result;
    Term list = TERM_NIL;

    if (is_binary(args[0]))
        return bits_size(args[0]) == 0 ? TERM_NIL : cons(&p->heap, args[0], TERM_NIL);
    result = iolist_each(args[0], add_part, &maker);
    flush_gathered(&maker);
    mem_free(MEM_BINARY, maker.gathered);
    if (result != IOLIST_DONE)
        return raise_result(p, result);
    for (Term t = maker.parts; is_cons(t); t = list_tail(t))
        list = cons(&p->heap, list_head(t), list);
    return list;
}
