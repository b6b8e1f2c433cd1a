/* terms.c - everything about terms: each function makes, reads or compares in its own way, and the results are terms again. */
#include <errno.h>
#include <erl_nif.h>
#include <stdint.h>
#include <string.h>

#define FUNCTION(name) static ERL_NIF_TERM name(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])
#define ATOM(text) enif_make_atom(env, text)
#define INT(value) enif_make_int(env, value)

/* type(Term) -> what all the questions answer */
FUNCTION(type)
{
    ERL_NIF_TERM t = argv[0];
    ERL_NIF_TERM answers[13];

    answers[0] = INT(enif_is_atom(env, t));
    answers[1] = INT(enif_is_binary(env, t));
    answers[2] = INT(enif_is_ref(env, t));
    answers[3] = INT(enif_is_fun(env, t));
    answers[4] = INT(enif_is_pid(env, t));
    answers[5] = INT(enif_is_port(env, t));
    answers[6] = INT(enif_is_list(env, t));
    answers[7] = INT(enif_is_empty_list(env, t));
    answers[8] = INT(enif_is_tuple(env, t));
    answers[9] = INT(enif_is_map(env, t));
    answers[10] = INT(enif_is_number(env, t));
    answers[11] = INT(enif_term_type(env, t));
    answers[12] = INT(enif_is_exception(env, t));
    return enif_make_list_from_array(env, answers, 13);
}

/* numbers(Term) -> [what it is as each of C's types] */
FUNCTION(numbers)
{
    ERL_NIF_TERM none = ATOM("none"), list = enif_make_list(env, 0);
    int i;
    unsigned u;
    long l;
    unsigned long ul;
    double d;
    ErlNifSInt64 s64;
    ErlNifUInt64 u64;

    list = enif_make_list_cell(env, enif_get_uint64(env, argv[0], &u64) ? enif_make_uint64(env, u64) : none, list);
    list = enif_make_list_cell(env, enif_get_int64(env, argv[0], &s64) ? enif_make_int64(env, s64) : none, list);
    list = enif_make_list_cell(env, enif_get_double(env, argv[0], &d) ? enif_make_double(env, d / 2) : none, list);
    list = enif_make_list_cell(env, enif_get_ulong(env, argv[0], &ul) ? enif_make_ulong(env, ul) : none, list);
    list = enif_make_list_cell(env, enif_get_long(env, argv[0], &l) ? enif_make_long(env, l) : none, list);
    list = enif_make_list_cell(env, enif_get_uint(env, argv[0], &u) ? enif_make_uint(env, u) : none, list);
    list = enif_make_list_cell(env, enif_get_int(env, argv[0], &i) ? enif_make_int(env, i) : none, list);
    return list;
}

/* zeros(Tuple) -> the integer 0, made and passed on in every way; no term that is made is a null word */
FUNCTION(zeros)
{
    ERL_NIF_TERM zero = INT(0), pair[2] = {zero, enif_make_uint64(env, 0)};
    const ERL_NIF_TERM *elements;
    int count;

    if (!enif_get_tuple(env, argv[0], &count, &elements))
        return enif_make_badarg(env);
    return enif_make_tuple(env, 6, ATOM(zero && pair[1] ? "terms" : "null"), enif_make_tuple_from_array(env, pair, 2),
                           enif_make_list_from_array(env, pair, 2), enif_make_tuple_from_array(env, elements, count),
                           enif_make_list_cell(env, zero, zero), INT(enif_is_identical(zero, pair[1])));
}

extern char *erl_errno_id(int error);          /* of erl_driver.h */

FUNCTION(error_names)
{
    static const int errors[] = {ENOENT, EACCES, EAGAIN, EEXIST, EINVAL, EPIPE, ENOSPC, ECONNRESET, 4711};
    ERL_NIF_TERM list = enif_make_list(env, 0);

    for (unsigned i = 0; i < sizeof errors / sizeof *errors; i++)
        list = enif_make_list_cell(env, ATOM(erl_errno_id(errors[i])), list);
    return list;
}

FUNCTION(bad_double) { return enif_make_double(env, 1.0 / 0.0); }

