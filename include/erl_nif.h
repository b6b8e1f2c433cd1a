/* erl_nif.h - functions in C that Erlang modules call: the interface, version 2.16 (OTP 25).
 *
 * The binary interface is that of OTP's header of this name: libraries that were compiled with either one load
 * into either VM. What the functions do is written in OTP's manual page erl_nif(3). */
#ifndef __ERL_NIF_H__
#define __ERL_NIF_H__

#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ERL_NIF_MAJOR_VERSION 2
#define ERL_NIF_MINOR_VERSION 16
#define ERL_NIF_MIN_ERTS_VERSION "erts-12.0"
#define ERL_NIF_VM_VARIANT "beam.vanilla"

/* --- types ---------------------------------------------------------------------------------- */

typedef unsigned long ErlNifUInt64;
typedef signed long ErlNifSInt64;
typedef unsigned long ErlNifUInt;
typedef signed long ErlNifSInt;
typedef ErlNifUInt ERL_NIF_TERM;
typedef ERL_NIF_TERM ERL_NIF_UINT;

typedef struct enif_environment_t ErlNifEnv;

typedef struct enif_func_t {
    const char *name;
    unsigned arity;
    ERL_NIF_TERM (*fptr)(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]);
    unsigned flags;                 /* 0 or ERL_NIF_DIRTY_JOB_* */
} ErlNifFunc;

typedef struct enif_entry_t {
    int major;
    int minor;
    const char *name;
    int num_of_funcs;
    ErlNifFunc *funcs;
    int (*load)(ErlNifEnv *env, void **priv_data, ERL_NIF_TERM load_info);
    int (*reload)(ErlNifEnv *env, void **priv_data, ERL_NIF_TERM load_info);
    int (*upgrade)(ErlNifEnv *env, void **priv_data, void **old_priv_data, ERL_NIF_TERM load_info);
    void (*unload)(ErlNifEnv *env, void *priv_data);
    const char *vm_variant;                  /* since 2.1 */
    unsigned options;                        /* since 2.7 */
    size_t sizeof_ErlNifResourceTypeInit;    /* since 2.12 */
    const char *min_erts;                    /* since 2.14 */
} ErlNifEntry;

typedef struct {
    size_t size;
    unsigned char *data;
    void *ref_bin;                  /* the VM's */
    void *spare[2];
} ErlNifBinary;

typedef int ErlNifEvent;
typedef struct iovec SysIOVec;

typedef ErlNifSInt64 ErlNifTime;
#define ERL_NIF_TIME_ERROR INT64_MIN
typedef enum { ERL_NIF_SEC = 0, ERL_NIF_MSEC = 1, ERL_NIF_USEC = 2, ERL_NIF_NSEC = 3 } ErlNifTimeUnit;

typedef enum { ERL_NIF_RT_CREATE = 1, ERL_NIF_RT_TAKEOVER = 2 } ErlNifResourceFlags;
typedef enum { ERL_NIF_LATIN1 = 1 } ErlNifCharEncoding;
typedef enum { ERL_NIF_DIRTY_JOB_CPU_BOUND = 1, ERL_NIF_DIRTY_JOB_IO_BOUND = 2 } ErlNifDirtyTaskFlags;
typedef enum { ERL_NIF_UNIQUE_POSITIVE = 1, ERL_NIF_UNIQUE_MONOTONIC = 2 } ErlNifUniqueInteger;
typedef enum { ERL_NIF_BIN2TERM_SAFE = 0x20000000 } ErlNifBinaryToTerm;
typedef enum { ERL_NIF_INTERNAL_HASH = 1, ERL_NIF_PHASH2 = 2 } ErlNifHash;
typedef enum { ERL_NIF_IOQ_NORMAL = 1 } ErlNifIOQueueOpts;

