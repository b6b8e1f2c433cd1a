/* dirty.c - dirty calls, scheduled calls, and threads of a library's own. */
#include <erl_nif.h>
#include <string.h>
#include <unistd.h>

#define FUNCTION(name) static ERL_NIF_TERM name(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])
#define ATOM(text) enif_make_atom(env, text)

/* thread() -> what kind of thread that is */
FUNCTION(thread)
{
    switch (enif_thread_type()) {
    case ERL_NIF_THR_NORMAL_SCHEDULER: return ATOM("normal");
    case ERL_NIF_THR_DIRTY_CPU_SCHEDULER: return ATOM("dirty_cpu");
    case ERL_NIF_THR_DIRTY_IO_SCHEDULER: return ATOM("dirty_io");
    default: return ATOM("undefined");
    }
}

/* snooze(Milliseconds, Term) -> Term */
FUNCTION(snooze)
{
    unsigned ms;

    if (!enif_get_uint(env, argv[0], &ms))
        return enif_make_badarg(env);
    usleep(ms * 1000);
    return argv[1];
}

/* build(Count, Term) -> a list of Count copies with numbers, made on a dirty thread */
FUNCTION(build)
{
    ERL_NIF_TERM list = enif_make_list(env, 0);
    unsigned count;

    if (!enif_get_uint(env, argv[0], &count))
        return enif_make_badarg(env);
    for (unsigned i = count; i > 0; i--) {
        ERL_NIF_TERM binary;
        unsigned char *data = enif_make_new_binary(env, i % 200, &binary);

        memset(data, 'd', i % 200);
        list = enif_make_list_cell(env, enif_make_tuple3(env, enif_make_uint(env, i), argv[1], binary), list);
    }
    return list;
}

/* tell(Pid, Term, HowOften): on a dirty thread */
FUNCTION(tell)
{
    ErlNifPid pid;
    unsigned count;

    if (!enif_get_local_pid(env, argv[0], &pid) || !enif_get_uint(env, argv[2], &count))
        return enif_make_badarg(env);
    for (unsigned i = 0; i < count; i++)
        if (!enif_send(env, &pid, NULL, enif_make_tuple2(env, enif_make_uint(env, i), argv[1])))
            return ATOM("dead");
    return ATOM("told");
}

/* alive_later(Pid, Milliseconds) tells Pid whether the caller was alive, then and later */
FUNCTION(alive_later)
{
    int before = enif_is_current_process_alive(env), after;
    ErlNifEnv *msg_env = enif_alloc_env();
    ErlNifPid pid;
    unsigned ms;

    enif_get_local_pid(env, argv[0], &pid);
    enif_get_uint(env, argv[1], &ms);
    usleep(ms * 1000);
    after = enif_is_current_process_alive(env);
    /* Who is dead cannot send: not from his environment. */
    if (enif_send(env, &pid, NULL, ATOM("from_the_dead")) && !after)
        before = -1;
    enif_send(NULL, &pid, msg_env, enif_make_tuple3(msg_env, enif_make_atom(msg_env, "alive"), enif_make_int(msg_env, before),
                                                    enif_make_int(msg_env, after)));
    enif_free_env(msg_env);
    return ATOM("ok");
}

/* --- going on elsewhere: steps(Where, Count, Acc) counts down, one call each -------------------------- */

static ERL_NIF_TERM steps(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])
{
    ERL_NIF_TERM next[3];
    int where, count;

    if (!enif_get_int(env, argv[0], &where) || !enif_get_int(env, argv[1], &count))
        return enif_make_badarg(env);
    if (count == 0)
        return argv[2];
    next[0] = enif_make_int(env, (where + 1) % 3);
    next[1] = enif_make_int(env, count - 1);
    next[2] = enif_make_list_cell(env, enif_make_tuple2(env, thread(env, 0, NULL), argv[1]), argv[2]);
    return enif_schedule_nif(env, "steps_go_on", where, steps, 3, next);
}

/* fails(Where): an exception on another thread */
static ERL_NIF_TERM fail_now(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])
{
    return enif_raise_exception(env, enif_make_tuple2(env, ATOM("failed"), argv[0]));
}

FUNCTION(fails)
{
    int where;

    if (!enif_get_int(env, argv[0], &where))
        return enif_make_badarg(env);
    return enif_schedule_nif(env, "fail_now", where, fail_now, 1, argv);
}

/* --- threads of our own -------------------------------------------------------------------------------- */

typedef struct Work {
    ErlNifPid to;
    ErlNifMutex *mutex;
    ErlNifCond *cond;
    int count, done;
} Work;