/* atoms(Term, BufferSize) */
FUNCTION(atoms)
{
    char buffer[300] = "untouched";
    unsigned length = 4711, size;
    int got, has_length;
    ERL_NIF_TERM existing = ATOM("none");

    if (!enif_get_uint(env, argv[1], &size) || size > sizeof buffer)
        return enif_make_badarg(env);
    has_length = enif_get_atom_length(env, argv[0], &length, ERL_NIF_LATIN1);
    got = enif_get_atom(env, argv[0], buffer, size, ERL_NIF_LATIN1);
    if (got > 0)
        enif_make_existing_atom_len(env, buffer, got - 1, &existing, ERL_NIF_LATIN1);
    return enif_make_tuple6(env, INT(got), INT(has_length), enif_make_uint(env, length),
                            enif_make_string(env, buffer, ERL_NIF_LATIN1), existing,
                            INT(enif_make_existing_atom(env, "this atom nobody has made", &existing, ERL_NIF_LATIN1)));
}

FUNCTION(long_atom)
{
    char text[300];
    unsigned length;

    memset(text, 'x', sizeof text);
    if (!enif_get_uint(env, argv[0], &length))
        return enif_make_badarg(env);
    return enif_make_atom_len(env, text, length);
}

/* strings(List, BufferSize) */
FUNCTION(strings)
{
    char buffer[100];
    unsigned size, length = 4711;
    int got, has_length;
    ERL_NIF_TERM reversed = ATOM("none");

    memset(buffer, 'u', sizeof buffer);
    buffer[99] = 0;
    if (!enif_get_uint(env, argv[1], &size) || size > sizeof buffer)
        return enif_make_badarg(env);
    got = enif_get_string(env, argv[0], buffer, size, ERL_NIF_LATIN1);
    has_length = enif_get_list_length(env, argv[0], &length);
    enif_make_reverse_list(env, argv[0], &reversed);
    return enif_make_tuple5(env, INT(got), enif_make_string_len(env, buffer, strlen(buffer), ERL_NIF_LATIN1), INT(has_length),
                            enif_make_uint(env, length), reversed);
}

FUNCTION(lists)
{
    ERL_NIF_TERM head = ATOM("none"), tail = ATOM("none"), array[3];
    int got = enif_get_list_cell(env, argv[0], &head, &tail);

    array[0] = head;
    array[1] = tail;
    array[2] = INT(got);
    return enif_make_list6(env, enif_make_list(env, 0), enif_make_list1(env, head), enif_make_list3(env, head, tail, INT(got)),
                           enif_make_list_from_array(env, array, 3), enif_make_list_from_array(env, array, 0),
                           enif_make_list_cell(env, head, tail));
}

FUNCTION(tuples)
{
    const ERL_NIF_TERM *elements;
    int arity;

    if (!enif_get_tuple(env, argv[0], &arity, &elements))
        return ATOM("no_tuple");
    return enif_make_tuple4(env, INT(arity), enif_make_list_from_array(env, elements, arity),
                            enif_make_tuple_from_array(env, elements, arity), enif_make_tuple(env, 0));
}

/* compare(A, B) */
FUNCTION(compare)
{
    return enif_make_tuple3(env, INT(enif_compare(argv[0], argv[1])), INT(enif_is_identical(argv[0], argv[1]) != 0),
                            enif_make_uint64(env, enif_hash(ERL_NIF_PHASH2, argv[0], 0)));
}

