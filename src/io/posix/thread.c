/* thread.c - threads and locks, on pthreads. Signals go to the VM's thread only. */
#include "io/io_thread.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "vm/base/mem.h"

struct IoThread {
    pthread_t thread;
    void *(*run)(void *arg);
    void *arg;
    bool is_detached;
    char name[];
};

struct IoMutex {
    pthread_mutex_t mutex;
    char name[];
};

struct IoCond {
    pthread_cond_t cond;
    char name[];
};

struct IoRwLock {
    pthread_rwlock_t lock;
    char name[];
};

static size_t thread_count;
static _Thread_local IoThread *self;

/* A struct of `size` bytes that ends in a name. */
static void *named(size_t size, const char *name)
{
    size_t length = name ? strlen(name) : 0;
    char *block = mem_alloc_zero(MEM_IO, size + length + 1);

    if (name)
        memcpy(block + size, name, length);
    return block;
}

/* --- threads -------------------------------------------------------------------------------------- */

/* Also when io_thread_exit ends it. */
static void ended(void *context)
{
    IoThread *thread = context;

    if (thread->is_detached)
        mem_free(MEM_IO, thread);
    __atomic_fetch_sub(&thread_count, 1, __ATOMIC_RELAXED);
}

static void *run(void *context)
{
    IoThread *thread = context;
    void *result;

    self = thread;
    pthread_cleanup_push(ended, thread);
    result = thread->run(thread->arg);
    pthread_cleanup_pop(1);
    return result;
}

static int start(IoThread *thread, const pthread_attr_t *attributes)
{
    sigset_t all, before;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    error = pthread_create(&thread->thread, attributes, run, thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static IoThread *start_thread(const char *name, void *(*function)(void *arg), void *arg, size_t stack_bytes,
                              bool is_detached)
{
    IoThread *thread = named(sizeof *thread, name);
    pthread_attr_t attributes;
    int error;

    thread->run = function;
    thread->arg = arg;
    thread->is_detached = is_detached;
    pthread_attr_init(&attributes);
    if (stack_bytes > 0)
        pthread_attr_setstacksize(&attributes, stack_bytes);
    if (is_detached)
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    __atomic_fetch_add(&thread_count, 1, __ATOMIC_RELAXED);
    error = start(thread, &attributes);
    pthread_attr_destroy(&attributes);
    if (error == 0)
        return thread;
    __atomic_fetch_sub(&thread_count, 1, __ATOMIC_RELAXED);
    mem_free(MEM_IO, thread);
    return NULL;
}

IoThread *io_thread_start(const char *name, void *(*function)(void *arg), void *arg, size_t stack_bytes)
{
    return start_thread(name, function, arg, stack_bytes, false);
}

bool io_thread_start_detached(const char *name, void *(*function)(void *arg), void *arg)
{
    return start_thread(name, function, arg, 0, true) != NULL;
}

void *io_thread_join(IoThread *thread)
{
    void *result = NULL;

    pthread_join(thread->thread, &result);
    mem_free(MEM_IO, thread);
    return result;
}

/* A thread that was not started here gets a struct when it first asks. */
IoThread *io_thread_self(void)
{
    if (!self) {
        self = named(sizeof *self, NULL);
        self->thread = pthread_self();
    }
    return self;
}

char *io_thread_name(IoThread *thread) { return thread->name; }
void io_thread_exit(void *result) { pthread_exit(result); }
size_t io_thread_count(void) { return __atomic_load_n(&thread_count, __ATOMIC_RELAXED); }

/* --- locks ---------------------------------------------------------------------------------------- */

IoMutex *io_mutex_new(const char *name)
{
    IoMutex *mutex = named(sizeof *mutex, name);

    pthread_mutex_init(&mutex->mutex, NULL);
    return mutex;
}

void io_mutex_free(IoMutex *mutex)
{
    pthread_mutex_destroy(&mutex->mutex);
    mem_free(MEM_IO, mutex);
}

bool io_mutex_try_lock(IoMutex *mutex) { return pthread_mutex_trylock(&mutex->mutex) == 0; }
void io_mutex_lock(IoMutex *mutex) { pthread_mutex_lock(&mutex->mutex); }
void io_mutex_unlock(IoMutex *mutex) { pthread_mutex_unlock(&mutex->mutex); }
char *io_mutex_name(IoMutex *mutex) { return mutex->name; }

IoCond *io_cond_new(const char *name)
{
    IoCond *cond = named(sizeof *cond, name);

    pthread_cond_init(&cond->cond, NULL);
    return cond;
}

void io_cond_free(IoCond *cond)
{
    pthread_cond_destroy(&cond->cond);
    mem_free(MEM_IO, cond);
}

void io_cond_signal(IoCond *cond) { pthread_cond_signal(&cond->cond); }
void io_cond_broadcast(IoCond *cond) { pthread_cond_broadcast(&cond->cond); }
void io_cond_wait(IoCond *cond, IoMutex *mutex) { pthread_cond_wait(&cond->cond, &mutex->mutex); }
char *io_cond_name(IoCond *cond) { return cond->name; }

IoRwLock *io_rwlock_new(const char *name)
{
    IoRwLock *lock = named(sizeof *lock, name);

    pthread_rwlock_init(&lock->lock, NULL);
    return lock;
}

void io_rwlock_free(IoRwLock *lock)
{
    pthread_rwlock_destroy(&lock->lock);
    mem_free(MEM_IO, lock);
}

bool io_rwlock_try_read(IoRwLock *lock) { return pthread_rwlock_tryrdlock(&lock->lock) == 0; }
void io_rwlock_read(IoRwLock *lock) { pthread_rwlock_rdlock(&lock->lock); }
bool io_rwlock_try_write(IoRwLock *lock) { return pthread_rwlock_trywrlock(&lock->lock) == 0; }
void io_rwlock_write(IoRwLock *lock) { pthread_rwlock_wrlock(&lock->lock); }
void io_rwlock_unlock(IoRwLock *lock) { pthread_rwlock_unlock(&lock->lock); }
char *io_rwlock_name(IoRwLock *lock) { return lock->name; }

/* --- values of threads ------------------------------------------------------------------------------ */

/* The system has a thousand keys; libraries ask for more. Keys are never used again, so that nobody finds a value of another. */
static unsigned key_count;
static pthread_key_t values_key;           /* frees a thread's values when it ends */
static pthread_once_t values_once = PTHREAD_ONCE_INIT;

typedef struct ThreadValues {
    unsigned count;
    void *values[];
} ThreadValues;

static void free_values(void *values) { mem_free(MEM_IO, values); }
static void make_values_key(void) { pthread_key_create(&values_key, free_values); }

bool io_thread_key_new(unsigned *key)
{
    pthread_once(&values_once, make_values_key);
    *key = __atomic_fetch_add(&key_count, 1, __ATOMIC_RELAXED);
    return true;
}

void io_thread_key_free(unsigned key) { io_thread_key_set(key, NULL); }

void io_thread_key_set(unsigned key, void *value)
{
    ThreadValues *values = pthread_getspecific(values_key);
    unsigned before = values ? values->count : 0;

    if (key >= before) {
        unsigned count = MAX(2 * before, key + 1);

        if (!value)
            return;
        values = mem_realloc(MEM_IO, values, sizeof *values + count * sizeof *values->values);
        memset(values->values + before, 0, (count - before) * sizeof *values->values);
        values->count = count;
        pthread_setspecific(values_key, values);
    }
    values->values[key] = value;
}

void *io_thread_key_get(unsigned key)
{
    const ThreadValues *values = pthread_getspecific(values_key);

    return values && key < values->count ? values->values[key] : NULL;
}
