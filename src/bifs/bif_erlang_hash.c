/* erlang:phash/2, phash2/1,2. */
#include "bifs.h"
#include "vm/term/hash.h"
#include "vm/term/integer.h"

#define PHASH2_DEFAULT_BITS 27
#define FULL_RANGE ((uint64_t)1 << 32)

/* 1 .. 2^32, else 0. */
static uint64_t range_value(Term t)
{
    return is_small(t) && small_value(t) > 0 && (uint64_t)small_value(t) <= FULL_RANGE ? (uint64_t)small_value(t) : 0;
}

/* Terms that are looked at for one reduction. */
#define NODES_PER_REDUCTION 8

/* True when the walk is done; its hash is left. */
static bool run_walk(Process *p, HashWalk *walk, bool (*some)(HashWalk *walk))
{
    int64_t before = MAX(p->reductions_left, 1) * NODES_PER_REDUCTION;
    bool done;

    walk->budget = before;
    done = some(walk);
    bif_consume(p, (before - walk->budget) / NODES_PER_REDUCTION);
    return done;
}

/* NO_TERM: the walk is done, else what is left of it. The walk ends. */
static Term walk_on(Process *p, HashWalk *walk, bool (*some)(HashWalk *walk))
{
    Term saved = run_walk(p, walk, some) ? NO_TERM : hash_walk_save(walk, &p->heap);

    hash_walk_free(walk);
    return saved;
}

static Term phash_step(Process *p, const Term *args);
static Term phash2_step_1(Process *p, const Term *args);
static Term phash2_step_2(Process *p, const Term *args);
static TrapBif phash_more = TRAP_BIF(phash_step, A_ERLANG, A_PHASH, 3, 2);
static TrapBif phash2_more_1 = TRAP_BIF(phash2_step_1, A_ERLANG, A_PHASH2, 2, 1);
static TrapBif phash2_more_2 = TRAP_BIF(phash2_step_2, A_ERLANG, A_PHASH2, 3, 2);

static Term phash_2(Process *p, HashWalk *walk, const Term args[2])
{
    Term saved = walk_on(p, walk, hash_walk_phash);

    if (saved != NO_TERM)
        return yield_to_bif(p, &phash_more, (Term[]){saved, args[0], args[1]});
    return small_int((int64_t)(walk->hash % range_value(args[1])) + 1);
}

static Term phash2_1(Process *p, HashWalk *walk, Term t)
{
    Term saved = walk_on(p, walk, hash_walk_phash2);

    if (saved != NO_TERM)
        return yield_to_bif(p, &phash2_more_1, (Term[]){saved, t});
    return small_int(walk->hash & ((1u << PHASH2_DEFAULT_BITS) - 1));
}

static Term phash2_2(Process *p, HashWalk *walk, const Term args[2])
{
    Term saved = walk_on(p, walk, hash_walk_phash2);

    if (saved != NO_TERM)
        return yield_to_bif(p, &phash2_more_2, (Term[]){saved, args[0], args[1]});
    return small_int((int64_t)(walk->hash % range_value(args[1])));
}

/* phash_step(Walk, Term, Range) */
static Term phash_step(Process *p, const Term *args)
{
    HashWalk walk;

    hash_walk_restore(&walk, args[0]);
    return phash_2(p, &walk, args + 1);
}

/* phash2_step_1(Walk, Term), phash2_step_2(Walk, Term, Range) */
static Term phash2_step_1(Process *p, const Term *args)
{
    HashWalk walk;

    hash_walk_restore(&walk, args[0]);
    return phash2_1(p, &walk, args[1]);
}

static Term phash2_step_2(Process *p, const Term *args)
{
    HashWalk walk;

    hash_walk_restore(&walk, args[0]);
    return phash2_2(p, &walk, args + 1);
}

Term bif_erlang_phash_2(Process *p, const Term *args)
{
    HashWalk walk;

    if (range_value(args[1]) == 0)
        return raise_badarg(p);
    hash_walk_start(&walk, args[0]);
    return phash_2(p, &walk, args);
}

Term bif_erlang_phash2_1(Process *p, const Term *args)
{
    HashWalk walk;

    hash_walk_start(&walk, args[0]);
    return phash2_1(p, &walk, args[0]);
}

Term bif_erlang_phash2_2(Process *p, const Term *args)
{
    HashWalk walk;

    if (range_value(args[1]) == 0)
        return raise_badarg(p);
    hash_walk_start(&walk, args[0]);
    return phash2_2(p, &walk, args);
}