/* binaries(Iolist) */
FUNCTION(binaries)
{
    ErlNifBinary bin, list, made, grown;
    ERL_NIF_TERM from_made, fresh, sub, from_grown, small;
    unsigned char *data;
    int is_binary = enif_inspect_binary(env, argv[0], &bin);
    size_t part;

    if (!enif_inspect_iolist_as_binary(env, argv[0], &list))
        return enif_make_tuple2(env, ATOM("no_iolist"), INT(is_binary));
    enif_alloc_binary(list.size + 100, &made);
    memset(made.data, 'm', made.size);
    memcpy(made.data, list.data, list.size);
    from_made = enif_make_binary(env, &made);
    data = enif_make_new_binary(env, list.size, &fresh);
    memcpy(data, list.data, list.size);
    sub = enif_make_sub_binary(env, from_made, 3, 50);
    enif_alloc_binary(5, &grown);
    memcpy(grown.data, "12345", 5);
    enif_realloc_binary(&grown, 70);
    memset(grown.data + 5, 'g', 65);
    enif_realloc_binary(&grown, 68);
    from_grown = enif_make_binary(env, &grown);
    part = list.size < 3 ? list.size : 3;
    enif_realloc_binary(&list, part);
    small = enif_make_binary(env, &list);
    enif_alloc_binary(1000, &made);
    enif_release_binary(&made);
    return enif_make_tuple7(env, INT(is_binary), from_made, fresh, sub, enif_make_sub_binary(env, sub, 1, 10), from_grown,
                            small);
}

/* etf(Term) -> {Bytes, Same, BytesUsed, Unsafe} */
FUNCTION(etf)
{
    ErlNifBinary bin;
    ERL_NIF_TERM decoded = ATOM("none"), safe = ATOM("none");
    size_t used, none;

    if (!enif_term_to_binary(env, argv[0], &bin))
        return ATOM("failed");
    used = enif_binary_to_term(env, bin.data, bin.size, &decoded, 0);
    none = enif_binary_to_term(env, bin.data, bin.size - 1, &safe, ERL_NIF_BIN2TERM_SAFE);
    return enif_make_tuple4(env, INT(bin.size == used), decoded, enif_make_binary(env, &bin), enif_make_ulong(env, none));
}

/* decode(Bytes, IsSafe) */
FUNCTION(decode)
{
    ErlNifBinary bin;
    ERL_NIF_TERM decoded = ATOM("none");
    int is_safe;
    size_t used;

    if (!enif_inspect_binary(env, argv[0], &bin) || !enif_get_int(env, argv[1], &is_safe))
        return enif_make_badarg(env);
    used = enif_binary_to_term(env, bin.data, bin.size, &decoded, is_safe ? ERL_NIF_BIN2TERM_SAFE : 0);
    return used ? enif_make_tuple2(env, enif_make_ulong(env, used), decoded) : ATOM("bad");
}

/* maps(Map, Key, Value) */
FUNCTION(maps)
{
    ERL_NIF_TERM none = ATOM("none"), put = none, found = none, updated = none, removed = none;
    size_t size = 4711;
    int oks[5];

    oks[0] = enif_get_map_size(env, argv[0], &size);
    oks[1] = enif_make_map_put(env, argv[0], argv[1], argv[2], &put);
    oks[2] = enif_get_map_value(env, argv[0], argv[1], &found);
    oks[3] = enif_make_map_update(env, argv[0], argv[1], argv[2], &updated);
    oks[4] = enif_make_map_remove(env, argv[0], argv[1], &removed);
    return enif_make_tuple7(env, enif_make_list5(env, INT(oks[0]), INT(oks[1]), INT(oks[2]), INT(oks[3]), INT(oks[4])),
                            enif_make_ulong(env, size), put, found, oks[3] ? updated : none, removed, enif_make_new_map(env));
}

/* map_from(Keys, Values): tuples */
FUNCTION(map_from)
{
    const ERL_NIF_TERM *keys, *values;
    int count, value_count;
    ERL_NIF_TERM map;

    if (!enif_get_tuple(env, argv[0], &count, &keys) || !enif_get_tuple(env, argv[1], &value_count, &values)
        || count != value_count)
        return enif_make_badarg(env);
    if (!enif_make_map_from_arrays(env, (ERL_NIF_TERM *)keys, (ERL_NIF_TERM *)values, count, &map))
        return ATOM("twice");
    return map;
}