/* What enif_select waits for, or does ... */
enum ErlNifSelectFlags {
    ERL_NIF_SELECT_READ = 1, ERL_NIF_SELECT_WRITE = 2, ERL_NIF_SELECT_STOP = 4, ERL_NIF_SELECT_CANCEL = 8,
    ERL_NIF_SELECT_CUSTOM_MSG = 16, ERL_NIF_SELECT_ERROR = 32
};
/* ... and the bits of what it returns. */
#define ERL_NIF_SELECT_STOP_CALLED 1
#define ERL_NIF_SELECT_STOP_SCHEDULED 2
#define ERL_NIF_SELECT_INVALID_EVENT 4
#define ERL_NIF_SELECT_FAILED 8
#define ERL_NIF_SELECT_READ_CANCELLED 16
#define ERL_NIF_SELECT_WRITE_CANCELLED 32
#define ERL_NIF_SELECT_ERROR_CANCELLED 64
#define ERL_NIF_SELECT_NOTSUP 128

typedef struct { ERL_NIF_TERM pid; } ErlNifPid;
typedef struct { ERL_NIF_TERM port_id; } ErlNifPort;
typedef struct { unsigned char data[sizeof(void *) * 4]; } ErlNifMonitor;

typedef struct enif_resource_type_t ErlNifResourceType;
typedef void ErlNifResourceDtor(ErlNifEnv *env, void *obj);
typedef void ErlNifResourceStop(ErlNifEnv *env, void *obj, ErlNifEvent event, int is_direct_call);
typedef void ErlNifResourceDown(ErlNifEnv *env, void *obj, ErlNifPid *pid, ErlNifMonitor *monitor);
typedef void ErlNifResourceDynCall(ErlNifEnv *env, void *obj, void *call_data);

typedef struct {
    ErlNifResourceDtor *dtor;
    ErlNifResourceStop *stop;
    ErlNifResourceDown *down;
    int members;                    /* how many callbacks are given: for enif_init_resource_type */
    ErlNifResourceDynCall *dyncall;
} ErlNifResourceTypeInit;

typedef struct {
    int driver_major_version;
    int driver_minor_version;
    char *erts_version;
    char *otp_release;
    int thread_support;
    int smp_support;
    int async_threads;
    int scheduler_threads;
    int nif_major_version;
    int nif_minor_version;
    int dirty_scheduler_support;
} ErlNifSysInfo;

typedef struct ErlDrvTid_ *ErlNifTid;
typedef struct ErlDrvMutex_ ErlNifMutex;
typedef struct ErlDrvCond_ ErlNifCond;
typedef struct ErlDrvRWLock_ ErlNifRWLock;
typedef int ErlNifTSDKey;
typedef struct { int suggested_stack_size; } ErlNifThreadOpts;

typedef enum {
    ERL_NIF_MAP_ITERATOR_FIRST = 1, ERL_NIF_MAP_ITERATOR_LAST = 2,
    ERL_NIF_MAP_ITERATOR_HEAD = 1, ERL_NIF_MAP_ITERATOR_TAIL = 2
} ErlNifMapIteratorEntry;

typedef struct {                    /* all of it is the VM's */
    ERL_NIF_TERM map;
    ERL_NIF_UINT size;
    ERL_NIF_UINT idx;
    ERL_NIF_TERM *pairs;
    ERL_NIF_UINT is_copy;
    void *spare[2];
} ErlNifMapIterator;

#define ERL_NIF_IOVEC_SIZE 16
typedef struct erl_nif_io_vec {
    int iovcnt;
    size_t size;                    /* of all in bytes */
    SysIOVec *iov;
    void **ref_bins;                /* these are the VM's */
    int flags;
    SysIOVec small_iov[ERL_NIF_IOVEC_SIZE];
    void *small_ref_bin[ERL_NIF_IOVEC_SIZE];
} ErlNifIOVec;
typedef struct erts_io_queue ErlNifIOQueue;

