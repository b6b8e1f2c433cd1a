/* nif_number.c - kinds of terms, their order, and numbers. Nothing of it needs the gate. */
#include <math.h>

#include "vm/nif/nif_env.h"
#include "vm/term/bits.h"
#include "vm/term/compare.h"
#include "vm/term/fun.h"
#include "vm/term/hash.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"

/* --- kinds ------------------------------------------------------------------------------------------ */

int enif_is_atom(ErlNifEnv *env, ERL_NIF_TERM term) { return is_atom(from_nif(term)); }
int enif_is_binary(ErlNifEnv *env, ERL_NIF_TERM term) { return is_binary(from_nif(term)); }
int enif_is_ref(ErlNifEnv *env, ERL_NIF_TERM term) { return is_ref(from_nif(term)); }
int enif_is_fun(ErlNifEnv *env, ERL_NIF_TERM term) { return is_fun(from_nif(term)); }
int enif_is_pid(ErlNifEnv *env, ERL_NIF_TERM term) { return is_pid(from_nif(term)); }
int enif_is_port(ErlNifEnv *env, ERL_NIF_TERM term) { return is_port(from_nif(term)); }
int enif_is_list(ErlNifEnv *env, ERL_NIF_TERM term) { return is_list(from_nif(term)); }
int enif_is_empty_list(ErlNifEnv *env, ERL_NIF_TERM term) { return is_nil(from_nif(term)); }
int enif_is_tuple(ErlNifEnv *env, ERL_NIF_TERM term) { return is_tuple(from_nif(term)); }
int enif_is_map(ErlNifEnv *env, ERL_NIF_TERM term) { return is_map(from_nif(term)); }
int enif_is_number(ErlNifEnv *env, ERL_NIF_TERM term) { return is_number(from_nif(term)); }

int enif_is_exception(ErlNifEnv *env, ERL_NIF_TERM term) { return env->has_exception && from_nif(term) == NO_TERM; }

static ErlNifTermType boxed_type(Term t)
{
    if (is_big(t))
        return ERL_NIF_TERM_TYPE_INTEGER;
    if (is_bitstring(t))
        return ERL_NIF_TERM_TYPE_BITSTRING;
    if (is_map(t))
        return ERL_NIF_TERM_TYPE_MAP;
    if (is_float(t))
        return ERL_NIF_TERM_TYPE_FLOAT;
    if (is_fun(t))
        return ERL_NIF_TERM_TYPE_FUN;
    if (is_ref(t))
        return ERL_NIF_TERM_TYPE_REFERENCE;
    if (is_pid(t))
        return ERL_NIF_TERM_TYPE_PID;
    return is_port(t) ? ERL_NIF_TERM_TYPE_PORT : ERL_NIF_TERM_TYPE_TUPLE;
}

ErlNifTermType enif_term_type(ErlNifEnv *env, ERL_NIF_TERM term)
{
    Term t = from_nif(term);

    if (is_small(t))
        return ERL_NIF_TERM_TYPE_INTEGER;
    if (is_atom(t))
        return ERL_NIF_TERM_TYPE_ATOM;
    if (is_list(t))
        return ERL_NIF_TERM_TYPE_LIST;
    if (is_local_pid(t))
        return ERL_NIF_TERM_TYPE_PID;
    if (is_local_port(t))
        return ERL_NIF_TERM_TYPE_PORT;
    return boxed_type(t);
}

int enif_is_identical(ERL_NIF_TERM lhs, ERL_NIF_TERM rhs) { return term_exact_equal(from_nif(lhs), from_nif(rhs)); }

int enif_compare(ERL_NIF_TERM lhs, ERL_NIF_TERM rhs)
{
    int order = term_compare(from_nif(lhs), from_nif(rhs));

    return order < 0 ? -1 : order > 0;
}

ErlNifUInt64 enif_hash(ErlNifHash type, ERL_NIF_TERM term, ErlNifUInt64 salt)
{
    switch (type) {
    case ERL_NIF_INTERNAL_HASH: return term_internal_hash(from_nif(term), (uint32_t)salt);
    case ERL_NIF_PHASH2: return term_phash2(from_nif(term)) & (((uint32_t)1 << 27) - 1);
    default: return 0;
    }
}

/* --- numbers ---------------------------------------------------------------------------------------- */

int enif_get_int(ErlNifEnv *env, ERL_NIF_TERM term, int *value)
{
    int64_t wide;

    if (!integer_to_i64(from_nif(term), &wide) || wide < INT_MIN || wide > INT_MAX)
        return 0;
    *value = (int)wide;
    return 1;
}

int enif_get_uint(ErlNifEnv *env, ERL_NIF_TERM term, unsigned *value)
{
    uint64_t wide;

    if (!integer_to_u64(from_nif(term), &wide) || wide > UINT_MAX)
        return 0;
    *value = (unsigned)wide;
    return 1;
}

int enif_get_long(ErlNifEnv *env, ERL_NIF_TERM term, long *value) { return integer_to_i64(from_nif(term), value); }

int enif_get_ulong(ErlNifEnv *env, ERL_NIF_TERM term, unsigned long *value)
{
    return integer_to_u64(from_nif(term), value);
}

int enif_get_double(ErlNifEnv *env, ERL_NIF_TERM term, double *value)
{
    if (!is_float(from_nif(term)))
        return 0;
    *value = float_value(from_nif(term));
    return 1;
}

ERL_NIF_TERM enif_make_int(ErlNifEnv *env, int value) { return to_nif(small_int(value)); }
ERL_NIF_TERM enif_make_uint(ErlNifEnv *env, unsigned value) { return to_nif(small_int(value)); }
ERL_NIF_TERM enif_make_long(ErlNifEnv *env, long value) { return to_nif(integer_from_i64(env->heap, value)); }
ERL_NIF_TERM enif_make_ulong(ErlNifEnv *env, unsigned long value) { return to_nif(integer_from_u64(env->heap, value)); }

ERL_NIF_TERM enif_make_double(ErlNifEnv *env, double value)
{
    return isfinite(value) ? to_nif(float_new(env->heap, value)) : enif_make_badarg(env);
}
