/* threads.c - a platform with one thread and no shared libraries: the gate is always open, nobody waits at a lock. */
#include <stdlib.h>
#include <string.h>

#include "io/io_gate.h"
#include "io/io_library.h"
#include "io/io_loop.h"
#include "io/io_thread.h"
#include "vm/base/mem.h"

volatile int gate_attention, gate_claims, gate_vm_depth = 1;
bool gate_needs_fence;

void gate_start(void) {}
void gate_pass(void) { gate_attention = 0; }
void gate_call_attention(void) { gate_attention = 1; }
void gate_close_slowly(void) {}
void gate_open_slowly(void) {}
void gate_enter_foreign(void) {}
void gate_leave_foreign(void) {}
unsigned gate_release_foreign(void) { return 0; }
void gate_retake_foreign(unsigned depth) {}

void io_prepare_wake(void) {}
bool io_handle_is_open(int handle) { return handle >= 0; }

static const char no_libraries[] = "there are no shared libraries";
void *io_library_open(const char *path, const char **error) { *error = no_libraries; return NULL; }
void *io_library_symbol(void *library, const char *name, const char **error) { *error = no_libraries; return NULL; }
void io_library_close(void *library) {}

/* --- what has a name and a state ------------------------------------------------------------------------ */

typedef struct Named {
    int holders;               /* -1: a writer */
    char name[];
} Named;

static Named *named(const char *name)
{
    size_t length = name ? strlen(name) : 0;
    Named *made = mem_alloc_zero(MEM_IO, sizeof *made + length + 1);

    memcpy(made->name, name, length);
    return made;
}

static bool hold(void *lock, bool is_writer)
{
    Named *at = lock;

    if (at->holders < 0 || (is_writer && at->holders > 0))
        return false;
    at->holders = is_writer ? -1 : at->holders + 1;
    return true;
}

static void let_go(void *lock)
{
    Named *at = lock;

    at->holders = at->holders < 0 ? 0 : at->holders - 1;
}

IoMutex *io_mutex_new(const char *name) { return (IoMutex *)named(name); }
void io_mutex_free(IoMutex *mutex) { mem_free(MEM_IO, mutex); }
bool io_mutex_try_lock(IoMutex *mutex) { return hold(mutex, true); }
void io_mutex_lock(IoMutex *mutex) { hold(mutex, true); }
void io_mutex_unlock(IoMutex *mutex) { let_go(mutex); }
char *io_mutex_name(IoMutex *mutex) { return ((Named *)mutex)->name; }
IoCond *io_cond_new(const char *name) { return (IoCond *)named(name); }
void io_cond_free(IoCond *cond) { mem_free(MEM_IO, cond); }
void io_cond_signal(IoCond *cond) {}
void io_cond_broadcast(IoCond *cond) {}
void io_cond_wait(IoCond *cond, IoMutex *mutex) {}
char *io_cond_name(IoCond *cond) { return ((Named *)cond)->name; }
IoRwLock *io_rwlock_new(const char *name) { return (IoRwLock *)named(name); }
void io_rwlock_free(IoRwLock *lock) { mem_free(MEM_IO, lock); }
bool io_rwlock_try_read(IoRwLock *lock) { return hold(lock, false); }
void io_rwlock_read(IoRwLock *lock) { hold(lock, false); }
bool io_rwlock_try_write(IoRwLock *lock) { return hold(lock, true); }
void io_rwlock_write(IoRwLock *lock) { hold(lock, true); }
void io_rwlock_unlock(IoRwLock *lock) { let_go(lock); }
char *io_rwlock_name(IoRwLock *lock) { return ((Named *)lock)->name; }

/* --- threads -------------------------------------------------------------------------------------------- */

IoThread *io_thread_start(const char *name, void *(*run)(void *arg), void *arg, size_t stack_bytes) { return NULL; }
void *io_thread_join(IoThread *thread) { return NULL; }
bool io_thread_start_detached(const char *name, void *(*run)(void *arg), void *arg) { return false; }
IoThread *io_thread_self(void) { return NULL; }
char *io_thread_name(IoThread *thread) { return NULL; }
void io_thread_exit(void *result) { abort(); }
size_t io_thread_count(void) { return 0; }
bool io_thread_key_new(unsigned *key) { return false; }
void io_thread_key_free(unsigned key) {}
void io_thread_key_set(unsigned key, void *value) {}
void *io_thread_key_get(unsigned key) { return NULL; }