/* walk(Map) -> {Forwards, Backwards, Ends}: pairs in the order that the iterator has them */
FUNCTION(walk)
{
    ERL_NIF_TERM forwards = enif_make_list(env, 0), backwards = forwards, key, value;
    ErlNifMapIterator iter;
    int ends = 0;

    if (!enif_map_iterator_create(env, argv[0], &iter, ERL_NIF_MAP_ITERATOR_FIRST))
        return ATOM("no_map");
    while (enif_map_iterator_get_pair(env, &iter, &key, &value)) {
        forwards = enif_make_list_cell(env, enif_make_tuple2(env, key, value), forwards);
        enif_map_iterator_next(env, &iter);
    }
    ends = enif_map_iterator_is_tail(env, &iter);
    while (enif_map_iterator_prev(env, &iter)) {
        enif_map_iterator_get_pair(env, &iter, &key, &value);
        backwards = enif_make_list_cell(env, enif_make_tuple2(env, key, value), backwards);
    }
    ends = 10 * ends + enif_map_iterator_is_head(env, &iter);
    enif_map_iterator_destroy(env, &iter);
    return enif_make_tuple3(env, forwards, backwards, INT(ends));
}

/* copies(Term) -> the same, after it was in environments of their own */
FUNCTION(copies)
{
    ErlNifEnv *first = enif_alloc_env(), *second = enif_alloc_env();
    ERL_NIF_TERM t;

    for (int i = 0; i < 3; i++) {
        t = enif_make_copy(first, argv[0]);
        t = enif_make_copy(second, enif_make_tuple3(first, t, enif_make_ulong(first, UINT64_MAX), t));
        enif_clear_env(first);
    }
    t = enif_make_copy(env, t);
    enif_free_env(first);
    enif_free_env(second);
    return t;
}

/* print(Term) */
FUNCTION(print)
{
    char text[400];
    int length = enif_snprintf(text, sizeof text, "<%T|%5d|%-6s|%#lx|%c|%%|%.3f|%.*s|%llu>", argv[0], -17, "ab", 255ul,
                               'z', 2.0 / 3, 2, "xyz", 123456789012ull);
    char small[8];
    int cut = enif_snprintf(small, sizeof small, "%s", "longer than eight");

    return enif_make_tuple4(env, INT(length), enif_make_string(env, text, ERL_NIF_LATIN1), INT(cut),
                            enif_make_string(env, small, ERL_NIF_LATIN1));
}

/* raise(Kind, Term) */
FUNCTION(raise)
{
    ERL_NIF_TERM reason = ATOM("none");
    int kind;

    if (!enif_get_int(env, argv[0], &kind))
        return enif_make_badarg(env);
    switch (kind) {
    case 0: return enif_raise_exception(env, argv[1]);
    case 1: enif_raise_exception(env, argv[1]); return ATOM("ignored");
    case 2: enif_make_badarg(env); return argv[1];
    case 3:
        if (enif_has_pending_exception(env, NULL) || enif_has_pending_exception(env, &reason))
            return ATOM("too_early");
        enif_raise_exception(env, argv[1]);
        return enif_has_pending_exception(env, &reason) && enif_is_identical(reason, argv[1]) ? ATOM("ignored") : ATOM("ok");
    default: return argv[1];
    }
}

/* vectors(List, Max) -> {Iovec as one binary, Tail, Queue ...} */
FUNCTION(vectors)
{
    ErlNifIOVec vec, *at = &vec, *own = NULL;
    ErlNifIOQueue *queue = enif_ioq_create(ERL_NIF_IOQ_NORMAL);
    ERL_NIF_TERM tail, own_tail, all, head = ATOM("none");
    unsigned char *data;
    unsigned max;
    size_t left = 0, part = 0;
    int count, got_head;
    ErlNifBinary bin;
    SysIOVec *parts;

    enif_get_uint(env, argv[1], &max);
    if (!enif_inspect_iovec(env, max, argv[0], &tail, &at)) {
        enif_ioq_destroy(queue);
        return ATOM("no_iovec");
    }
    data = enif_make_new_binary(env, at->size, &all);
    for (int i = 0; i < at->iovcnt; i++) {
        memcpy(data, at->iov[i].iov_base, at->iov[i].iov_len);
        data += at->iov[i].iov_len;
    }
    enif_inspect_iovec(NULL, max, argv[0], &own_tail, &own);
    enif_ioq_enqv(queue, own, own->size > 2 ? 2 : 0);
    enif_free_iovec(own);
    enif_alloc_binary(80, &bin);
    memset(bin.data, 'q', 80);
    enif_ioq_enq_binary(queue, &bin, 5);
    if (enif_ioq_size(queue) > 3)
        enif_ioq_deq(queue, 3, &left);
    got_head = enif_ioq_peek_head(env, queue, &part, &head);
    parts = enif_ioq_peek(queue, &count);
    all = enif_make_tuple(env, 9, all, tail, INT(at->iovcnt), enif_make_ulong(env, left), INT(got_head),
                          enif_make_ulong(env, part), head, INT(parts[count - 1].iov_len), INT(enif_ioq_deq(queue, 100000, NULL)));
    enif_ioq_destroy(queue);
    return all;
}