typedef enum {
    ERL_NIF_TERM_TYPE_ATOM = 1, ERL_NIF_TERM_TYPE_BITSTRING = 2, ERL_NIF_TERM_TYPE_FLOAT = 3, ERL_NIF_TERM_TYPE_FUN = 4,
    ERL_NIF_TERM_TYPE_INTEGER = 5, ERL_NIF_TERM_TYPE_LIST = 6, ERL_NIF_TERM_TYPE_MAP = 7, ERL_NIF_TERM_TYPE_PID = 8,
    ERL_NIF_TERM_TYPE_PORT = 9, ERL_NIF_TERM_TYPE_REFERENCE = 10, ERL_NIF_TERM_TYPE_TUPLE = 11,
    ERL_NIF_TERM_TYPE__MISSING_DEFAULT_CASE__READ_THE_MANUAL = -1   /* there may be more: have a default */
} ErlNifTermType;

/* enif_thread_type */
#define ERL_NIF_THR_UNDEFINED 0
#define ERL_NIF_THR_NORMAL_SCHEDULER 1
#define ERL_NIF_THR_DIRTY_CPU_SCHEDULER 2
#define ERL_NIF_THR_DIRTY_IO_SCHEDULER 3

/* --- memory and environments ------------------------------------------------------------------ */

extern void *enif_priv_data(ErlNifEnv *env);
extern void *enif_alloc(size_t size);
extern void *enif_realloc(void *ptr, size_t size);
extern void enif_free(void *ptr);
extern ErlNifEnv *enif_alloc_env(void);
extern void enif_free_env(ErlNifEnv *env);
extern void enif_clear_env(ErlNifEnv *env);
extern ERL_NIF_TERM enif_make_copy(ErlNifEnv *dst_env, ERL_NIF_TERM src_term);

/* --- kinds of terms, order -------------------------------------------------------------------- */

