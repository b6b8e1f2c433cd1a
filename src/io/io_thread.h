/* io_thread.h - threads for code that is not ours, and what they wait for each other with.
 *
 * Names are kept for those who debug; null is allowed. */
#ifndef LING_IO_THREAD_H
#define LING_IO_THREAD_H

#include "vm/base/base.h"

typedef struct IoThread IoThread;
typedef struct IoMutex IoMutex;
typedef struct IoCond IoCond;
typedef struct IoRwLock IoRwLock;

/* Null: the system refuses. Stack size in bytes; 0: the system's default. */
IoThread *io_thread_start(const char *name, void *(*run)(void *arg), void *arg, size_t stack_bytes);
/* Waits for its end, and frees it. */
void *io_thread_join(IoThread *thread);
/* One that nobody will wait for: its memory goes when it ends. */
bool io_thread_start_detached(const char *name, void *(*run)(void *arg), void *arg);
IoThread *io_thread_self(void);            /* for any thread; the same one each time */
char *io_thread_name(IoThread *thread);
void io_thread_exit(void *result) __attribute__((noreturn));
/* How many were started here and have not ended. */
size_t io_thread_count(void);

IoMutex *io_mutex_new(const char *name);
void io_mutex_free(IoMutex *mutex);
bool io_mutex_try_lock(IoMutex *mutex);
void io_mutex_lock(IoMutex *mutex);
void io_mutex_unlock(IoMutex *mutex);
char *io_mutex_name(IoMutex *mutex);

IoCond *io_cond_new(const char *name);
void io_cond_free(IoCond *cond);
void io_cond_signal(IoCond *cond);
void io_cond_broadcast(IoCond *cond);
void io_cond_wait(IoCond *cond, IoMutex *mutex);
char *io_cond_name(IoCond *cond);

IoRwLock *io_rwlock_new(const char *name);
void io_rwlock_free(IoRwLock *lock);
bool io_rwlock_try_read(IoRwLock *lock);
void io_rwlock_read(IoRwLock *lock);
bool io_rwlock_try_write(IoRwLock *lock);
void io_rwlock_write(IoRwLock *lock);
void io_rwlock_unlock(IoRwLock *lock);
char *io_rwlock_name(IoRwLock *lock);

/* One value for each thread. False: there are no more keys. */
bool io_thread_key_new(unsigned *key);
void io_thread_key_free(unsigned key);
void io_thread_key_set(unsigned key, void *value);
void *io_thread_key_get(unsigned key);

#endif