static void *send_many(void *arg)
{
    Work *work = arg;

    for (int i = 0; i < work->count; i++) {
        ErlNifEnv *env = enif_alloc_env();
        ERL_NIF_TERM list = enif_make_list(env, 0);

        for (int j = 0; j < 20; j++)
            list = enif_make_list_cell(env, enif_make_tuple2(env, enif_make_atom(env, "item"), enif_make_int(env, j)), list);
        enif_send(NULL, &work->to, env, enif_make_tuple2(env, enif_make_int(env, i), list));
        enif_free_env(env);
    }
    enif_mutex_lock(work->mutex);
    work->done++;
    enif_cond_signal(work->cond);
    enif_mutex_unlock(work->mutex);
    return arg;
}

/* threads(Pid, Threads, Count): starts them and waits for them on the scheduler's own thread */
FUNCTION(threads)
{
    Work work = {.mutex = enif_mutex_create("work"), .cond = enif_cond_create("done")};
    ErlNifTid tids[10];
    unsigned threads;
    int good = 1;
    void *result;

    if (!enif_get_local_pid(env, argv[0], &work.to) || !enif_get_uint(env, argv[1], &threads) || threads > 10
        || !enif_get_int(env, argv[2], &work.count))
        return enif_make_badarg(env);
    for (unsigned i = 0; i < threads; i++)
        good &= enif_thread_create("sender", &tids[i], send_many, &work, NULL) == 0;
    enif_mutex_lock(work.mutex);
    while (work.done < (int)threads)
        enif_cond_wait(work.cond, work.mutex);
    enif_mutex_unlock(work.mutex);
    for (unsigned i = 0; i < threads; i++)
        good &= enif_thread_join(tids[i], &result) == 0 && result == &work;
    enif_mutex_destroy(work.mutex);
    enif_cond_destroy(work.cond);
    return enif_make_int(env, good);
}

/* locks() -> facts */
FUNCTION(locks)
{
    ErlNifRWLock *lock = enif_rwlock_create("lock");
    ErlNifMutex *mutex = enif_mutex_create("mutex");
    ErlNifTSDKey key;
    ERL_NIF_TERM facts[9];
    int value;

    enif_rwlock_rlock(lock);
    facts[0] = enif_make_int(env, enif_rwlock_tryrlock(lock));
    facts[1] = enif_make_int(env, enif_rwlock_tryrwlock(lock) != 0);
    enif_rwlock_runlock(lock);
    enif_rwlock_runlock(lock);
    facts[2] = enif_make_int(env, enif_rwlock_tryrwlock(lock));
    facts[3] = enif_make_int(env, enif_rwlock_tryrlock(lock) != 0);
    enif_rwlock_rwunlock(lock);
    facts[4] = enif_make_int(env, enif_mutex_trylock(mutex));
    facts[5] = enif_make_int(env, enif_mutex_trylock(mutex) != 0);
    enif_mutex_unlock(mutex);
    enif_tsd_key_create("key", &key);
    facts[6] = enif_make_int(env, enif_tsd_get(key) == NULL);
    enif_tsd_set(key, &value);
    facts[7] = enif_make_int(env, enif_tsd_get(key) == &value);
    enif_tsd_key_destroy(key);
    facts[8] = enif_make_tuple3(env, enif_make_string(env, enif_rwlock_name(lock), ERL_NIF_LATIN1),
                                enif_make_string(env, enif_mutex_name(mutex), ERL_NIF_LATIN1),
                                enif_make_int(env, enif_equal_tids(enif_thread_self(), enif_thread_self()) != 0));
    enif_rwlock_destroy(lock);
    enif_mutex_destroy(mutex);
    return enif_make_list_from_array(env, facts, 9);
}

static ErlNifFunc functions[] = {
    {"thread", 0, thread}, {"thread_cpu", 0, thread, ERL_NIF_DIRTY_JOB_CPU_BOUND},
    {"thread_io", 0, thread, ERL_NIF_DIRTY_JOB_IO_BOUND}, {"snooze", 2, snooze, ERL_NIF_DIRTY_JOB_IO_BOUND},
    {"snooze_cpu", 2, snooze, ERL_NIF_DIRTY_JOB_CPU_BOUND}, {"build", 2, build, ERL_NIF_DIRTY_JOB_CPU_BOUND},
    {"tell", 3, tell, ERL_NIF_DIRTY_JOB_IO_BOUND}, {"alive_later", 2, alive_later, ERL_NIF_DIRTY_JOB_IO_BOUND},
    {"steps", 3, steps}, {"fails", 1, fails}, {"threads", 3, threads}, {"locks", 0, locks},
};

ERL_NIF_INIT(nif_dirty_t, functions, NULL, NULL, NULL, NULL)