extern int enif_is_atom(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_binary(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_ref(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_fun(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_pid(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_port(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_list(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_empty_list(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_tuple(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_map(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_number(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_exception(ErlNifEnv *env, ERL_NIF_TERM term);
extern ErlNifTermType enif_term_type(ErlNifEnv *env, ERL_NIF_TERM term);
extern int enif_is_identical(ERL_NIF_TERM lhs, ERL_NIF_TERM rhs);
extern int enif_compare(ERL_NIF_TERM lhs, ERL_NIF_TERM rhs);
extern ErlNifUInt64 enif_hash(ErlNifHash type, ERL_NIF_TERM term, ErlNifUInt64 salt);

/* --- numbers ---------------------------------------------------------------------------------- */

extern int enif_get_int(ErlNifEnv *env, ERL_NIF_TERM term, int *value);
extern int enif_get_uint(ErlNifEnv *env, ERL_NIF_TERM term, unsigned *value);
extern int enif_get_long(ErlNifEnv *env, ERL_NIF_TERM term, long *value);
extern int enif_get_ulong(ErlNifEnv *env, ERL_NIF_TERM term, unsigned long *value);
extern int enif_get_double(ErlNifEnv *env, ERL_NIF_TERM term, double *value);
extern ERL_NIF_TERM enif_make_int(ErlNifEnv *env, int value);
extern ERL_NIF_TERM enif_make_uint(ErlNifEnv *env, unsigned value);
extern ERL_NIF_TERM enif_make_long(ErlNifEnv *env, long value);
extern ERL_NIF_TERM enif_make_ulong(ErlNifEnv *env, unsigned long value);
extern ERL_NIF_TERM enif_make_double(ErlNifEnv *env, double value);
#define enif_get_int64 enif_get_long
#define enif_get_uint64 enif_get_ulong
#define enif_make_int64 enif_make_long
#define enif_make_uint64 enif_make_ulong

/* --- atoms, strings, lists, tuples -------------------------------------------------------------- */

extern int enif_get_atom(ErlNifEnv *env, ERL_NIF_TERM atom, char *buf, unsigned len, ErlNifCharEncoding encoding);
extern int enif_get_atom_length(ErlNifEnv *env, ERL_NIF_TERM atom, unsigned *len, ErlNifCharEncoding encoding);
extern ERL_NIF_TERM enif_make_atom(ErlNifEnv *env, const char *name);
extern ERL_NIF_TERM enif_make_atom_len(ErlNifEnv *env, const char *name, size_t len);
extern int enif_make_existing_atom(ErlNifEnv *env, const char *name, ERL_NIF_TERM *atom, ErlNifCharEncoding encoding);
extern int enif_make_existing_atom_len(ErlNifEnv *env, const char *name, size_t len, ERL_NIF_TERM *atom,
                                       ErlNifCharEncoding encoding);
extern int enif_get_string(ErlNifEnv *env, ERL_NIF_TERM list, char *buf, unsigned len, ErlNifCharEncoding encoding);
extern ERL_NIF_TERM enif_make_string(ErlNifEnv *env, const char *string, ErlNifCharEncoding encoding);
extern ERL_NIF_TERM enif_make_string_len(ErlNifEnv *env, const char *string, size_t len, ErlNifCharEncoding encoding);
extern int enif_get_list_cell(ErlNifEnv *env, ERL_NIF_TERM term, ERL_NIF_TERM *head, ERL_NIF_TERM *tail);
extern int enif_get_list_length(ErlNifEnv *env, ERL_NIF_TERM term, unsigned *len);
extern ERL_NIF_TERM enif_make_list(ErlNifEnv *env, unsigned cnt, ...);
extern ERL_NIF_TERM enif_make_list_cell(ErlNifEnv *env, ERL_NIF_TERM car, ERL_NIF_TERM cdr);
extern ERL_NIF_TERM enif_make_list_from_array(ErlNifEnv *env, const ERL_NIF_TERM arr[], unsigned cnt);
extern int enif_make_reverse_list(ErlNifEnv *env, ERL_NIF_TERM term, ERL_NIF_TERM *list);
extern int enif_get_tuple(ErlNifEnv *env, ERL_NIF_TERM tuple, int *arity, const ERL_NIF_TERM **array);
extern ERL_NIF_TERM enif_make_tuple(ErlNifEnv *env, unsigned cnt, ...);
extern ERL_NIF_TERM enif_make_tuple_from_array(ErlNifEnv *env, const ERL_NIF_TERM arr[], unsigned cnt);

#define enif_make_tuple1(env, a) enif_make_tuple(env, 1, a)
#define enif_make_tuple2(env, a, b) enif_make_tuple(env, 2, a, b)
#define enif_make_tuple3(env, a, b, c) enif_make_tuple(env, 3, a, b, c)
#define enif_make_tuple4(env, a, b, c, d) enif_make_tuple(env, 4, a, b, c, d)
#define enif_make_tuple5(env, a, b, c, d, e) enif_make_tuple(env, 5, a, b, c, d, e)
#define enif_make_tuple6(env, a, b, c, d, e, f) enif_make_tuple(env, 6, a, b, c, d, e, f)
#define enif_make_tuple7(env, a, b, c, d, e, f, g) enif_make_tuple(env, 7, a, b, c, d, e, f, g)
#define enif_make_tuple8(env, a, b, c, d, e, f, g, h) enif_make_tuple(env, 8, a, b, c, d, e, f, g, h)
#define enif_make_tuple9(env, a, b, c, d, e, f, g, h, i) enif_make_tuple(env, 9, a, b, c, d, e, f, g, h, i)
#define enif_make_list1(env, a) enif_make_list(env, 1, a)
#define enif_make_list2(env, a, b) enif_make_list(env, 2, a, b)
#define enif_make_list3(env, a, b, c) enif_make_list(env, 3, a, b, c)
#define enif_make_list4(env, a, b, c, d) enif_make_list(env, 4, a, b, c, d)
#define enif_make_list5(env, a, b, c, d, e) enif_make_list(env, 5, a, b, c, d, e)
#define enif_make_list6(env, a, b, c, d, e, f) enif_make_list(env, 6, a, b, c, d, e, f)
#define enif_make_list7(env, a, b, c, d, e, f, g) enif_make_list(env, 7, a, b, c, d, e, f, g)
#define enif_make_list8(env, a, b, c, d, e, f, g, h) enif_make_list(env, 8, a, b, c, d, e, f, g, h)
#define enif_make_list9(env, a, b, c, d, e, f, g, h, i) enif_make_list(env, 9, a, b, c, d, e, f, g, h, i)
#define enif_make_pid(ENV, PID) ((void)(ENV), (const ERL_NIF_TERM)((PID)->pid))
#define enif_compare_pids(A, B) (enif_compare((A)->pid, (B)->pid))

/* --- binaries --------------------------------------------------------------------------------- */

extern int enif_inspect_binary(ErlNifEnv *env, ERL_NIF_TERM bin_term, ErlNifBinary *bin);
extern int enif_inspect_iolist_as_binary(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifBinary *bin);
extern int enif_alloc_binary(size_t size, ErlNifBinary *bin);
extern int enif_realloc_binary(ErlNifBinary *bin, size_t size);
extern void enif_release_binary(ErlNifBinary *bin);
extern ERL_NIF_TERM enif_make_binary(ErlNifEnv *env, ErlNifBinary *bin);
extern unsigned char *enif_make_new_binary(ErlNifEnv *env, size_t size, ERL_NIF_TERM *termp);
extern ERL_NIF_TERM enif_make_sub_binary(ErlNifEnv *env, ERL_NIF_TERM bin_term, size_t pos, size_t size);
extern int enif_term_to_binary(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifBinary *bin);
extern size_t enif_binary_to_term(ErlNifEnv *env, const unsigned char *data, size_t size, ERL_NIF_TERM *term,
                                  unsigned int opts);

extern int enif_inspect_iovec(ErlNifEnv *env, size_t max_length, ERL_NIF_TERM iovec_term, ERL_NIF_TERM *tail,
                              ErlNifIOVec **iovec);
extern void enif_free_iovec(ErlNifIOVec *iov);
extern ErlNifIOQueue *enif_ioq_create(ErlNifIOQueueOpts opts);
extern void enif_ioq_destroy(ErlNifIOQueue *q);
extern int enif_ioq_enq_binary(ErlNifIOQueue *q, ErlNifBinary *bin, size_t skip);
extern int enif_ioq_enqv(ErlNifIOQueue *q, ErlNifIOVec *iov, size_t skip);
extern size_t enif_ioq_size(ErlNifIOQueue *q);
extern int enif_ioq_deq(ErlNifIOQueue *q, size_t count, size_t *size);
extern SysIOVec *enif_ioq_peek(ErlNifIOQueue *q, int *iovlen);
extern int enif_ioq_peek_head(ErlNifEnv *env, ErlNifIOQueue *q, size_t *size, ERL_NIF_TERM *head);

/* --- maps ------------------------------------------------------------------------------------- */

extern int enif_get_map_size(ErlNifEnv *env, ERL_NIF_TERM term, size_t *size);
extern ERL_NIF_TERM enif_make_new_map(ErlNifEnv *env);
extern int enif_make_map_from_arrays(ErlNifEnv *env, ERL_NIF_TERM keys[], ERL_NIF_TERM values[], size_t cnt,
                                     ERL_NIF_TERM *map_out);
extern int enif_make_map_put(ErlNifEnv *env, ERL_NIF_TERM map_in, ERL_NIF_TERM key, ERL_NIF_TERM value,
                             ERL_NIF_TERM *map_out);
extern int enif_get_map_value(ErlNifEnv *env, ERL_NIF_TERM map, ERL_NIF_TERM key, ERL_NIF_TERM *value);
extern int enif_make_map_update(ErlNifEnv *env, ERL_NIF_TERM map_in, ERL_NIF_TERM key, ERL_NIF_TERM value,
                                ERL_NIF_TERM *map_out);
extern int enif_make_map_remove(ErlNifEnv *env, ERL_NIF_TERM map_in, ERL_NIF_TERM key, ERL_NIF_TERM *map_out);
extern int enif_map_iterator_create(ErlNifEnv *env, ERL_NIF_TERM map, ErlNifMapIterator *iter,
                                    ErlNifMapIteratorEntry entry);
extern void enif_map_iterator_destroy(ErlNifEnv *env, ErlNifMapIterator *iter);
extern int enif_map_iterator_is_head(ErlNifEnv *env, ErlNifMapIterator *iter);
extern int enif_map_iterator_is_tail(ErlNifEnv *env, ErlNifMapIterator *iter);
extern int enif_map_iterator_next(ErlNifEnv *env, ErlNifMapIterator *iter);
extern int enif_map_iterator_prev(ErlNifEnv *env, ErlNifMapIterator *iter);
extern int enif_map_iterator_get_pair(ErlNifEnv *env, ErlNifMapIterator *iter, ERL_NIF_TERM *key, ERL_NIF_TERM *value);

/* --- exceptions, calls ------------------------------------------------------------------------- */

extern ERL_NIF_TERM enif_make_badarg(ErlNifEnv *env);
extern ERL_NIF_TERM enif_raise_exception(ErlNifEnv *env, ERL_NIF_TERM reason);
extern int enif_has_pending_exception(ErlNifEnv *env, ERL_NIF_TERM *reason);
extern int enif_consume_timeslice(ErlNifEnv *env, int percent);
extern ERL_NIF_TERM enif_schedule_nif(ErlNifEnv *env, const char *fun_name, int flags,
                                      ERL_NIF_TERM (*fp)(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]), int argc,
                                      const ERL_NIF_TERM argv[]);

/* --- resources -------------------------------------------------------------------------------- */

extern ErlNifResourceType *enif_open_resource_type(ErlNifEnv *env, const char *module_str, const char *name_str,
                                                   void (*dtor)(ErlNifEnv *env, void *obj), ErlNifResourceFlags flags,
                                                   ErlNifResourceFlags *tried);
extern ErlNifResourceType *enif_open_resource_type_x(ErlNifEnv *env, const char *name_str,
                                                     const ErlNifResourceTypeInit *init, ErlNifResourceFlags flags,
                                                     ErlNifResourceFlags *tried);
extern ErlNifResourceType *enif_init_resource_type(ErlNifEnv *env, const char *name_str,
                                                   const ErlNifResourceTypeInit *init, ErlNifResourceFlags flags,
                                                   ErlNifResourceFlags *tried);
extern void *enif_alloc_resource(ErlNifResourceType *type, size_t size);
extern void enif_release_resource(void *obj);
extern void enif_keep_resource(void *obj);
extern ERL_NIF_TERM enif_make_resource(ErlNifEnv *env, void *obj);
extern ERL_NIF_TERM enif_make_resource_binary(ErlNifEnv *env, void *obj, const void *data, size_t size);
extern int enif_get_resource(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifResourceType *type, void **objp);
extern size_t enif_sizeof_resource(void *obj);
extern int enif_dynamic_resource_call(ErlNifEnv *env, ERL_NIF_TERM mod, ERL_NIF_TERM name, ERL_NIF_TERM rsrc,
                                      void *call_data);
extern int enif_monitor_process(ErlNifEnv *env, void *obj, const ErlNifPid *pid, ErlNifMonitor *monitor);
extern int enif_demonitor_process(ErlNifEnv *env, void *obj, const ErlNifMonitor *monitor);
extern int enif_compare_monitors(const ErlNifMonitor *a, const ErlNifMonitor *b);
extern ERL_NIF_TERM enif_make_monitor_term(ErlNifEnv *env, const ErlNifMonitor *monitor);
extern int enif_select(ErlNifEnv *env, ErlNifEvent event, enum ErlNifSelectFlags flags, void *obj, const ErlNifPid *pid,
                       ERL_NIF_TERM ref);
extern int enif_select_x(ErlNifEnv *env, ErlNifEvent event, enum ErlNifSelectFlags flags, void *obj,
                         const ErlNifPid *pid, ERL_NIF_TERM msg, ErlNifEnv *msg_env);
#define enif_select_read(ENV, E, OBJ, PID, MSG, MSG_ENV) \
    enif_select_x(ENV, E, (enum ErlNifSelectFlags)(ERL_NIF_SELECT_READ | ERL_NIF_SELECT_CUSTOM_MSG), OBJ, PID, MSG, MSG_ENV)
#define enif_select_write(ENV, E, OBJ, PID, MSG, MSG_ENV) \
    enif_select_x(ENV, E, (enum ErlNifSelectFlags)(ERL_NIF_SELECT_WRITE | ERL_NIF_SELECT_CUSTOM_MSG), OBJ, PID, MSG, MSG_ENV)
#define enif_select_error(ENV, E, OBJ, PID, MSG, MSG_ENV) \
    enif_select_x(ENV, E, (enum ErlNifSelectFlags)(ERL_NIF_SELECT_ERROR | ERL_NIF_SELECT_CUSTOM_MSG), OBJ, PID, MSG, MSG_ENV)

/* --- processes, ports, references ---------------------------------------------------------------- */

extern int enif_send(ErlNifEnv *env, const ErlNifPid *to_pid, ErlNifEnv *msg_env, ERL_NIF_TERM msg);
extern int enif_port_command(ErlNifEnv *env, const ErlNifPort *to_port, ErlNifEnv *msg_env, ERL_NIF_TERM msg);
extern ErlNifPid *enif_self(ErlNifEnv *caller_env, ErlNifPid *pid);
extern int enif_get_local_pid(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifPid *pid);
extern int enif_get_local_port(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifPort *port_id);
extern void enif_set_pid_undefined(ErlNifPid *pid);
extern int enif_is_pid_undefined(const ErlNifPid *pid);
extern int enif_whereis_pid(ErlNifEnv *env, ERL_NIF_TERM name, ErlNifPid *pid);
extern int enif_whereis_port(ErlNifEnv *env, ERL_NIF_TERM name, ErlNifPort *port);
extern int enif_is_current_process_alive(ErlNifEnv *env);
extern int enif_is_process_alive(ErlNifEnv *env, ErlNifPid *pid);
extern int enif_is_port_alive(ErlNifEnv *env, ErlNifPort *port_id);
extern ERL_NIF_TERM enif_make_ref(ErlNifEnv *env);
extern ERL_NIF_TERM enif_make_unique_integer(ErlNifEnv *env, ErlNifUniqueInteger properties);

/* --- time ------------------------------------------------------------------------------------- */

extern ErlNifTime enif_monotonic_time(ErlNifTimeUnit unit);
extern ErlNifTime enif_time_offset(ErlNifTimeUnit unit);
extern ErlNifTime enif_convert_time_unit(ErlNifTime value, ErlNifTimeUnit from, ErlNifTimeUnit to);
extern ERL_NIF_TERM enif_now_time(ErlNifEnv *env);
extern ERL_NIF_TERM enif_cpu_time(ErlNifEnv *env);

/* --- threads ---------------------------------------------------------------------------------- */

extern ErlNifMutex *enif_mutex_create(char *name);
extern void enif_mutex_destroy(ErlNifMutex *mtx);
extern int enif_mutex_trylock(ErlNifMutex *mtx);
extern void enif_mutex_lock(ErlNifMutex *mtx);
extern void enif_mutex_unlock(ErlNifMutex *mtx);
extern char *enif_mutex_name(ErlNifMutex *mtx);
extern ErlNifCond *enif_cond_create(char *name);
extern void enif_cond_destroy(ErlNifCond *cnd);
extern void enif_cond_signal(ErlNifCond *cnd);
extern void enif_cond_broadcast(ErlNifCond *cnd);
extern void enif_cond_wait(ErlNifCond *cnd, ErlNifMutex *mtx);
extern char *enif_cond_name(ErlNifCond *cnd);
extern ErlNifRWLock *enif_rwlock_create(char *name);
extern void enif_rwlock_destroy(ErlNifRWLock *rwlck);
extern int enif_rwlock_tryrlock(ErlNifRWLock *rwlck);
extern void enif_rwlock_rlock(ErlNifRWLock *rwlck);
extern void enif_rwlock_runlock(ErlNifRWLock *rwlck);
extern int enif_rwlock_tryrwlock(ErlNifRWLock *rwlck);
extern void enif_rwlock_rwlock(ErlNifRWLock *rwlck);
extern void enif_rwlock_rwunlock(ErlNifRWLock *rwlck);
extern char *enif_rwlock_name(ErlNifRWLock *rwlck);
extern int enif_tsd_key_create(char *name, ErlNifTSDKey *key);
extern void enif_tsd_key_destroy(ErlNifTSDKey key);
extern void enif_tsd_set(ErlNifTSDKey key, void *data);
extern void *enif_tsd_get(ErlNifTSDKey key);
extern ErlNifThreadOpts *enif_thread_opts_create(char *name);
extern void enif_thread_opts_destroy(ErlNifThreadOpts *opts);
extern int enif_thread_create(char *name, ErlNifTid *tid, void *(*func)(void *), void *args, ErlNifThreadOpts *opts);
extern ErlNifTid enif_thread_self(void);
extern int enif_equal_tids(ErlNifTid tid1, ErlNifTid tid2);
extern void enif_thread_exit(void *resp);
extern int enif_thread_join(ErlNifTid tid, void **respp);
extern char *enif_thread_name(ErlNifTid tid);
extern int enif_thread_type(void);

/* --- the rest ---------------------------------------------------------------------------------- */

extern void enif_system_info(ErlNifSysInfo *info, size_t info_size);
extern int enif_getenv(const char *key, char *value, size_t *value_size);
extern int enif_fprintf(FILE *file, const char *format, ...);
extern int enif_vfprintf(FILE *file, const char *format, va_list args);
extern int enif_snprintf(char *buffer, size_t size, const char *format, ...);
extern int enif_vsnprintf(char *buffer, size_t size, const char *format, va_list args);
extern void *enif_dlopen(const char *lib, void (*err_handler)(void *arg, const char *text), void *err_arg);
extern void *enif_dlsym(void *handle, const char *symbol, void (*err_handler)(void *arg, const char *text),
                        void *err_arg);

#ifdef __cplusplus
}
#define ERL_NIF_EXTERN extern "C"
#else
#define ERL_NIF_EXTERN extern
#endif

/* The one symbol that a library must have. */
#define ERL_NIF_INIT(NAME, FUNCS, LOAD, RELOAD, UPGRADE, UNLOAD)                                                    \
    ERL_NIF_EXTERN __attribute__((visibility("default"))) ErlNifEntry *nif_init(void);                              \
    ErlNifEntry *nif_init(void)                                                                                     \
    {                                                                                                               \
        static ErlNifEntry entry = {                                                                                \
            ERL_NIF_MAJOR_VERSION, ERL_NIF_MINOR_VERSION, #NAME, sizeof(FUNCS) / sizeof(*FUNCS), FUNCS, LOAD,       \
            RELOAD, UPGRADE, UNLOAD, ERL_NIF_VM_VARIANT, 1, sizeof(ErlNifResourceTypeInit), ERL_NIF_MIN_ERTS_VERSION}; \
        return &entry;                                                                                              \
    }

#endif