/* times() -> facts that are the same everywhere */
FUNCTION(times)
{
    ErlNifTime now = enif_monotonic_time(ERL_NIF_NSEC), later = enif_monotonic_time(ERL_NIF_NSEC);
    ErlNifTime offset = enif_time_offset(ERL_NIF_SEC);
    const ERL_NIF_TERM *stamp;
    int arity = 0;
    ERL_NIF_TERM list[8];

    list[0] = INT(later >= now);
    list[1] = INT(enif_monotonic_time(9) == ERL_NIF_TIME_ERROR);
    list[2] = enif_make_int64(env, enif_convert_time_unit(-1500, ERL_NIF_MSEC, ERL_NIF_SEC));
    list[3] = enif_make_int64(env, enif_convert_time_unit(1999999999, ERL_NIF_NSEC, ERL_NIF_SEC));
    list[4] = enif_make_int64(env, enif_convert_time_unit(7, ERL_NIF_SEC, ERL_NIF_USEC));
    list[5] = INT(enif_monotonic_time(ERL_NIF_SEC) + offset > 1500000000);
    list[6] = INT(enif_get_tuple(env, enif_now_time(env), &arity, &stamp) && arity == 3);
    list[7] = INT(enif_get_tuple(env, enif_cpu_time(env), &arity, &stamp) && arity == 3);
    return enif_make_list_from_array(env, list, 8);
}

/* unique() -> {Ref, Ref, Integer, Monotonic, Positive} */
FUNCTION(unique)
{
    return enif_make_tuple5(env, enif_make_ref(env), enif_make_ref(env), enif_make_unique_integer(env, 0),
                            enif_make_unique_integer(env, ERL_NIF_UNIQUE_MONOTONIC),
                            enif_make_unique_integer(env, ERL_NIF_UNIQUE_POSITIVE));
}

/* system() */
FUNCTION(system_facts)
{
    ErlNifSysInfo info;
    char value[20] = "";
    size_t size = sizeof value, none = sizeof value;
    int got = enif_getenv("NIF_TEST_VARIABLE", value, &size);

    enif_system_info(&info, sizeof info);
    return enif_make_tuple7(env, enif_make_string(env, info.erts_version, ERL_NIF_LATIN1),
                            enif_make_string(env, info.otp_release, ERL_NIF_LATIN1), INT(info.nif_minor_version),
                            INT(info.thread_support), INT(got), enif_make_string(env, value, ERL_NIF_LATIN1),
                            enif_make_tuple2(env, enif_make_ulong(env, size), INT(enif_getenv("NO_SUCH_VARIABLE_", value, &none))));
}

static ErlNifFunc functions[] = {
    {"type", 1, type}, {"numbers", 1, numbers}, {"zeros", 1, zeros}, {"error_names", 0, error_names}, {"bad_double", 0, bad_double}, {"atoms", 2, atoms},
    {"long_atom", 1, long_atom}, {"strings", 2, strings}, {"lists", 1, lists}, {"tuples", 1, tuples},
    {"compare", 2, compare}, {"binaries", 1, binaries}, {"etf", 1, etf}, {"decode", 2, decode}, {"maps", 3, maps},
    {"map_from", 2, map_from}, {"walk", 1, walk}, {"copies", 1, copies}, {"print", 1, print}, {"raise", 2, raise},
    {"vectors", 2, vectors}, {"times", 0, times}, {"unique", 0, unique}, {"system", 0, system_facts},
};

ERL_NIF_INIT(nif_terms_t, functions, NULL, NULL, NULL, NULL)
