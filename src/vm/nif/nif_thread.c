/* nif_thread.c - threads and locks of libraries. They wait without the gate: the VM's thread is outside in their code. */
#include "io/io_library.h"
#include "io/io_thread.h"
#include "vm/base/mem.h"
#include "vm/base/text.h"
#include "vm/nif/nif_dirty.h"
#include "vm/nif/nif_env.h"

static IoMutex *mutex_of(ErlNifMutex *mtx) { return (IoMutex *)mtx; }
static IoCond *cond_of(ErlNifCond *cnd) { return (IoCond *)cnd; }
static IoRwLock *rwlock_of(ErlNifRWLock *rwlck) { return (IoRwLock *)rwlck; }
static IoThread *thread_of(ErlNifTid tid) { return (IoThread *)tid; }

#define BUSY 16     /* EBUSY */
#define AGAIN 11    /* EAGAIN */

ErlNifMutex *enif_mutex_create(char *name) { return (ErlNifMutex *)io_mutex_new(name); }
void enif_mutex_destroy(ErlNifMutex *mtx) { io_mutex_free(mutex_of(mtx)); }
int enif_mutex_trylock(ErlNifMutex *mtx) { return io_mutex_try_lock(mutex_of(mtx)) ? 0 : BUSY; }
void enif_mutex_lock(ErlNifMutex *mtx) { io_mutex_lock(mutex_of(mtx)); }
void enif_mutex_unlock(ErlNifMutex *mtx) { io_mutex_unlock(mutex_of(mtx)); }
char *enif_mutex_name(ErlNifMutex *mtx) { return io_mutex_name(mutex_of(mtx)); }

ErlNifCond *enif_cond_create(char *name) { return (ErlNifCond *)io_cond_new(name); }
void enif_cond_destroy(ErlNifCond *cnd) { io_cond_free(cond_of(cnd)); }
void enif_cond_signal(ErlNifCond *cnd) { io_cond_signal(cond_of(cnd)); }
void enif_cond_broadcast(ErlNifCond *cnd) { io_cond_broadcast(cond_of(cnd)); }
void enif_cond_wait(ErlNifCond *cnd, ErlNifMutex *mtx) { io_cond_wait(cond_of(cnd), mutex_of(mtx)); }
char *enif_cond_name(ErlNifCond *cnd) { return io_cond_name(cond_of(cnd)); }

ErlNifRWLock *enif_rwlock_create(char *name) { return (ErlNifRWLock *)io_rwlock_new(name); }
void enif_rwlock_destroy(ErlNifRWLock *rwlck) { io_rwlock_free(rwlock_of(rwlck)); }
int enif_rwlock_tryrlock(ErlNifRWLock *rwlck) { return io_rwlock_try_read(rwlock_of(rwlck)) ? 0 : BUSY; }
void enif_rwlock_rlock(ErlNifRWLock *rwlck) { io_rwlock_read(rwlock_of(rwlck)); }
void enif_rwlock_runlock(ErlNifRWLock *rwlck) { io_rwlock_unlock(rwlock_of(rwlck)); }
int enif_rwlock_tryrwlock(ErlNifRWLock *rwlck) { return io_rwlock_try_write(rwlock_of(rwlck)) ? 0 : BUSY; }
void enif_rwlock_rwlock(ErlNifRWLock *rwlck) { io_rwlock_write(rwlock_of(rwlck)); }
void enif_rwlock_rwunlock(ErlNifRWLock *rwlck) { io_rwlock_unlock(rwlock_of(rwlck)); }
char *enif_rwlock_name(ErlNifRWLock *rwlck) { return io_rwlock_name(rwlock_of(rwlck)); }

int enif_tsd_key_create(char *name, ErlNifTSDKey *key)
{
    unsigned made;

    if (!io_thread_key_new(&made))
        return AGAIN;
    *key = (ErlNifTSDKey)made;
    return 0;
}

void enif_tsd_key_destroy(ErlNifTSDKey key) { io_thread_key_free((unsigned)key); }
void enif_tsd_set(ErlNifTSDKey key, void *data) { io_thread_key_set((unsigned)key, data); }
void *enif_tsd_get(ErlNifTSDKey key) { return io_thread_key_get((unsigned)key); }

/* -1: the system's default. In kilowords, as everywhere in Erlang. */
ErlNifThreadOpts *enif_thread_opts_create(char *name)
{
    ErlNifThreadOpts *opts = mem_alloc(MEM_SYSTEM, sizeof *opts);

    opts->suggested_stack_size = -1;
    return opts;
}

void enif_thread_opts_destroy(ErlNifThreadOpts *opts) { mem_free(MEM_SYSTEM, opts); }

int enif_thread_create(char *name, ErlNifTid *tid, void *(*func)(void *), void *args, ErlNifThreadOpts *opts)
{
    size_t stack = opts && opts->suggested_stack_size > 0 ? (size_t)opts->suggested_stack_size * 1024 * sizeof(Word) : 0;
    IoThread *thread = io_thread_start(name, func, args, stack ? MAX(stack, (size_t)64 * 1024) : 0);

    if (!thread)
        return AGAIN;
    *tid = (ErlNifTid)thread;
    return 0;
}

ErlNifTid enif_thread_self(void) { return (ErlNifTid)io_thread_self(); }
int enif_equal_tids(ErlNifTid tid1, ErlNifTid tid2) { return tid1 == tid2; }
void enif_thread_exit(void *resp) { io_thread_exit(resp); }

int enif_thread_join(ErlNifTid tid, void **respp)
{
    void *result = io_thread_join(thread_of(tid));

    if (respp)
        *respp = result;
    return 0;
}

char *enif_thread_name(ErlNifTid tid) { return io_thread_name(thread_of(tid)); }

int enif_thread_type(void) { return thread_is_vm ? ERL_NIF_THR_NORMAL_SCHEDULER : nif_dirty_thread_type; }

/* --- libraries that libraries open ---------------------------------------------------------------------- */

/* `lib` without ".so". If it is a library of native functions its start function is called, too. */
void *enif_dlopen(const char *lib, void (*err_handler)(void *, const char *), void *err_arg)
{
    Text file = {0};
    const char *error;
    void *library;

    text_printf(&file, "%s.so", lib);
    library = io_library_open(text_terminated(&file), &error);
    text_free(&file);
    if (library) {
        void *(*init)(void) = (void *(*)(void))io_library_symbol(library, "nif_init", &error);

        if (init)
            init();
    } else if (err_handler) {
        err_handler(err_arg, error);
    }
    return library;
}

void *enif_dlsym(void *handle, const char *symbol, void (*err_handler)(void *, const char *), void *err_arg)
{
    const char *error;
    void *found = io_library_symbol(handle, symbol, &error);

    if (!found && err_handler)
        err_handler(err_arg, error);
    return found;
}
